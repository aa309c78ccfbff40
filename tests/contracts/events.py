"""What every EventLog does."""

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from daogou.catalog.products.event import Event, EventItem, EventName
from daogou.ports import EventLog
from tests.contracts.products import NOW


def event(event_id: str, name: EventName, *item_ids: str, user: str = "ann", minute: int = 0) -> Event:
    return Event(
        event_id=event_id,
        name=name,
        timestamp=NOW + timedelta(minutes=minute),
        user_id=user,
        session_id="s",
        items=tuple(EventItem(item_id=item_id) for item_id in item_ids),
    )


BOUGHT = event("1", EventName.PURCHASE, "laptop", minute=3)
SEEN = event("2", EventName.VIEW_ITEM, "laptop", "bag", minute=1)
SHOWN = event("3", EventName.VIEW_ITEM_LIST, "mouse", minute=2)
THEIRS = event("4", EventName.ADD_TO_CART, "bag", user="bo", minute=2)
CRAWLED = [
    replace(event(f"c{number}", EventName.VIEW_ITEM, "mouse", user=""), session_id="crawler") for number in range(61)
]


class EventLogContract:
    """Inherit, and say which log."""

    def log(self) -> EventLog:
        raise NotImplementedError

    def test_it_starts_empty(self) -> None:
        log = self.log()
        assert (list(log.events()), log.popularity(), log.erase_user("ann")) == ([], {}, 0)

    def test_events_come_back_whole_and_oldest_first(self) -> None:
        log = self.log()
        rich = Event(
            event_id="0",
            name=EventName.SEARCH,
            timestamp=NOW.replace(microsecond=123_456),
            search_term="面霜",
            items=(EventItem(item_id="cream", quantity=2, price=Decimal("520.00"), index=0, item_list_id="t1"),),
        )
        assert log.append([BOUGHT, SEEN, THEIRS, rich]) == 4
        assert list(log.events()) == [rich, SEEN, THEIRS, BOUGHT]
        assert list(log.events(user_id="bo")) == [THEIRS]

    def test_an_event_counts_once_however_often_it_is_sent(self) -> None:
        log = self.log()
        changed = replace(BOUGHT, user_id="mallory")
        assert [log.append([BOUGHT, changed]), log.append([changed, SEEN])] == [1, 1]
        assert list(log.events()) == [SEEN, BOUGHT]
        assert log.popularity() == {"laptop": 21.0, "bag": 1.0}

    def test_purchases_weigh_most_and_our_own_lists_nothing(self) -> None:
        log = self.log()
        log.append([BOUGHT, SEEN, SHOWN, THEIRS])
        assert log.popularity() == {"laptop": 21.0, "bag": 6.0}
        log.append([event("5", EventName.REFUND, "laptop"), event("6", EventName.VIEW_ITEM, "mouse")])
        assert log.popularity() == {"laptop": 1.0, "bag": 6.0, "mouse": 1.0}

    def test_a_forgotten_shopper_leaves_no_trace(self) -> None:
        log = self.log()
        log.append([BOUGHT, SEEN, THEIRS])
        assert log.popularity() == {"laptop": 21.0, "bag": 6.0}
        assert log.erase_user("ann") == 2
        assert (list(log.events()), log.popularity()) == ([THEIRS], {"bag": 5.0})

    def test_more_events_than_fit_in_one_transaction(self) -> None:
        log = self.log()
        many = [
            event(f"{number:05}", EventName.VIEW_ITEM, "bag", minute=number // 3, user=f"u{number % 9}")
            for number in range(4321)
        ]
        assert log.append(reversed(many)) == 4321
        assert list(log.events()) == many
        assert log.popularity() == {"bag": 4321.0}

    def test_what_was_long_ago_counts_half_for_every_thirty_days(self) -> None:
        log = self.log()
        old = replace(SEEN, event_id="old", timestamp=NOW - timedelta(days=60))
        log.append([SEEN, old])
        assert log.popularity() == {"laptop": 1.25, "bag": 1.25}
        log.append([replace(THEIRS, timestamp=NOW + timedelta(days=30))])
        assert log.popularity() == {"laptop": 0.625, "bag": 5.625}

    @pytest.mark.parametrize("seed", range(5))
    def test_the_order_in_which_events_come_changes_nothing(self, seed: int) -> None:
        log = self.log()
        some = [BOUGHT, SEEN, THEIRS, SHOWN, *CRAWLED[:3]]
        for one in random.Random(seed).sample(some, len(some)):
            log.append([one])
        assert log.popularity() == {"laptop": 21.0, "bag": 6.0, "mouse": 3.0}

    @pytest.mark.parametrize("cut", [0, 30, 60])
    def test_somebody_faster_than_a_person_is_suspected_and_counts_for_nothing(self, cut: int) -> None:
        log = self.log()
        log.append([SEEN])
        for some in (CRAWLED[cut:], CRAWLED[:cut]):
            log.append(some)
        log.append([replace(CRAWLED[0], event_id="one more", timestamp=NOW + timedelta(days=3))])
        assert log.suspects() == {"session crawler"}
        assert log.popularity() == {"laptop": 1.0, "bag": 1.0}
        assert len(list(log.events())) == len(CRAWLED) + 2

    def test_sixty_looks_in_a_minute_are_still_a_person(self) -> None:
        log = self.log()
        log.append(CRAWLED[:60])
        assert (log.suspects(), log.popularity()) == (frozenset(), {"mouse": 60.0})

    def test_an_invoice_of_a_thousand_lines_is_a_purchase(self) -> None:
        log = self.log()
        lines = [event(f"{number}", EventName.PURCHASE, "bag", user="wholesaler") for number in range(1000)]
        log.append(lines)
        assert (log.suspects(), log.popularity()) == (frozenset(), {"bag": 20_000.0})

    def test_recent_deeds_are_those_of_the_user_and_of_the_session_newest_first(self) -> None:
        log = self.log()
        unnamed = replace(event("5", EventName.VIEW_ITEM, "mouse", user="", minute=5), session_id="now")
        search = event("6", EventName.SEARCH, minute=9)
        log.append([SEEN, BOUGHT, replace(THEIRS, session_id="other"), unnamed, SHOWN, search])
        assert log.recent(user_id="ann") == [BOUGHT, SEEN]
        assert log.recent(user_id="ann", session_id="now") == [unnamed, BOUGHT, SEEN]
        assert log.recent(session_id="now") == [unnamed]
        assert log.recent(user_id="ann", session_id="now", limit=2) == [unnamed, BOUGHT]
        assert (log.recent(), log.recent(user_id="nobody")) == ([], [])

    def test_what_was_done_unnamed_goes_with_the_shopper_whose_session_it_was(self) -> None:
        log = self.log()
        before = replace(event("5", EventName.VIEW_ITEM, "mouse", user=""), session_id="ann's")
        shared = replace(event("6", EventName.VIEW_ITEM, "bag", user=""), session_id="kiosk")
        log.append([before, replace(SEEN, session_id="ann's"), shared])
        log.append([replace(BOUGHT, session_id="kiosk"), replace(THEIRS, session_id="kiosk")])
        assert log.erase_user("ann") == 3
        assert list(log.events()) == [shared, replace(THEIRS, session_id="kiosk")]
        assert log.popularity() == {"bag": 6.0}

    def test_the_version_grows_with_every_change(self) -> None:
        log = self.log()
        versions = [log.version]
        for change in (lambda: log.append([SEEN]), lambda: log.append([BOUGHT]), lambda: log.erase_user("ann")):
            change()
            versions.append(log.version)
        assert versions == sorted(set(versions))
        log.append([])
        log.erase_user("nobody")
        assert log.version == versions[-1]
