"""The recommender at work: a shopper's events become a history, a history probabilities, and these a carousel or a part of the order."""

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from daogou.catalog.products.candidate import Explanation, ExplanationKind, Pick, Place, Score
from daogou.catalog.products.event import EventName
from daogou.ports import EventLog
from daogou.recommend.artifact import BOTH, PAIR, TOGETHER, Knowledge, scores_at
from daogou.recommend.history import STRENGTHS, History, Rows, Visit, item_acts, visits_of
from daogou.recommend.mixture import MixedScores
from daogou.recommend.models.items import Scores

MOST = 2  # said of one product
CONTEXT = 12  # products of a history that others are said to go with, the newest
SAME_SHOPPERS = 3  # who chose both, from which on it is worth saying
BRAND_VISITS = 2  # in which a brand was chosen
BUYERS = 3  # who bought it
NEAR = 0.02  # share of what reads alike from which on a product does


class Explainer:
    """For the products of one rail."""

    def __init__(
        self,
        place: Place,
        knowledge: Knowledge,
        history: History,
        *,
        about: Sequence[int],
        rows: Sequence[int],
        at: datetime,
    ) -> None:
        self._place = place
        self._knowledge = knowledge
        self._history = history
        self._at = at
        self._about = list(about)
        self._own = set() if about else set(history.sequence.tolist())
        brands = (set(knowledge.brands[list(visit.items)].tolist()) - {-1} for visit in history.visits)
        self._brand_visits = Counter(itertools.chain.from_iterable(brands))  # in which something of it was chosen
        context = self._about or list(dict.fromkeys(reversed(history.sequence.tolist())))[:CONTEXT]
        self._together = _most(knowledge, TOGETHER, context, rows)
        self._both = _most(knowledge, BOTH, context, rows)
        self._near = {other: knowledge.alike([other]) for other in self._about} if place is Place.SIMILAR else {}

    def of(self, row: int) -> tuple[Explanation, ...]:
        """At most two, the most telling first."""
        return tuple(itertools.islice(self._found(row), MOST))

    def _found(self, row: int) -> Iterator[Explanation]:
        if self._place is Place.SIMILAR:
            yield from self._same_shoppers(row)
            yield from self._alike(row)
        elif self._about:
            yield from self._bought_together(row)
            yield from self._same_shoppers(row)
        if visits := sum(1 for visit in self._history.visits if row in visit.bought):
            yield Explanation(kind=ExplanationKind.BOUGHT_BEFORE, as_of=self._at, count=visits)
        visits = self._brand_visits[int(self._knowledge.brands[row])]
        if visits >= BRAND_VISITS:
            yield Explanation(kind=ExplanationKind.OWN_BRAND, as_of=self._at, count=visits)
        if not self._about and row not in self._own:
            yield from self._bought_together(row)
            yield from self._same_shoppers(row)
        if self._knowledge.buyers[row] >= BUYERS:
            yield self._counted(ExplanationKind.BOUGHT_BY, int(self._knowledge.buyers[row]))

    def _bought_together(self, row: int) -> Iterator[Explanation]:
        count, other = self._together.get(row, (0, -1))
        if count >= PAIR:
            yield self._counted(ExplanationKind.BOUGHT_TOGETHER, count, other)

    def _same_shoppers(self, row: int) -> Iterator[Explanation]:
        count, other = self._both.get(row, (0, -1))
        if count >= SAME_SHOPPERS:
            yield self._counted(ExplanationKind.SAME_SHOPPERS, count, other)

    def _alike(self, row: int) -> Iterator[Explanation]:
        known = self._knowledge
        for other in self._about:
            if known.kinds[row] == known.kinds[other] >= 0 and self._near[other][row] >= NEAR:
                yield Explanation(kind=ExplanationKind.ALIKE, as_of=self._at, product_id=known.table.ids[other])

    def _counted(self, kind: ExplanationKind, count: int, other: int | None = None) -> Explanation:
        assert self._knowledge.counts is not None
        product_id = "" if other is None else self._knowledge.table.ids[other]
        return Explanation(kind=kind, as_of=self._knowledge.counts.as_of, count=count, product_id=product_id)


