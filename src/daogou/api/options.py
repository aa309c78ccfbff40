"""What can be set about the door."""

from dataclasses import dataclass

from daogou.api.keys import Key


@dataclass(frozen=True, kw_only=True)
class DoorOptions:
    """The defaults serve one shop on one machine."""

    keys: tuple[Key, ...] = ()  # none: merchant calls from this machine only
    requests_per_minute: int = 1200  # shopper calls of one client; a minute's worth may come at once
    message_limit: int = 2000  # characters
    body_limit_bytes: int = 64 * 1024  # of a shopper call
    batch_limit_bytes: int = 16 * 1024 * 1024  # of a batch of rows
    batch_limit_rows: int = 10_000
    workers: int = 4  # turns answered at the same time
    waiting: int = 256  # turns that may wait for a worker; beyond: 503
    image_origins: tuple[
        str, ...
    ] = ()  # "https://images.example": whose images the page may show, beside the shop's own
