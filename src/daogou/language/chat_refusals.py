"""What a model server's failures mean: which may pass, which won't, and what is said of them. A key is never repeated."""

import email.utils
import re
import time
from collections.abc import Mapping

from daogou.errors import BackendError

MAY_PASS = frozenset({408, 425, 429, 500, 502, 503, 504, 529})
MOST_SAID = 200  # characters of a server's own words

_ADVICE: Mapping[int, str] = {
    401: "it does not accept the key; check the setting language_key",
    403: "the key may not do this; check the setting language_key and the account",
    404: "there is no such address or model; check the settings language and language_url",
    429: "too many requests; lower the load or raise the account's limit",
}


class Refused(BackendError):
    """The server answered, and its answer is no; `status` is its HTTP status."""

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message)
        self.status = status


class Broken(BackendError):
    """The exchange broke off: nothing listens, or the connection was lost."""


class Passing(BackendError):
    """A failure that may pass; `wait_s` is how long the server asks to wait, if it does."""

    def __init__(self, failure: BackendError, *, wait_s: float | None = None) -> None:
        super().__init__(str(failure))
        self.failure = failure
        self.wait_s = wait_s


def refusal(host: str, status: int, headers: Mapping[str, str], said: bytes, *, key: str) -> BackendError:
    """The error for a status other than 200."""
    if 300 <= status < 400:
        return Refused(
            f"the model server {host} sends its callers elsewhere ({status}), which is not followed; "
            "set language_url to where it is",
            status=status,
        )
    advice = _ADVICE.get(status) or _words(said, key)
    refused = Refused(f"the model server {host} answered {status}: {advice}", status=status)
    return Passing(refused, wait_s=_wait_s(headers)) if status in MAY_PASS else refused


def _words(said: bytes, key: str) -> str:
    """The server's own words on one line, short, without the key."""
    text = said.decode("utf-8", errors="replace")
    text = text.replace(key, "***") if key else text
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", " ", text).strip()[:MOST_SAID] or "nothing more"


def _wait_s(headers: Mapping[str, str]) -> float | None:
    """Seconds from now that Retry-After asks for (RFC 9110, 10.2.3: a number or a date)."""
    asked = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}", asked):
        return float(asked)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(asked).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None
