"""Answers that we gave, and what became of each product in them: clicks graded, with the place at which each was shown."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from daogou.catalog.products.event import Event, EventName
from daogou.errors import UserError

GRADES: Mapping[EventName, int] = MappingProxyType(
    {
        EventName.SELECT_ITEM: 1,
        EventName.VIEW_ITEM: 1,
        EventName.ADD_TO_WISHLIST: 2,
        EventName.ADD_TO_CART: 2,
        EventName.PURCHASE: 3,
    }
)
LATER = timedelta(hours=24)  # after an answer within which what its session does with a product is joined to it


@dataclass(kw_only=True)
class ShownTurn:
    """One answer with a list of products."""

    turn_id: str
    query: str
    user_id: str
    session_id: str
    at: datetime
    positions: dict[str, int]  # by product id, from 0
    grades: dict[str, int] = field(default_factory=dict)  # by product id; absent: nobody touched it

    def grade(self, product_id: str, grade: int) -> None:
        """The best that was done with it counts."""
        if product_id in self.positions:
            self.grades[product_id] = max(grade, self.grades.get(product_id, 0))


def shown_turns(events: Iterable[Event]) -> list[ShownTurn]:
    """Those in which something was touched: the others tell nothing of the order. `events` oldest first.

    A deed is joined by the list that it names, else to what its session was shown within the day before.
    """
    by_list: dict[str, ShownTurn] = {}
    by_session: dict[str, list[ShownTurn]] = defaultdict(list)
    for event in events:
        if event.name is EventName.VIEW_ITEM_LIST:
            turn = _shown(event)
            if turn is not None:
                by_list[turn.turn_id] = turn
                by_session[turn.session_id].append(turn)
        elif event.name in GRADES:
            _join(event, by_list, by_session)
    return [turn for turn in by_list.values() if turn.grades]


def _shown(event: Event) -> ShownTurn | None:
    turn_id = next((item.item_list_id for item in event.items if item.item_list_id), "")
    if not turn_id or not event.search_term:
        return None
    return ShownTurn(
        turn_id=turn_id,
        query=event.search_term,
        user_id=event.user_id,
        session_id=event.session_id,
        at=event.timestamp,
        positions={item.item_id: place if item.index is None else item.index for place, item in enumerate(event.items)},
    )


def _join(event: Event, by_list: Mapping[str, ShownTurn], by_session: Mapping[str, list[ShownTurn]]) -> None:
    recent = [turn for turn in by_session.get(event.session_id, ()) if event.timestamp - turn.at <= LATER]
    for item in event.items:
        named = by_list.get(item.item_list_id)
        for turn in [named] if named is not None else recent if event.session_id else ():
            turn.grade(item.item_id, GRADES[event.name])


Judgements: TypeAlias = Mapping[str, Mapping[str, float]]  # query -> product id -> rating


def read_judgements(path: Path) -> Judgements:
    """Those queries that have a relevant product; UserError where a column is missing or a rating is no number."""
    judgements: dict[str, dict[str, float]] = defaultdict(dict)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                judgements[row["query"]][row["docid"]] = float(row["rating"])
    except (OSError, KeyError, ValueError) as error:
        raise UserError(f"{path}: {error!r}; expected the columns query, docid and rating (a number)") from error
    return {query: rated for query, rated in judgements.items() if max(rated.values()) > 0}
