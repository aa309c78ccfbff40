"""`daogou learn fit`: judgements or logged turns in, a numbered version of the shop's own weights of fit out, if they are better."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from daogou.app.fit.fitting import FOLDS, Judged, Report, fit_card, folds_of, learn_factors, ndcg, without_positions
from daogou.app.fit.turns import ShownTurn, read_judgements, shown_turns
from daogou.app.fitted import FIT, write_weights
from daogou.app.jobs.asking_again import Asked, Asker
from daogou.app.opening import Shop, open_shop
from daogou.db.versions import Versions
from daogou.errors import ShopError
from daogou.progress import Progress, silent
from daogou.rank.weights import STANDARD
from daogou.recommend.history import History, ItemAct, item_acts, visits_of
from daogou.recommend.learn.measuring import paired_gain

FEW = 30  # queries below which nothing can be learnt that would hold
MANY = 5_000  # turns, the newest
CARD, REPORT = "card.md", "report.json"


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
        Asked(query=query, grades={product_id: round(3 * rating / most) for product_id, rating in ratings.items()})
        for query, ratings in rated.items()
    ]


def _turns(shop: Shop, asker: Asker) -> list[Asked]:
    """The answers on which something was clicked, each with what its shopper had done until then."""
    turns = shown_turns(event for event in shop.events.events() if event.weighs)[-MANY:]
    acts = _deeds(shop, turns, asker.rows)
    return [
        Asked(
            query=turn.query,
            grades={product_id: turn.grades.get(product_id, 0) for product_id in turn.positions},
            positions=turn.positions,
            history=_history([act for act in acts[_who(turn)] if act.at_s < turn.at.timestamp()]),
        )
        for turn in turns
    ]


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
        weights = STANDARD.times(
            learn_factors([one for (one, _), own in zip(judged, folds, strict=True) if own != fold])
        )
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


def _history(acts: Sequence[ItemAct]) -> History:
    return History.of([dated.visit for dated in visits_of(acts)])


def _deeds(shop: Shop, turns: Sequence[ShownTurn], rows: Mapping[str, int]) -> Mapping[str, list[ItemAct]]:
    """What those shoppers did, by who they are."""
    wanted = {_who(turn) for turn in turns}
    found: dict[str, list[ItemAct]] = defaultdict(list)
    for event in shop.events.events():
        key = event.user_id or event.session_id
        if key in wanted:
            found[key] += item_acts(event, rows)
    return found


def _who(turn: ShownTurn) -> str:
    return turn.user_id or turn.session_id
