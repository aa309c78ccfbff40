"""Which database, which encoders: by the settings."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from daogou.language import minilm
from daogou.language.lsa import Lsa
from daogou.settings import Settings
from daogou.store.building import EncoderMaker

DATABASE = "shop.db"


def now() -> datetime:
    """The time, aware, UTC."""
    return datetime.now(UTC)


def encoder_makers(settings: Settings) -> Mapping[str, EncoderMaker]:
    """The encoders that an index is built with."""
    makers: dict[str, EncoderMaker] = {}
    encoder = minilm_of(settings)
    if encoder is not None:
        makers["minilm"] = lambda texts: encoder
    if "lsa" in settings.encoders:
        makers["lsa"] = Lsa.learn
    return makers


def minilm_of(settings: Settings) -> minilm.MiniLM | None:
    """MiniLM where it is wanted and its weights are installed."""
    if "minilm" in settings.encoders and minilm.available():
        return minilm.MiniLM(threads=settings.threads)
    return None


def database_url(folder: Path, settings: Settings) -> str:
    """The SQLAlchemy URL of the shop's database."""
    return settings.database_url or f"sqlite:///{folder / DATABASE}"
