"""An ingest to be killed: `python -m tests.killed_ingest SHOP START`; prints each acknowledged batch's last number."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from daogou.catalog.products.event import Event, EventItem, EventName
from daogou.db.database import open_database
from daogou.db.events import SqlEvents

BATCH = 200
PRODUCTS = 50
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def numbered(number: int) -> Event:
    """The same number is the same event."""
    return Event(
        event_id=f"e{number}",
        name=EventName.VIEW_ITEM if number % 3 else EventName.PURCHASE,
        timestamp=NOON + timedelta(seconds=number),
        user_id=f"u{number % 101}",
        items=(EventItem(item_id=f"p{number % PRODUCTS}"),),
    )


def batches(start: int) -> Iterator[list[Event]]:
    """Without end; each also sends the batch before it once more, as a client does that saw no answer."""
    for number in count(start // BATCH):
        yield [numbered(one) for one in range(max(0, (number - 1) * BATCH), (number + 1) * BATCH)]


if __name__ == "__main__":
    log = SqlEvents(open_database(f"sqlite:///{Path(sys.argv[1]) / 'shop.db'}"))
    for batch in batches(int(sys.argv[2])):
        log.append(batch)
        print(batch[-1].event_id, flush=True)
