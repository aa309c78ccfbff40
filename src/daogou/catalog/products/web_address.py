"""Links that may be followed and shown."""

from urllib.parse import urlsplit


def web_address(link: str) -> str:
    """The link where it leads to the web or stays on this site; a feed's `javascript:` leads nowhere."""
    if link[:1] == "/" and link[:2] not in ("//", "/\\"):
        return link
    try:
        parts = urlsplit(link)
        leads = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # "http://[", a port that is none
        return ""
    return link if leads else ""
