"""A guide that stands at an earlier moment: who asks has the history that they had then."""

import copy
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from daogou.guide import Guide
from daogou.ports import EventLog
from daogou.recommend.advisor import Advisor, Shopper
from daogou.recommend.history import History
from daogou.recommend.knowledge import Knowledge
from daogou.store.memory import MemoryEvents


class PreparedAdvisor(Advisor):
    """Whoever asks is the shopper that was prepared."""

    def __init__(self, knowledge: Callable[[], Knowledge], clock: Callable[[], datetime]) -> None:
        super().__init__(knowledge, events=MemoryEvents(), clock=clock)
        self.history = History()

    def shopper(self, *, user_id: str = "", session_id: str = "", said: Sequence[str] = ()) -> Shopper:
        """With the history that was set."""
        return replace(super().shopper(), history=self.history)


def standing(guide: Guide, advisor: Advisor, *, events: EventLog | None = None) -> Guide:
    """The same guide with another advisor, and another log where one is given."""
    known = copy.copy(guide)
    known.advisor = advisor
    known.events = events or guide.events
    return known
