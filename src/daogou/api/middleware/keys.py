"""API keys with scopes, kept as digests; user ids that prove themselves; and who is on this machine."""

import base64
import hashlib
import hmac
import ipaddress
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from starlette.requests import Request

from daogou.errors import RequestError, SettingsError

_DIGEST_OF = "sha256:"
# What proxies add; each that is there says that the call came from elsewhere.
_PROXIES = frozenset(
    ("forwarded", "via", "x-real-ip", "true-client-ip", "x-client-ip", "x-cluster-client-ip", "fastly-client-ip")
)
_PROXIES_BEGIN = ("x-forwarded", "cf-", "cdn-", "x-envoy-", "x-original-", "x-azure-", "x-amzn-", "x-proxy")


class Scope(StrEnum):
    """What a key may do."""

    PRODUCTS = "products"  # write and remove products
    EVENTS = "events"  # append events
    METRICS = "metrics"  # read /metrics
    SHOPPERS = "shoppers"  # speak for any shopper: a user_id needs no signature


@dataclass(frozen=True, kw_only=True)
class Key:
    """A key's digest (never the key itself) and what it may do."""

    sha256: bytes
    scopes: frozenset[Scope]


def parse_key(text: str) -> Key:
    """Read `products+events:SECRET`, or `products+events:sha256:DIGEST` as `daogou keys new` prints it.

    Without scopes it may do everything. SettingsError names a scope that there is not.
    """
    before, mark, secret = text.partition(_DIGEST_OF if is_digest(text) else ":")
    scopes, secret = (before.rstrip(":"), secret) if mark else ("", text)
    names = scopes.split("+") if scopes else list(Scope)
    unknown = [name for name in names if name not in set(Scope)]
    if unknown:
        raise SettingsError(f"an API key has the unknown scope '{unknown[0]}' (known: {', '.join(Scope)})")
    if is_digest(text) and not re.fullmatch("[0-9a-f]{64}", secret):
        raise SettingsError("an API key's sha256 is not 64 hexadecimal digits (make one: daogou keys new)")
    if len(secret) < 16:
        raise SettingsError("an API key needs at least 16 characters (make one: daogou keys new)")
    digest = bytes.fromhex(secret) if is_digest(text) else _digest(secret)
    return Key(sha256=digest, scopes=frozenset(map(Scope, names)))


def is_digest(text: str) -> bool:
    """Whether a key stands in the settings as its digest, not as itself."""
    return _DIGEST_OF in text


def digest_line(secret: str, scopes: Sequence[Scope]) -> str:
    """How a key stands in the settings: who reads them can't write to the shop."""
    return f"{'+'.join(scopes)}:{_DIGEST_OF}{_digest(secret).hex()}"


def known_key(request: Request, keys: Sequence[Key]) -> Key | None:
    """The key that the request carries, among those that are known."""
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    given = _digest(secret.strip() if kind.lower() == "bearer" else request.headers.get("x-api-key", ""))
    found = [key for key in keys if hmac.compare_digest(key.sha256, given)]
    return Key(sha256=given, scopes=frozenset().union(*(key.scopes for key in found))) if found else None


def require(key: Key | None, scope: Scope) -> None:
    """RequestError 401 without a known key, 403 where it lacks the scope."""
    if key is None:
        raise RequestError(
            f"this call needs an API key with the scope '{scope}': Authorization: Bearer KEY (see docs/http.md)",
            status=401,
        )
    if scope not in key.scopes:
        raise RequestError(f"this API key lacks the scope '{scope}'", status=403)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def from_this_machine(request: Request) -> bool:
    """Whether this machine's own user calls: no proxy on it, and no web page whose name was rebound to it."""
    if any(header in _PROXIES or header.startswith(_PROXIES_BEGIN) for header in request.headers):
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


UNGUESSABLE = 22  # characters of a base64 text of 128 bits


class Pseudonyms:
    """Signs user ids with a secret of the shop's, and knows its own signatures."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def fresh(self) -> str:
        """A new one, signed, for a browser that nobody knows."""
        return self.signed(f"v-{secrets.token_urlsafe(16)}")

    def signed(self, user_id: str) -> str:
        """The user id with its proof: base64url(HMAC-SHA256(secret, user id)), without padding, behind a dot."""
        return f"{user_id}.{self._signature(user_id)}"

    def proven(self, text: str) -> str | None:
        """The user id that the text proves; None where it proves none."""
        user_id, _, signature = text.rpartition(".")
        sound = bool(user_id) and hmac.compare_digest(signature.encode(), self._signature(user_id).encode())
        return user_id if sound else None

    def _signature(self, user_id: str) -> str:
        digest = hmac.digest(self._secret, user_id.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")
