"""What a guide tells of one turn while it comes about, and of one plain search."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, TypedDict

from daogou.catalog.products.candidate import Candidate, Retrieval
from daogou.catalog.products.conversation import Recommendation, Response, Session, Turn, Withdrawal
from daogou.catalog.products.event import Event, EventItem, EventName
from daogou.catalog.products.need import ShopperNeed
from daogou.catalog.products.product import Product


class Asked(TypedDict, total=False):
    """What may come with a message; all of it may be left out."""

    session_id: str
    user_id: str
    locale: str
    without: Sequence[Withdrawal]  # wishes of earlier turns, taken off first; the message may then be empty
    considered: bool  # also the other responses that could have been given, where no model chooses
    personal: bool  # False: what the shopper did is not looked at


@dataclass(frozen=True, kw_only=True)
class Understood:
    """First: what the shopper asks for."""

    need: ShopperNeed


@dataclass(frozen=True, kw_only=True)
class Shortlisted:
    """Second: the products, at the prices of that moment."""

    recommendations: tuple[Recommendation, ...]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Said:
    """Then: a piece of the text."""

    delta: str


@dataclass(frozen=True, kw_only=True)
class Answered:
    """Last: the whole turn, durable."""

    session: Session
    turn: Turn
    response: Response


TurnEvent: TypeAlias = Understood | Shortlisted | Said | Answered


@dataclass(frozen=True, kw_only=True)
class SearchResult:
    """One page of a plain search; candidates best first, with their products, ordered by the prices of that moment."""

    need: ShopperNeed
    at: datetime
    retrieval: Retrieval
    shortlist: tuple[Candidate, ...]
    products: Mapping[str, Product]


def list_views(turn: Turn, session: Session) -> list[Event]:
    """What was shown as an event like any other: our answers are training data. None where nothing was."""
    items = tuple(
        EventItem(item_id=product_id, index=index, item_list_id=turn.turn_id)
        for index, product_id in enumerate(turn.shown)
    )
    view = Event(
        event_id=f"{turn.turn_id}:{EventName.VIEW_ITEM_LIST}",
        name=EventName.VIEW_ITEM_LIST,
        timestamp=turn.at,
        user_id=session.user_id,
        session_id=session.session_id,
        items=items,
        search_term=turn.need.query,
    )
    return [view] if items else []
