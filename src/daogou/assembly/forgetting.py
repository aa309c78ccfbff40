"""Erasing a shopper: events, what was done unnamed in the shopper's own sessions, conversations."""

from dataclasses import dataclass
from pathlib import Path

from daogou.assembly.parts import database_url
from daogou.errors import ShopError
from daogou.settings import read_settings
from daogou.store.database import open_database
from daogou.store.events import SqlEvents
from daogou.store.loading import INDEX
from daogou.store.sessions import SqlSessions


@dataclass(frozen=True, kw_only=True)
class Forgotten:
    """How much went."""

    events: int
    conversations: int


def forget_shopper(folder: Path, user_id: str) -> Forgotten:
    """Erase a shopper from a shop folder; done twice it is done once."""
    if not (folder / INDEX).is_dir():
        raise ShopError(f"there is no shop in '{folder}'")
    engine = open_database(database_url(folder, read_settings(folder)))
    try:
        events = SqlEvents(engine).erase_user(user_id)
        return Forgotten(events=events, conversations=SqlSessions(engine).erase_user(user_id))
    finally:
        engine.dispose()
