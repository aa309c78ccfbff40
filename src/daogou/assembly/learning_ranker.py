"""`daogou learn ranker`: judgements or logged turns in, a numbered version of the ranker out, if it is better."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from daogou.assembly.opening import Shop, open_shop
from daogou.assembly.prepared import PreparedAdvisor, standing
from daogou.assembly.ranking import RANKER
from daogou.errors import ShopError
from daogou.guide import Guide
from daogou.learn.ranker_card import ranker_card
from daogou.learn.ranking import Judged, Report, cross_validated, fit
from daogou.learn.turns import ShownTurn, shown_turns
from daogou.rank.lambdamart import MODEL
from daogou.rank.order import TOTAL
from daogou.rank.ranker import features
from daogou.recommend.history import History
from daogou.recommend.visits import Deed, deeds_of, visits_of
from daogou.shop.candidate import Candidate
from daogou.store.progress import Progress, silent
from daogou.store.versions import Versions
from daogou.trial.search import read_judgements

DEPTH = 100  # candidates of a query that are looked at
FEW = 30  # queries below which nothing can be learnt that would hold
CARD, REPORT = "card.md", "report.json"


@dataclass(frozen=True, kw_only=True)
class LearnedRanker:
    """What came of it; `number` is None where it was not better and does not count."""

    number: int | None
    report: Report
    card: Path | None


def learn_shop_ranker(
    folder: Path, *, judgements: Path | None = None, anyway: bool = False, on_progress: Progress = silent
) -> LearnedRanker:
    """Learn corrections to the fixed blend; they count only where the cross-validation shows that they help, or `anyway`.

    Without judgements, from the turns of the shop's log. ShopError where there are too few of either.
    """
    with open_shop(folder) as shop:
        if judgements is not None:
            source, judged = "judgements", list(_from_judgements(shop, judgements, on_progress))
        else:
            source, judged = "logged turns", list(_from_turns(shop, on_progress))
    judged = [one for one in judged if len(one.grades) > 1 and one.grades.min() < one.grades.max()]
    if len(judged) < FEW:
        raise ShopError(
            f"{len(judged)} {source} tell of an order; at least {FEW} are needed"
            " (answers with products on which something was clicked, or --judgements FILE)"
        )
    report = cross_validated(judged)
    on_progress("learning", 1, 2)
    if not (report.gain.helps or anyway):
        return LearnedRanker(number=None, report=report, card=None)
    trees = fit(judged)

    def write(part: Path) -> None:
        trees.save_model(str(part / MODEL))
        (part / CARD).write_text(ranker_card(report, source, trees), encoding="utf-8")
        told = {
            "queries": report.queries,
            "blend": report.blend,
            "corrected": report.corrected,
            "gain": str(report.gain),
        }
        (part / REPORT).write_text(json.dumps(told | {"source": source}, indent=1), encoding="utf-8")

    versions = Versions(folder / RANKER)
    number = versions.publish(write)
    on_progress("learning", 2, 2)
    return LearnedRanker(number=number, report=report, card=versions.path(number) / CARD)


def _from_judgements(shop: Shop, path: Path, on_progress: Progress) -> Iterator[Judged]:
    """The judged candidates of each query; a person looked at them, no place has to be taken out."""
    rated = read_judgements(path)
    most = max((rating for of_query in rated.values() for rating in of_query.values()), default=1.0)
    guide = standing(shop.guide, shop.advisor)
    for number, (query, ratings) in enumerate(rated.items()):
        on_progress("queries", number, len(rated))
        grades = {product_id: round(3 * rating / most) for product_id, rating in ratings.items()}
        yield _judged(guide, query, grades)


def _from_turns(shop: Shop, on_progress: Progress) -> Iterator[Judged]:
    """The products of each answer on which something was clicked, scored again with the history of that moment."""
    turns = shown_turns(shop.events.events())
    knowledge = shop.advisor.shopper().knowledge
    advisor = PreparedAdvisor(lambda: knowledge, shop.clock)
    guide = standing(shop.guide, advisor)
    deeds = _deeds(shop, turns, knowledge.table.rows)
    for number, turn in enumerate(turns):
        on_progress("turns", number, len(turns))
        before = [deed for deed in deeds[_who(turn)] if deed.at_s < turn.at.timestamp()]
        advisor.history = History.of([dated.visit for dated in visits_of(before)])
        grades = {product_id: turn.grades.get(product_id, 0) for product_id in turn.positions}
        yield _judged(guide, turn.query, grades, turn.positions)


def _judged(guide: Guide, query: str, grades: Mapping[str, int], positions: Mapping[str, int] | None = None) -> Judged:
    found = guide.search(query, limit=DEPTH, user_id="somebody")
    graded = [one for one in found.shortlist if one.product_id in grades]
    totals = {one.product_id: one.score(TOTAL) or 0.0 for one in graded}
    given: Mapping[str, Mapping[str, float]] = defaultdict(dict)
    return Judged(
        features=features(graded, given, totals, found.products, guide.clock()),
        grades=_numbers(graded, grades),
        positions=None if positions is None else _numbers(graded, positions),
    )


def _numbers(candidates: Sequence[Candidate], numbers: Mapping[str, int]) -> npt.NDArray[np.int32]:
    return np.array([numbers[one.product_id] for one in candidates], dtype=np.int32)


def _deeds(shop: Shop, turns: Sequence[ShownTurn], rows: Mapping[str, int]) -> Mapping[str, list[Deed]]:
    """What those shoppers did, by who they are."""
    wanted = {_who(turn) for turn in turns}
    found: dict[str, list[Deed]] = defaultdict(list)
    for event in shop.events.events():
        key = event.user_id or event.session_id
        if key in wanted:
            found[key] += deeds_of(event, rows)
    return found


def _who(turn: ShownTurn) -> str:
    return turn.user_id or turn.session_id
