"""Which database: by the settings; and what time it is."""

from datetime import UTC, datetime
from pathlib import Path

from daogou.settings import Settings

DATABASE = "shop.db"


def now() -> datetime:
    """The time, aware, UTC."""
    return datetime.now(UTC)


def database_url(folder: Path, settings: Settings) -> str:
    """The SQLAlchemy URL of the shop's database."""
    return settings.database_url or f"sqlite:///{folder / DATABASE}"
