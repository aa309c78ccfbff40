"""`daogou learn language --teacher`: requests made of a shop's titles, a teacher's judgement of the products that lead, and a student of it."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from daogou.assembly.models import open_likelihood, open_model
from daogou.assembly.opening import open_shop
from daogou.errors import UserError
from daogou.guide import Guide
from daogou.learn.student import Judged, Numbers, Student, features, kendall, learn_student
from daogou.learn.text.asking import asked_of
from daogou.rank.fit import LIKELIHOOD, Fit
from daogou.rank.likelihood import WEIGHT, Likelihood
from daogou.reply.choose_budget import Slots
from daogou.settings import Settings
from daogou.shop.need import ShopperNeed
from daogou.store.progress import Progress, silent
from daogou.trial.bootstrap import Gain, paired_gain
from daogou.trial.kept import KeptLines
from daogou.trial.questions import read_questions
from daogou.trial.weighing import Weighed, aside, understood, weigh

READ = 10  # products of a request
FIRST = 5  # requests after which it is known what all of them cost
HELD = 5  # every fifth request is left out of learning
BUDGET_MS = 600_000
LISTS, STUDENT, REPORT = "lists.jsonl", "student.json", "report.json"


@dataclass(frozen=True, kw_only=True)
class Taught:
    """What came of it."""

    lists: int
    agreement: float  # Kendall's tau with the teacher, on requests that were left out
    plain: float  # that of the fit alone
    gains: Mapping[
        str, tuple[float, float, Gain]
    ]  # figure -> without, with the student; of the questions, where there are any


def teach(
    folder: Path,
    shop: Path,
    *,
    teacher: str,
    requests: int = 400,
    questions: Path | None = None,
    seed: int = 0,
    device: str = "cpu",
    on_progress: Progress = silent,
    on_cost: Callable[[float], None] = lambda seconds: None,
) -> Taught:
    """Run again, it goes on where it was; `on_cost` is told once how many seconds the teacher needs for what is left."""
    with open_shop(shop) as opened:
        guide = aside(opened.guide)
        guide.likelihood = None
        asked = list(asked_of(list(opened.catalogue.products()), count=requests, seed=seed))
        lists = _judged(guide, asked, _teacher(teacher), KeptLines(folder / LISTS), teacher, on_progress, on_cost)
        taught = [one for place, one in enumerate(lists) if place % HELD]
        student = learn_student(taught, seed=seed, device=device)
        gains = _gains(guide, questions, student) if questions else {}
    held = lists[::HELD]
    student.write(folder / STUDENT)
    found = Taught(
        lists=len(lists),
        agreement=float(np.mean([kendall(one.nats, student.nats(one.features).tolist()) for one in held])),
        plain=float(np.mean([kendall(one.nats, range(len(one.nats), 0, -1)) for one in held])),
        gains=gains,
    )
    told = {"teacher": teacher, "lists": found.lists, "agreement": found.agreement, "agreement of fit": found.plain}
    told |= {name: f"{before:.3f} to {after:.3f}, {gain}" for name, (before, after, gain) in gains.items()}
    (folder / REPORT).write_text(json.dumps(told, indent=1), encoding="utf-8")
    return found


def _teacher(name: str) -> Likelihood:
    settings = Settings(language_model=name, ranker="model", ranker_budget_ms=BUDGET_MS)
    likelihood = open_likelihood(settings, open_model(settings), Slots())
    if likelihood is None:
        raise UserError("name a teacher that can judge, for example --teacher gemma-270m")
    return likelihood


def _judged(
    guide: Guide,
    asked: Sequence[str],
    teacher: Likelihood,
    kept: KeptLines,
    name: str,
    on_progress: Progress,
    on_cost: Callable[[float], None],
) -> list[Judged]:
    """Every request with at least two products that lead."""
    known = {entry["request"] for entry in kept.entries if entry["teacher"] == name}
    left = [request for request in asked if request not in known]
    started = time.perf_counter()
    for done, request in enumerate(left):
        on_progress("teacher", len(asked) - len(left) + done, len(asked))
        if done == FIRST:
            on_cost((time.perf_counter() - started) / FIRST * (len(left) - FIRST))
        kept.add({"teacher": name, "request": request, **_list(guide, request, teacher)})
    on_progress("teacher", len(asked), len(asked))
    here = {entry["request"]: entry for entry in kept.entries if entry["teacher"] == name}
    return [
        Judged(request=request, features=_seen(here[request]["products"], request), nats=here[request]["nats"])
        for request in asked
        if len(here[request]["nats"]) > 1
    ]


def _list(guide: Guide, request: str, teacher: Likelihood) -> Mapping[str, object]:
    one = weigh(guide, understood(guide, request))
    leading = _leading(one)
    nats = teacher.logs([fit.product for fit in leading], request, one.need.language) if leading else []
    seen = [(fit.product.title_in(one.need.language), fit.parts) for fit in leading]
    return {"products": seen, "nats": nats or []}


def _leading(one: Weighed) -> list[Fit]:
    fits = (one.judged[candidate.product_id] for candidate in one.ranked)
    return [fit for fit in fits if not fit.off][:READ]


def _seen(products: Sequence[tuple[str, Mapping[str, float]]], words: str) -> Numbers:
    """(n_products, n_features) of titles with the parts of their fit."""
    return np.array([features(words, title, parts) for title, parts in products])


def _gains(guide: Guide, questions: Path, student: Student) -> dict[str, tuple[float, float, Gain]]:
    """Each figure without and with the student's voice, a nat worth what the teacher's is."""
    before: dict[str, list[float]] = {}
    after: dict[str, list[float]] = {}
    for question in read_questions(questions):
        one = weigh(guide, understood(guide, question.text))
        for found, ids in ((before, _ids(one, {})), (after, _ids(one, _points(one, student, one.need)))):
            for name, measure in question.measures.items():
                found.setdefault(name, []).append(measure(ids))
    return {
        name: (float(np.mean(before[name])), float(np.mean(after[name])), paired_gain(before[name], after[name]))
        for name in before
    }


def _points(one: Weighed, student: Student, need: ShopperNeed) -> dict[str, float]:
    leading = _leading(one)
    if len(leading) < 2 or need.sort is not None or need.codes:
        return {}
    seen = [(fit.product.title_in(need.language), fit.parts) for fit in leading]
    nats = student.nats(_seen(seen, need.typed or need.query))
    return {fit.product.id: WEIGHT * float(nat - nats.min()) for fit, nat in zip(leading, nats, strict=True)}


def _ids(one: Weighed, points: Mapping[str, float]) -> list[str]:
    def key(product_id: str) -> tuple[bool, float]:
        fit = one.judged[product_id]
        spoken = replace(fit, parts={**fit.parts, LIKELIHOOD: points.get(product_id, 0.0)})
        return fit.off, -spoken.total

    return sorted((candidate.product_id for candidate in one.ranked), key=key)
