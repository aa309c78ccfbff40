"""A student of a language model's P(q | product): what both texts and the parts of fit show, weighed by a few hundred numbers.

Learnt listwise (ListNet, Cao et al. 2007): the softmax over the candidates of one request is to be the teacher's. The network
sees how the words stand in the title, never which words they are, so that it can be learnt from some hundred requests.
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import numpy.typing as npt

from daogou.app.engines import open_likelihood, open_model
from daogou.app.opening import open_shop
from daogou.catalog.products.need import ShopperNeed
from daogou.errors import MissingExtra, UserError
from daogou.guide import Guide
from daogou.progress import Progress, silent
from daogou.rank.fit import LIKELIHOOD, Fit
from daogou.rank.likelihood import SILENT, WEIGHT, Likelihood
from daogou.recommend.learn.weighing import Gain, paired_gain
from daogou.reply.weights import WorkerPool
from daogou.settings import Settings
from daogou.text.prompts import SEARCHED_LENGTH
from daogou.text.words import cut, normalize
from daogou_evals.climbing import KeptLines
from daogou_evals.measured import Weighed, aside, understood, weigh
from daogou_evals.questions import read_questions
from daogou_training.text.wanting import asked_of

Numbers = npt.NDArray[np.float64]
PARTS = ("lexical", "minilm", "use", "lsa", "kind", "wishes")  # of fit
HIDDEN = 16
SOFTNESS = 4.0  # nats are divided by it: the teacher's softmax over ten candidates is all but certain else
EPOCHS, PATIENCE = 400, 40
RATE, DECAY = 0.01, 0.01
READ = 10  # products of a request
FIRST = 5  # requests after which it is known what all of them cost
HELD = 5  # every fifth request is left out of learning
BUDGET_MS = 600_000
LISTS, STUDENT, REPORT = "lists.jsonl", "student.json", "report.json"


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One request and what the teacher says of the products that lead: nats, beside what the student sees of each."""

    request: str
    features: Numbers  # (n_products, n_features)
    nats: Sequence[float]


@dataclass(frozen=True, kw_only=True)
class Student:
    """The learnt weights; numpy alone runs them."""

    mean: Sequence[float]
    scale: Sequence[float]
    inner: Sequence[Sequence[float]]  # (n_features, hidden)
    bias: Sequence[float]
    outer: Sequence[float]  # (hidden,)

    def nats(self, features: Numbers) -> Numbers:
        """(n_products,): the teacher's log P(q | product) as the student guesses it, up to what is the same for all."""
        seen = (features - np.array(self.mean)) / np.array(self.scale)
        guessed: Numbers = SOFTNESS * np.tanh(seen @ np.array(self.inner) + np.array(self.bias)) @ np.array(self.outer)
        return guessed

    def write(self, path: Path) -> None:
        """As JSON."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")


def features(words: str, title: str, parts: Mapping[str, float]) -> list[float]:
    """How the words stand in the title, and the parts of its fit."""
    asked, told = normalize(words).casefold(), normalize(title).casefold()[:SEARCHED_LENGTH]
    ours, theirs = cut(asked), cut(told)
    runs = [block for block in SequenceMatcher(None, asked, told, autojunk=False).get_matching_blocks() if block.size]
    longest = max(runs, key=lambda block: block.size, default=None)
    return [
        _share(ours, set(theirs)),
        _share(theirs, set(ours)),
        _share(_pairs(asked), set(_pairs(told))),
        sum(block.size for block in runs) / max(len(asked), 1),
        longest.size / max(len(asked), 1) if longest else 0.0,
        longest.b / max(len(told), 1) if longest else 1.0,
        float(asked in told),
        len(told) / SEARCHED_LENGTH,
        *(parts.get(name, 0.0) for name in PARTS),
    ]


def learn_student(lists: Sequence[Judged], *, seed: int = 0, device: str = "cpu") -> Student:
    """From the teacher's lists; a fifth of them says when to stop."""
    try:
        import torch
    except ImportError as error:
        raise MissingExtra("torch", "train") from error
    torch.manual_seed(seed)
    torch.set_num_threads(1)  # so small that threads would only wait for each other
    rows = np.concatenate([one.features for one in lists])
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    batch = [
        (
            torch.tensor((one.features - mean) / scale, dtype=torch.float32, device=device),
            torch.log_softmax(torch.tensor(one.nats, dtype=torch.float32, device=device) / SOFTNESS, dim=0),
        )
        for one in lists
    ]
    checked, taught = batch[::5], [one for place, one in enumerate(batch) if place % 5]
    network = torch.nn.Sequential(
        torch.nn.Linear(rows.shape[1], HIDDEN), torch.nn.Tanh(), torch.nn.Linear(HIDDEN, 1, bias=False)
    ).to(device)
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)

    def loss(some: Sequence[tuple[torch.Tensor, torch.Tensor]]) -> torch.Tensor:
        said = network(torch.cat([seen for seen, _ in some]))[:, 0].split([len(seen) for seen, _ in some])
        return torch.stack(
            [
                torch.nn.functional.kl_div(torch.log_softmax(one, dim=0), wanted, log_target=True, reduction="sum")
                for one, (_, wanted) in zip(said, some, strict=True)
            ]
        ).mean()

    best, kept, waited = float("inf"), network.state_dict(), 0
    for _ in range(EPOCHS):
        optimizer.zero_grad()
        loss(taught).backward()
        optimizer.step()
        with torch.no_grad():
            now = float(loss(checked or taught))
        if now < best:
            best, waited = now, 0
            kept = {name: value.detach().clone() for name, value in network.state_dict().items()}
        elif (waited := waited + 1) > PATIENCE:
            break
    return Student(
        mean=mean.tolist(),
        scale=scale.tolist(),
        inner=kept["0.weight"].T.cpu().tolist(),
        bias=kept["0.bias"].cpu().tolist(),
        outer=kept["2.weight"][0].cpu().tolist(),
    )


def kendall(some: Sequence[float], others: Sequence[float]) -> float:
    """Kendall's tau: 1 where both order all pairs alike, -1 where none; pairs of which either knows no order count as half."""
    signs = [
        np.sign(some[one] - some[two]) * np.sign(others[one] - others[two])
        for one, two in itertools.combinations(range(len(some)), 2)
    ]
    return float(np.mean(signs)) if signs else 0.0


def _share(ours: Sequence[str], theirs: set[str]) -> float:
    return sum(one in theirs for one in ours) / max(len(ours), 1)


def _pairs(text: str) -> list[str]:
    return [left + right for left, right in itertools.pairwise(text)]


@dataclass(frozen=True, kw_only=True)
class Taught:
    """What came of it."""

    lists: int
    agreement: float  # Kendall's tau with the teacher, on requests that were left out
    plain: float  # that of the fit alone
    gains: Mapping[str, tuple[float, float, Gain]]  # figure of the questions -> without, with the student


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
        guide = replace(guide, engine=replace(guide.engine, likelihood=SILENT))
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
    likelihood = open_likelihood(settings, open_model(settings), WorkerPool())
    if not isinstance(likelihood, Likelihood):
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
