"""A shop over HTTP."""

import gc
import os
import secrets
from collections.abc import Callable
from pathlib import Path

import uvicorn
from threadpoolctl import threadpool_limits

from daogou.api.app import create_app
from daogou.api.middleware.keys import is_digest, parse_key
from daogou.api.middleware.limits import Patient
from daogou.api.state import AppOptions
from daogou.app.opening import Shop
from daogou.settings import Settings

SECRET = "user.secret"  # in the shop folder: signs user ids
CONNECTIONS = 1_000  # at once; beyond: 503


def serve_shop(
    shop: Shop, *, host: str, port: int, write_without_key: bool = False, say: Callable[[str], None] = lambda text: None
) -> None:
    """Answer over HTTP until interrupted; what the merchant must know of the keys is said first."""
    shop.catch_up()
    shop.warm()
    gc.collect()
    gc.freeze()  # the words and the products stay: no later turn waits while they are all looked through
    settings = shop.settings
    free = write_without_key or settings.write_without_key
    options = AppOptions(
        keys=tuple(parse_key(key) for key in _keys(settings, free, say)),
        write_without_key=free,
        user_secret=user_secret(shop.folder, settings),
        allowed_origins=settings.allowed_origins,
        requests_per_minute=settings.requests_per_minute,
        message_limit=settings.message_limit,
        image_origins=settings.image_origins,
        workers=settings.workers,
    )
    with threadpool_limits(1, "blas"):  # turns run side by side already: threads of their own would wait for each other
        uvicorn.run(
            create_app(shop, options),
            host=host,
            port=port,
            log_level="warning",
            http=Patient,
            limit_concurrency=CONNECTIONS,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=list(settings.trusted_proxies),
            server_header=False,
        )


def user_secret(folder: Path, settings: Settings) -> bytes:
    """What signs user ids: the setting, else a file of the shop's that only its owner reads, made where it is missing."""
    if settings.user_secret:
        return settings.user_secret.encode()
    path = folder / SECRET
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return path.read_bytes()


def _keys(settings: Settings, free: bool, say: Callable[[str], None]) -> tuple[str, ...]:
    if any(not is_digest(key) for key in settings.api_keys):
        say("An API key stands readable in the settings; make one that does not: daogou keys new")
    if settings.api_keys or free:
        return settings.api_keys
    key = secrets.token_urlsafe(24)
    say(f"No API key is set. For writing, until this ends: Authorization: Bearer {key}")
    return (key,)