def _most(knowledge: Knowledge, name: str, context: Sequence[int], rows: Sequence[int]) -> dict[int, tuple[int, int]]:
    """By row: the largest count with any product of the context, and with which."""
    if not context or not rows:
        return {}
    asked = np.array(rows, dtype=np.int32)
    counts = np.stack([knowledge.counted(name, other, asked) for other in context])  # (len(context), len(rows))
    best = counts.argmax(axis=0)
    return {
        row: (int(counts[place, column]), context[place])
        for column, (row, place) in enumerate(zip(rows, best, strict=True))
    }


RECENT = 300  # events of a shopper that are looked at
DEEP = 100  # products from the top among which different ones are looked for
SAID = 0.15  # how much a product is wanted that answered what the shopper said; a look at it counts 0.3
IN_CART = STRENGTHS[EventName.ADD_TO_CART]
LASTING = 1e-2  # share of the score from which on a voice is told


@dataclass(frozen=True, kw_only=True)
class Anybody:
    """A shopper of whom nothing is known: likely to want what everybody buys."""

    popularity: Mapping[str, float]

    def lifts(self, product_ids: Sequence[str]) -> dict[str, float]:
        """None."""
        return {}

    def log_shares(self, product_ids: Sequence[str]) -> dict[str, float]:
        """By product: log P(item | anybody), smoothed by one, so that a new product is unlikely, not impossible."""
        total = sum(self.popularity.values()) + len(self.popularity) + 1
        return {one: math.log((self.popularity.get(one, 0.0) + 1) / total) for one in product_ids}


def customer(recommender: "Recommender | None", events: EventLog, *, user_id: str, session_id: str) -> "Customer":
    """Who asks, as far as a recommender may and can know: anybody without one, or without a name."""
    if recommender is None or not (user_id or session_id):
        return Anybody(popularity=events.popularity())
    return recommender.shopper(user_id=user_id, session_id=session_id)


class Recommender:
    """Safe to call from several threads; a new event counts at the next call."""

    def __init__(self, knowledge: Callable[[], Knowledge], *, events: EventLog, clock: Callable[[], datetime]) -> None:
        self._knowledge = knowledge
        self._events, self._clock = events, clock

    def shopper(self, *, user_id: str = "", session_id: str = "", said: Sequence[str] = ()) -> "Shopper":
        """Who did these things, in this session or another; and, most recent, was answered with those products."""
        known = self._knowledge()
        rows = known.table.rows
        who = {"user_id": user_id, "session_id": session_id}
        recent = self._events.recent(**who, limit=RECENT) if any(who.values()) else []
        visits = [dated.visit for dated in visits_of(act for event in recent for act in item_acts(event, rows))]
        answered = dict.fromkeys(known.table.known(said), SAID)
        history = History.of([*visits, Visit(items=answered)] if answered else visits)
        return Shopper(knowledge=known, history=history, at=self._clock())


