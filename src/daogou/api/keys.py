"""API keys with scopes; without any, merchant calls are taken from this machine only."""

import hashlib
import hmac
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from starlette.requests import Request

from daogou.errors import RequestError, SettingsError


class Scope(StrEnum):
    """What a key may do."""

    PRODUCTS = "products"  # write and remove products
    EVENTS = "events"  # append events
    METRICS = "metrics"  # read /metrics


@dataclass(frozen=True, kw_only=True)
class Key:
    """A key's digest (never the key itself) and what it may do."""

    sha256: bytes
    scopes: frozenset[Scope]


def parse_key(text: str) -> Key:
    """Read `products+events:SECRET`; a SECRET alone may do everything. SettingsError names a scope that there is not."""
    scopes, colon, secret = text.partition(":")
    if not colon:
        scopes, secret = "+".join(Scope), text
    if len(secret) < 16:
        raise SettingsError("an API key needs at least 16 characters (try: openssl rand -hex 24)")
    names = scopes.split("+")
    unknown = [name for name in names if name not in set(Scope)]
    if unknown:
        raise SettingsError(f"an API key has the unknown scope '{unknown[0]}' (known: {', '.join(Scope)})")
    return Key(sha256=_digest(secret), scopes=frozenset(Scope(name) for name in names))


def require(request: Request, scope: Scope, keys: Sequence[Key]) -> None:
    """RequestError 401 without a known key, 403 where the key lacks the scope or the caller is not on this machine."""
    if not keys:
        if not _from_this_machine(request):
            raise RequestError(
                "no API key is configured, so this call is taken from this machine only (see docs/http.md)", status=403
            )
        return
    given = _digest(_given(request))
    known = [key for key in keys if hmac.compare_digest(key.sha256, given)]
    if not known:
        raise RequestError(
            f"this call needs an API key with the scope '{scope}': Authorization: Bearer KEY", status=401
        )
    if not any(scope in key.scopes for key in known):
        raise RequestError(f"this API key lacks the scope '{scope}'", status=403)


def _given(request: Request) -> str:
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" else request.headers.get("x-api-key", "")


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _from_this_machine(request: Request) -> bool:
    # A proxy on this machine, or a web page whose name was rebound to it, is not this machine's user.
    if any(header in request.headers for header in ("forwarded", "x-forwarded-for", "x-real-ip")):
        return False
    origin = request.headers.get("origin", "")
    if origin and origin.partition("://")[2] != request.headers.get("host", ""):
        return False
    return _loopback(request.client.host if request.client else "") and _loopback(request.url.hostname or "")


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
