"""What shoppers do and say, kept nowhere: for questions that must leave no trace in the shop's own memory."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from daogou.catalog.products.conversation import Session, Turn
from daogou.catalog.products.event import NO_DEEDS, Event, named
from daogou.db.events import ACTS, too_fast, who
from daogou.db.item_weights import added_up, popularity, weighed
from daogou.errors import SessionBusy


class MemoryEvents:
    """Events in a dictionary."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self._events: dict[str, Event] = {}
        self._version = 0
        self.append(events)

    def append(self, events: Iterable[Event]) -> int:
        """How many were new."""
        before = len(self._events)
        for event in events:
            self._events.setdefault(event.event_id, event)
        self._version += len(self._events) > before
        return len(self._events) - before

    def events(self, *, user_id: str | None = None) -> Iterator[Event]:
        """Oldest first."""
        ordered = sorted(self._events.values(), key=lambda event: (event.timestamp, event.event_id))
        return (event for event in ordered if user_id is None or event.user_id == user_id)

    def recent(self, *, user_id: str = "", session_id: str = "", limit: int = 300) -> list[Event]:
        """What that user did, or what was done in that session, newest first."""
        own = [
            event
            for event in self.events()
            if event.name not in NO_DEEDS
            and ((user_id and event.user_id == user_id) or (session_id and event.session_id == session_id))
        ]
        return own[::-1][:limit]

    def erase_user(self, user_id: str) -> int:
        """Forget a shopper."""
        named(user_id)
        users_of: dict[str, set[str]] = defaultdict(set)
        for event in self._events.values():
            users_of[event.session_id].add(event.user_id)
        own = {
            session_id for session_id, users in users_of.items() if session_id and {user_id} <= users <= {user_id, ""}
        }
        kept = {
            key: event
            for key, event in self._events.items()
            if event.user_id != user_id and (event.user_id or event.session_id not in own)
        }
        gone = len(self._events) - len(kept)
        self._events = kept
        self._version += bool(gone)
        return gone

    def popularity(self) -> dict[str, float]:
        """product_id -> how often it was bought, carted and viewed, weighted, older acts less."""
        suspects = self.suspects()
        counted = (event for event in self._events.values() if who(event) not in suspects)
        return popularity(added_up(one for event in counted for one in weighed(event)))

    def suspects(self) -> frozenset[str]:
        """Who acts faster than a person can."""
        acts: dict[str, list[int]] = defaultdict(list)
        for event in self._events.values():
            if event.name in ACTS:
                acts[who(event)].append(int(event.timestamp.timestamp() * 1e6))
        return frozenset(one for one, moments in acts.items() if one and too_fast(moments))

    @property
    def version(self) -> int:
        """Grows with every change."""
        return self._version


class MemorySessions:
    """Sessions in a dictionary."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}

    def load(self, session_id: str) -> Session | None:
        """The session with its turns, or None."""
        return self._sessions.get(session_id)

    def append(self, session: Session, turn: Turn) -> Session:
        """The session with the turn added; SessionBusy when another turn was added meanwhile."""
        known = self._sessions.get(session.session_id)
        if known and known.length != session.length:
            raise SessionBusy(f"session {session.session_id}: another turn was answered meanwhile; send it again")
        grown = session.grown(turn)
        self._sessions[session.session_id] = grown
        return grown

    def erase_user(self, user_id: str) -> int:
        """Forget a shopper's conversations; how many there were."""
        named(user_id)
        own = [key for key, session in self._sessions.items() if session.user_id == user_id]
        for key in own:
            del self._sessions[key]
        return len(own)