@dataclass(frozen=True, eq=False, kw_only=True)
class Shopper:
    """One shopper at one moment, and all that is known at it."""

    knowledge: Knowledge
    history: History
    at: datetime

    def lifts(self, product_ids: Sequence[str]) -> dict[str, float]:
        """By product: log P(item | shopper) - log P(item | anybody), in nats; empty for a stranger, unknown ones are left out."""
        if not self.history:
            return {}
        rows, lift = self.knowledge.table.rows, self._lift
        return {one: float(lift[rows[one]]) for one in product_ids if one in rows}

    def log_shares(self, product_ids: Sequence[str]) -> dict[str, float]:
        """By product: log P(item | shopper), natural logarithm; a product that came since is as likely as any."""
        rows, mixed = self.knowledge.table.rows, self._mixed
        anything = 1 / max(len(rows), 1)
        shares = {one: float(mixed[rows[one]]) if one in rows else 0.0 for one in product_ids}
        return {one: math.log(0.99 * share + 0.01 * anything) for one, share in shares.items()}

    def carousel(
        self,
        place: Place,
        *,
        about: Sequence[str] = (),
        limit: int = 12,
        diversity: float = 0.3,
        among: Sequence[str] | None = None,
    ) -> list[Pick]:
        """The products for that place, best first; those out of stock and those that the rail is about are not among them.

        `about`: the product, the cart or the purchase. `diversity` from 0, the likeliest, to 1, the most different. `among`:
        no others.
        """
        known = self.knowledge
        rows = known.table.known(about)
        mixed = scores_at(place, known, self.history, rows)
        total = np.where(self._allowed(rows, among), mixed.total, np.float32(0.0))
        best = _best(total, DEEP)
        kinds = np.full_like(known.kinds, -1) if place is Place.SIMILAR else known.kinds  # there one kind is wanted
        chosen = diverse(best, total[best], kinds, known.brands, dial=diversity, limit=limit)
        explanations = Explainer(place, known, self.history, about=rows, rows=chosen, at=self.at)
        return [
            Pick(product_id=known.table.ids[row], scores=_scores(row, mixed), explanations=explanations.of(row))
            for row in chosen
        ]

    def last(self, place: Place) -> list[str]:
        """What the cart or the purchase of the newest visit was, as far as the events tell; empty elsewhere."""
        visit = self.history.visits[-1] if self.history else Visit(items={})
        if place is Place.CART:
            rows = [row for row, strength in visit.items.items() if strength == IN_CART and row not in visit.bought]
        else:
            rows = sorted(visit.bought) if place is Place.AFTER_PURCHASE else []
        return [self.knowledge.table.ids[row] for row in rows]

    @cached_property
    def _lift(self) -> Scores:
        return self.knowledge.lift(self.history)

    @cached_property
    def _mixed(self) -> Scores:
        return self.knowledge.mixture.scores(self.history)

    def _allowed(self, about: Sequence[int], among: Sequence[str] | None) -> npt.NDArray[np.bool_]:
        allowed = self.knowledge.sellable.copy()
        allowed[list(about)] = False
        if among is not None:
            allowed &= np.isin(np.arange(len(allowed)), self.knowledge.table.known(among))
        return allowed


Customer: TypeAlias = Shopper | Anybody


def _best(total: Scores, most: int) -> Rows:
    """(n,) at most so many rows, best first; those of which nothing is believed are left out."""
    most = min(most, len(total))
    rows = np.argpartition(-total, most - 1)[:most] if most else np.zeros(0, dtype=np.int64)
    rows = rows[np.lexsort((rows, -total[rows]))]
    return rows[total[rows] > 0].astype(np.int32)


def _scores(row: int, mixed: MixedScores) -> tuple[Score, ...]:
    """The models that moved the product, the strongest first, and the total."""
    lasting = [(name, share) for name, share in mixed.shares(row) if share > LASTING]
    total = float(mixed.total[row])
    return (*(Score(source=name, value=share * total) for name, share in lasting), Score(source="total", value=total))


SAME_KIND, SAME_BRAND = 0.7, 0.3  # what two products have in common


def diverse(rows: Rows, scores: Scores, kinds: Rows, brands: Rows, *, dial: float, limit: int) -> list[int]:
    """Maximal marginal relevance (Carbonell & Goldstein, 1998): `limit` of the rows, one after the other.

    `rows` (n,), best first, with their `scores` (n,); `kinds` and `brands` (n_items,), -1 where the row does not say. A dial of 0
    keeps the order, one of 1 looks at nothing but the difference from what stands before.
    """
    relevance = np.sqrt(scores / scores.max()) if len(scores) and scores.max() > 0 else np.ones(len(rows))
    of_kind, of_brand = kinds[rows], brands[rows]
    worth = (1 - dial) * relevance
    nearest = np.zeros(len(rows))
    taken: list[int] = []
    for _ in range(min(limit, len(rows))):
        place = int((worth - dial * nearest).argmax())
        worth[place] = -np.inf
        taken.append(int(rows[place]))
        same = SAME_KIND * _same(of_kind, of_kind[place]) + SAME_BRAND * _same(of_brand, of_brand[place])
        np.maximum(nearest, same, out=nearest)
    return taken


def _same(codes: Rows, code: int) -> npt.NDArray[np.bool_]:
    """(n,) nobody is like a row that does not say."""
    return np.asarray((codes == code) & (code >= 0), dtype=np.bool_)
