"""A query that people judged or clicked on, asked again: every product of its answer with what each weight of fit gave it."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np

from daogou.app.fit.fitting import Floats, Judged
from daogou.app.opening import Shop
from daogou.ask.model.reader import RULES_ALONE
from daogou.catalog.products.conversation import Session
from daogou.index.memory import MemoryEvents
from daogou.rank.fit import scale
from daogou.rank.likelihood import SILENT
from daogou.rank.weights import STANDARD, Weights
from daogou.recommend.history import History
from daogou.recommend.knowledge import Knowledge
from daogou.recommend.recommender import Recommender, Shopper
from daogou.search import Ordered

FIXED = ("lexical", "code")  # the scale that the others are on
OFF = -1e3  # what breaks a firm wish comes last


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A query and what is known of its products; `positions` where each was shown, None: a person judged."""

    query: str
    grades: Mapping[str, int]  # by product id, 0 to 3
    positions: Mapping[str, int] | None = None
    history: History = field(default_factory=History)  # what the shopper had done until then


class Asker:
    """Understands, finds and orders as the shop's guide does, without a language model."""

    def __init__(self, shop: Shop) -> None:
        knowledge = shop.recommender.shopper().knowledge
        self.rows = knowledge.table.rows
        self._recommender = PreparedRecommender(lambda: knowledge, shop.clock)
        understanding = replace(shop.guide.understanding, reader=RULES_ALONE)
        self._guide = replace(shop.guide, recommender=self._recommender, understanding=understanding)

    def weigh(self, asked: Asked) -> Judged | None:
        """The graded products in the standard order; None where no weight gave an order: sorted, several things, about the shop."""
        answer = self._answer(asked, STANDARD)
        if answer is None:
            return None
        ids = tuple(one.product_id for one in answer.ranked if one.product_id in asked.grades)
        split = [_split(answer, product_id) for product_id in ids]
        names = dict.fromkeys(name for parts in split for name in parts)
        parts = {name: np.array([one.get(name, 0.0) for one in split]) for name in names}
        totals = np.array([answer.judged[one].total + OFF * answer.judged[one].off for one in ids])
        return Judged(
            query=asked.query,
            product_ids=ids,
            parts=parts,
            rest=totals - sum(parts.values(), np.zeros(len(ids))),
            information=answer.found.information,
            gains=np.array([2.0 ** asked.grades[one] - 1 for one in ids]),
            positions=None if asked.positions is None else np.array([asked.positions[one] for one in ids], dtype=int),
        )

    def gains(self, asked: Asked, weights: Weights, judged: Judged) -> Floats:
        """(n,) what was judged, in the order of other weights."""
        answer = self._answer(asked, weights)
        of_product = dict(zip(judged.product_ids, judged.gains.tolist(), strict=True))
        ranked = () if answer is None else answer.ranked
        return np.array([of_product[one.product_id] for one in ranked if one.product_id in of_product])

    def _answer(self, asked: Asked, weights: Weights) -> Ordered | None:
        guide = self._guide
        need = guide.understand(asked.query, Session(session_id=""))
        if need.others or need.shop is not None or need.sort is not None:
            return None
        self._recommender.history = asked.history
        engine = replace(guide.engine, weights=weights, likelihood=SILENT)
        return engine.order(need, at=guide.clock(), customer=self._recommender.shopper())


def _split(answer: Ordered, product_id: str) -> dict[str, float]:
    """What each weight that can be learnt gave the product: encoders', the kind's two, the wishes' by scale."""
    fit, found = answer.judged[product_id], answer.found
    share = STANDARD.worth / max(found.information, STANDARD.worth)
    encoders = {score.source for one in found.candidates for score in one.scores} - {*FIXED}
    parts = {name: fit.parts[name] for name in sorted(encoders) if name in fit.parts}
    if fit.product.product_type in answer.kinds.kinds:
        parts["credit"] = answer.kinds.probability * STANDARD.credit * answer.kinds.credit
        parts["kind"] = answer.kinds.probability * STANDARD.kind * share
    wishes: dict[str, float] = defaultdict(float)
    for wish, said in zip(answer.need.constraints, fit.outcomes, strict=True):
        wishes[scale(wish)] += share * STANDARD.points(scale(wish), said)
    return parts | wishes


class PreparedRecommender(Recommender):
    """Whoever asks is the shopper that was prepared."""

    def __init__(self, knowledge: Callable[[], Knowledge], clock: Callable[[], datetime]) -> None:
        super().__init__(knowledge, events=MemoryEvents(), clock=clock)
        self.history = History()

    def shopper(self, *, user_id: str = "", session_id: str = "", said: Sequence[str] = ()) -> Shopper:
        """With the history that was set."""
        return replace(super().shopper(), history=self.history)
