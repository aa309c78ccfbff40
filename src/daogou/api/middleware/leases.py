"""One turn of a session at a time, in this process; the session store guards the rest."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from daogou.errors import SessionBusy


class Leases:
    """Who is being answered right now."""

    def __init__(self) -> None:
        self._held: set[str] = set()
        self._lock = threading.Lock()

    @contextmanager
    def hold(self, session_id: str | None) -> Iterator[None]:
        """Hold the session; SessionBusy while somebody else does. A new session needs no lease."""
        if session_id is None:
            yield
            return
        self._take(session_id)
        try:
            yield
        finally:
            with self._lock:
                self._held.discard(session_id)

    def _take(self, session_id: str) -> None:
        with self._lock:
            if session_id in self._held:
                raise SessionBusy(session_id)
            self._held.add(session_id)
