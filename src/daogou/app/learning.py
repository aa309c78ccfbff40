"""`daogou learn recommender` and `daogou learn fit`: a log or judgements in, a numbered version out, if it is better on what was held out."""

import json
import shutil
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import numpy as np

from daogou.app.advising import RECOMMENDER, vectors_of
from daogou.app.fitting import (
    FOLDS,
    Floats,
    Judged,
    Report,
    fit_card,
    folds_of,
    learn_factors,
    ndcg,
    read_judgements,
    shown_turns,
    without_positions,
)
from daogou.app.opening import FIT, Shop, open_shop, write_weights
from daogou.ask.model.reader import RULES_ALONE
from daogou.catalog.products.conversation import Session
from daogou.db.durable import Versions
from daogou.errors import MissingExtra, ShopError
from daogou.index.memory import MemoryEvents
from daogou.progress import Progress, silent
from daogou.rank.fit import scale
from daogou.rank.kinds import STANDARD, Weights
from daogou.rank.likelihood import SILENT
from daogou.recommend.artifact import Knowledge, save
from daogou.recommend.history import History, ItemAct, ItemTable, item_acts, visits_of
from daogou.recommend.learn.fitting import ItemData, MakeModel
from daogou.recommend.learn.interactions import interactions_from
from daogou.recommend.learn.recommender import Recipe, learn_recommender, recommender_card
from daogou.recommend.learn.weighing import paired_gain
from daogou.recommend.models.sequence import SEQUENCE
from daogou.recommend.models.tastes import traits_of
from daogou.recommend.recommender import Recommender, Shopper
from daogou.search import Ordered

CARD, REPORT = "card.md", "report.json"
EXPERTS = "daogou.experts"  # entry points: what makes a further expert of the mixture
TRAINING = "training"  # checkpoints of a run that is under way


@dataclass(frozen=True, kw_only=True)
class LearnedVersion:
    """What came of it."""

    number: int
    card: Path
    report: Mapping[str, Any]


def learn_shop_recommender(
    folder: Path, recipe: Recipe | None = None, *, sequences: bool = False, on_progress: Progress = silent
) -> LearnedVersion:
    """Learn from the shop's log and let the new version count; ShopError where the log says nothing.

    A running service picks it up at the next request. `sequences` also trains a sequence model, which needs torch; killed, it
    goes on from its checkpoints.
    """
    with open_shop(folder) as shop:
        item_data = goods_of(shop)
        on_progress("events", 0, 0)
        interactions = interactions_from((event for event in shop.events.events() if event.weighs), item_data.table)
    if not interactions.n_visits:
        raise ShopError(
            f"{folder}: no event speaks of a product of the shop yet; load a log with: daogou load --events LOG"
        )
    training = folder / RECOMMENDER / TRAINING
    further = [sequence_expert(item_data, training, on_progress=on_progress)] if sequences else []
    outcome = learn_recommender(interactions, item_data, recipe, further=further, on_progress=on_progress)

    def write(part: Path) -> None:
        save(part, outcome.learned)
        (part / CARD).write_text(recommender_card(outcome.report), encoding="utf-8")
        (part / REPORT).write_text(json.dumps(outcome.report, indent=1, ensure_ascii=False), encoding="utf-8")

    versions = Versions(folder / RECOMMENDER)
    number = versions.publish(write)
    shutil.rmtree(training, ignore_errors=True)
    return LearnedVersion(number=number, card=versions.path(number) / CARD, report=outcome.report)


def sequence_expert(item_data: ItemData, folder: Path, *, on_progress: Progress = silent) -> MakeModel:
    """The installed trainer of sequence models, its checkpoints in `folder`; MissingExtra where there is none."""
    for point in entry_points(group=EXPERTS, name=SEQUENCE):
        made: MakeModel = point.load()(item_data=item_data, folder=folder, on_progress=on_progress)
        return made
    raise MissingExtra("the training of sequence models", "train")


def goods_of(shop: Shop) -> ItemData:
    """The shop's products as the models see them."""
    products = list(shop.catalogue.products())
    ids = [product.id for product in products]
    return ItemData(
        table=ItemTable(ids),
        kinds=[product.product_type for product in products],
        vectors={encoder.name: vectors_of(shop.index, encoder.name, ids) for encoder in shop.guide.engine.encoders},
        traits=traits_of(products, shop.clock()),
    )


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
        ranked = [one.product_id for one in answer.ranked] if answer else []
        return np.array([of_product[product_id] for product_id in ranked if product_id in of_product])

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


FEW = 30  # queries below which nothing can be learnt that would hold
MANY = 5_000  # turns, the newest


