"""What every EventLog does."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from daogou.ports import EventLog
from daogou.shop.event import Event, EventItem, EventName
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
