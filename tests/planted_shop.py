"""A log with a plan: coffee people buy 0 to 4, tea people 5 to 9; after 0 comes 1, after 5 comes 6; 2 goes with 3 in one basket."""

import random
from datetime import UTC, datetime, timedelta

import numpy as np

from daogou.catalog.products.event import Event, EventItem, EventName
from daogou.recommend.history import ItemTable
from daogou.recommend.learn.fitting import ItemData
from daogou.recommend.learn.interactions import Interactions, interactions_from
from daogou.recommend.models.tastes import Traits

N_ITEMS = 12  # 10 and 11 were never touched; they read like 1 and 6
COFFEE, TEA = range(5), range(5, 10)
START = datetime(2026, 1, 1, tzinfo=UTC)
TABLE = ItemTable([f"p{row}" for row in range(N_ITEMS)])


def bought(user: str, day: float, *rows: int, name: EventName = EventName.PURCHASE) -> Event:
    """One purchase of one or several products."""
    return Event(
        event_id=f"{user}-{day}-{rows}-{name}",
        name=name,
        timestamp=START + timedelta(days=day),
        user_id=user,
        items=tuple(EventItem(item_id=TABLE.ids[row]) for row in rows),
    )


def planted_events(shoppers: int = 1000, seed: int = 0) -> list[Event]:
    """Each shopper takes the first product of the own kind, then the one that follows it, then the basket."""
    dice = random.Random(seed)
    events = []
    for number in range(shoppers):
        own = COFFEE if number % 2 == 0 else TEA
        day, user = dice.uniform(0, 300), f"u{number:04}"
        events += [bought(user, day, own[0]), bought(user, day + 1, own[1]), bought(user, day + 2, own[2], own[3])]
        if dice.random() < 0.3:
            events.append(bought(user, day + 3, own[4]))
    return events


def planted_traces() -> Interactions:
    """The same as arrays."""
    return interactions_from(planted_events(), TABLE)


def item_data() -> ItemData:
    """Two kinds, two brands, and vectors by which 10 reads like 1 and 11 like 6."""
    kinds = np.array([0] * 5 + [1] * 5 + [0, 1], dtype=np.int32)
    vectors = np.eye(N_ITEMS, dtype=np.float32)
    vectors[10], vectors[11] = 0.9 * vectors[1] + 0.436 * vectors[10], 0.9 * vectors[6] + 0.436 * vectors[11]
    traits = Traits(
        values={"brand": ("bean", "leaf")}, codes={"brand": kinds}, price_level=np.full(N_ITEMS, 0.5, dtype=np.float32)
    )
    names = ("coffee", "tea")
    return ItemData(table=TABLE, kinds=[names[kind] for kind in kinds], vectors={"eye": vectors}, traits=traits)
