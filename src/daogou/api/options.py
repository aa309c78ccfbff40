"""What can be set about the door."""

import secrets
from dataclasses import dataclass, field

from daogou.api.middleware.keys import Key


@dataclass(frozen=True, kw_only=True)
class DoorOptions:
    """The defaults serve one shop on one machine, and let nobody write."""

    keys: tuple[Key, ...] = ()
    write_without_key: bool = False  # from this machine, where no key is set
    user_secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)  # signs user ids
    allowed_origins: tuple[str, ...] = ()  # "https://shop.example": whose pages may ask from a browser
    requests_per_minute: int = 1200  # of one client or key; a minute's worth may come at once
    message_limit: int = 2000  # characters
    body_limit_bytes: int = 64 * 1024  # of a shopper call
    batch_limit_bytes: int = 16 * 1024 * 1024  # of a batch of rows
    batch_limit_rows: int = 10_000
    body_patience_s: float = 20.0  # that a body may take, beside the time that a slow line needs for it
    workers: int = 4  # turns answered at the same time
    waiting: int = 256  # turns that may wait for a worker; beyond: 503
    image_origins: tuple[
        str, ...
    ] = ()  # "https://images.example": whose images the page may show, beside the shop's own
