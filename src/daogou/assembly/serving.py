"""A shop over HTTP."""

import gc

import uvicorn
from threadpoolctl import threadpool_limits

from daogou.api.app import create_app
from daogou.api.keys import parse_key
from daogou.api.options import DoorOptions
from daogou.assembly.opening import Shop


def serve_shop(shop: Shop, *, host: str, port: int) -> None:
    """Answer over HTTP until interrupted."""
    shop.warm()
    gc.collect()
    gc.freeze()  # the words and the products stay: no later turn waits while they are all looked through
    options = DoorOptions(
        keys=tuple(parse_key(key) for key in shop.settings.api_keys),
        requests_per_minute=shop.settings.requests_per_minute,
        message_limit=shop.settings.message_limit,
        image_origins=shop.settings.image_origins,
        workers=shop.settings.workers,
    )
    with threadpool_limits(1, "blas"):  # turns run side by side already: threads of their own would wait for each other
        uvicorn.run(create_app(shop, options), host=host, port=port, log_level="warning")