@dataclass(frozen=True, kw_only=True)
class LearnedFit:
    """What came of it; `number` is None where it was not better and does not count."""

    number: int | None
    report: Report
    factors: Mapping[str, float] = field(default_factory=dict)
    card: Path | None = None


def learn_shop_fit(
    folder: Path, *, judgements: Path | None = None, anyway: bool = False, on_progress: Progress = silent
) -> LearnedFit:
    """Learn this shop's weights; they count only where the queries left out show that they help, or `anyway`.

    Without judgements, from the turns of the shop's log. ShopError where there are too few of either.
    """
    source = "logged turns" if judgements is None else "judgements"
    with open_shop(folder) as shop:
        asker = Asker(shop)
        asked = _turns(shop, asker) if judgements is None else _judgements(judgements)
        judged = _judged(asker, asked, on_progress)
        distinct = len({one.query for one, _ in judged})
        if distinct < FEW:
            raise ShopError(
                f"{distinct} queries with {source} tell of an order; at least {FEW} are needed"
                " (answers with products on which something was clicked, or --judgements FILE)"
            )
        report = _cross_validated(asker, judged, on_progress)
    if not (report.gain.helps or anyway):
        return LearnedFit(number=None, report=report)
    factors = learn_factors([one for one, _ in judged])
    versions = Versions(folder / FIT)
    number = versions.publish(lambda part: _write(part, report, source, factors))
    return LearnedFit(number=number, report=report, factors=factors, card=versions.path(number) / CARD)


def _judgements(path: Path) -> list[Asked]:
    """A person looked at the products, no place has to be taken out."""
    rated = read_judgements(path)
    most = max((rating for of_query in rated.values() for rating in of_query.values()), default=1.0)
    return [
        Asked(query=query, grades={key: round(3 * rating / most) for key, rating in ratings.items()})
        for query, ratings in rated.items()
    ]


def _turns(shop: Shop, asker: Asker) -> list[Asked]:
    """The answers on which something was clicked, each with what its shopper had done until then."""
    turns = shown_turns(event for event in shop.events.events() if event.weighs)[-MANY:]
    deeds: dict[str, list[ItemAct]] = {turn.who: [] for turn in turns}
    for event in shop.events.events():
        key = event.user_id or event.session_id
        if key in deeds:
            deeds[key] += item_acts(event, asker.rows)
    found = []
    for turn in turns:
        before = [act for act in deeds[turn.who] if act.at_s < turn.at.timestamp()]
        grades = {product_id: turn.grades.get(product_id, 0) for product_id in turn.positions}
        history = History.of([dated.visit for dated in visits_of(before)])
        found.append(Asked(query=turn.query, grades=grades, positions=turn.positions, history=history))
    return found


def _judged(asker: Asker, asked: Sequence[Asked], on_progress: Progress) -> list[tuple[Judged, Asked]]:
    """Those that tell of an order, the place taken out of what was clicked."""
    told: list[tuple[Judged, Asked]] = []
    for number, one in enumerate(asked):
        on_progress("queries", number, len(asked))
        weighed = asker.weigh(one)
        if weighed is not None and weighed.tells:
            told.append((weighed, one))
    return list(zip(without_positions([one for one, _ in told]), (one for _, one in told), strict=True))


def _cross_validated(asker: Asker, judged: Sequence[tuple[Judged, Asked]], on_progress: Progress) -> Report:
    """Whole queries are left out, and searched for with the weights that were learnt on the others."""
    folds = folds_of([one for one, _ in judged])
    after = np.zeros(len(judged))
    for fold in range(FOLDS):
        on_progress("folds", fold, FOLDS)
        others = [one for (one, _), own in zip(judged, folds, strict=True) if own != fold]
        weights = STANDARD.times(learn_factors(others))
        for number, (one, asked) in enumerate(judged):
            if folds[number] == fold:
                after[number] = ndcg(asker.gains(asked, weights, one))
    before = [ndcg(one.gains) for one, _ in judged]
    return Report(
        queries=len({one.query for one, _ in judged}),
        standard=float(np.mean(before)),
        learnt=float(after.mean()),
        gain=paired_gain(before, after.tolist(), groups=[one.query for one, _ in judged]),
    )


def _write(part: Path, report: Report, source: str, factors: Mapping[str, float]) -> None:
    write_weights(part, STANDARD.times(factors))
    (part / CARD).write_text(fit_card(report, source, factors), encoding="utf-8")
    told = {"queries": report.queries, "standard": report.standard, "learnt": report.learnt, "gain": str(report.gain)}
    text = json.dumps(told | {"source": source, "factors": dict(factors)}, indent=1)
    (part / REPORT).write_text(text, encoding="utf-8")
