"""Which database, which encoders: by the settings."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from daogou.language import minilm
from daogou.language.lsa import Lsa
from daogou.ports import Encoder
from daogou.settings import Settings
from daogou.store.building import EncoderMaker

DATABASE = "shop.db"


def now() -> datetime:
    """The time, aware, UTC."""
    return datetime.now(UTC)


def encoder_makers(settings: Settings) -> Mapping[str, EncoderMaker]:
    """How to make the encoders that learn from the catalogue."""
    return {"lsa": Lsa.learn} if "lsa" in settings.encoders else {}


def ready_encoders(settings: Settings) -> Sequence[Encoder]:
    """The encoders that learn nothing more."""
    encoder = minilm_of(settings)
    return [encoder] if encoder else []


def minilm_of(settings: Settings) -> minilm.MiniLM | None:
    """MiniLM where it is wanted and its weights are installed."""
    if "minilm" in settings.encoders and minilm.available():
        return minilm.MiniLM(threads=settings.threads)
    return None


def database_url(folder: Path, settings: Settings) -> str:
    """The SQLAlchemy URL of the shop's database."""
    return settings.database_url or f"sqlite:///{folder / DATABASE}"
