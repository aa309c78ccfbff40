"""Calls on the door of a small shop, without a network."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import httpx2

from daogou.api.app import create_app
from daogou.api.state import AppOptions
from tests.small_shop import SmallShop


@asynccontextmanager
async def client(
    shop: SmallShop | None = None, *, base_url: str = "http://localhost", caller: str = "127.0.0.1", **options: object
) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of a fresh door; what breaks inside is answered, not raised."""
    app = create_app(shop or SmallShop(), AppOptions(**({"write_without_key": "keys" not in options} | options)))
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False, client=(caller, 50000))
    async with app.router.lifespan_context(app), httpx2.AsyncClient(transport=transport, base_url=base_url) as door:
        yield door


def call(
    method: str,
    path: str,
    *,
    shop: SmallShop | None = None,
    json: object = None,
    params: Mapping[str, str] | None = None,
    content: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    base_url: str = "http://localhost",
    caller: str = "127.0.0.1",
    **options: object,
) -> httpx2.Response:
    """One call on a fresh door."""

    async def one(door: httpx2.AsyncClient) -> httpx2.Response:
        return await door.request(method, path, json=json, params=params, content=content, headers=headers)

    return talk(one, shop=shop, base_url=base_url, caller=caller, **options)


def talk(
    calls: Callable[[httpx2.AsyncClient], Awaitable[httpx2.Response]],
    *,
    shop: SmallShop | None = None,
    **options: object,
) -> httpx2.Response:
    """Several calls on one door; the last answer."""

    async def run() -> httpx2.Response:
        async with client(shop, **options) as door:
            return await calls(door)

    return asyncio.run(run())
