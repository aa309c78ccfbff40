"""The ladder: what each step adds to the one below it, and whether it is more than chance. What was measured is kept, case by case."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

from daogou.progress import Progress, silent
from daogou.recommend.learn.weighing import Gain, paired_gain
from daogou_evals.questions import quantile

WORDS, VECTORS, FIT, READINGS = "words", "+ vectors", "+ fit", "+ readings"  # fit: kinds and wishes
CHAT = "conversation"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One case on one rung: its figures, each with a value for every turn, and what the turns took."""

    figures: Mapping[str, Sequence[float]]
    took_ms: Sequence[float]


Ask: TypeAlias = Callable[[str], Outcome]  # the name of a case -> what came of it


@dataclass(frozen=True, kw_only=True)
class Rung:
    """One step of the ladder; `below` is the rung that it is held against, "" for the first."""

    name: str
    below: str
    opened: Callable[[], AbstractContextManager[Ask]]  # only where a case is left to ask


@dataclass(frozen=True, kw_only=True)
class Step:
    """One figure on one rung, beside the rung below."""

    name: str
    figure: str
    mean: float
    gain: Gain | None  # None: nothing is below
    changed: int  # turns whose figure is another
    p95_ms: float


class Kept:
    """What was measured, a line for each case on each rung: after a crash the rest alone is asked."""

    def __init__(self, path: Path, about: str) -> None:
        self.about = about  # what is asked of whom: one file may hold several ladders
        self._lines = KeptLines(path)
        self.found = {
            (entry["rung"], entry["case"]): Outcome(figures=entry["figures"], took_ms=entry["took_ms"])
            for entry in self._lines.entries
            if entry["about"] == about
        }

    def add(self, rung: str, case: str, outcome: Outcome) -> None:
        """On the disk when it returns."""
        self._lines.add({"about": self.about, "rung": rung, "case": case, **asdict(outcome)})
        self.found[rung, case] = outcome


def climb(
    rungs: Sequence[Rung], cases: Sequence[str], kept: Kept, *, on_progress: Progress = silent
) -> Mapping[str, Sequence[Outcome]]:
    """Every case on every rung, in this order; what is kept is not asked again."""
    for rung in rungs:
        left = [case for case in cases if (rung.name, case) not in kept.found]
        if not left:
            continue
        with rung.opened() as ask:
            for done, case in enumerate(left, start=len(cases) - len(left)):
                on_progress(rung.name, done, len(cases))
                kept.add(rung.name, case, ask(case))
        on_progress(rung.name, len(cases), len(cases))
    return {rung.name: [kept.found[rung.name, case] for case in cases] for rung in rungs}


def steps(rungs: Sequence[Rung], climbed: Mapping[str, Sequence[Outcome]]) -> list[Step]:
    """Each figure of each rung, with what it adds to the rung below; the turns of one case are drawn together."""
    return [
        _step(rung.name, figure, climbed[rung.name], climbed.get(rung.below))
        for rung in rungs
        for figure in dict.fromkeys(figure for one in climbed[rung.name] for figure in one.figures)
    ]


def _step(name: str, figure: str, outcomes: Sequence[Outcome], below: Sequence[Outcome] | None) -> Step:
    values, before = ([it for one in some or outcomes for it in one.figures[figure]] for some in (outcomes, below))
    groups = [number for number, one in enumerate(outcomes) for _ in one.figures[figure]]
    return Step(
        name=name,
        figure=figure,
        mean=sum(values) / max(len(values), 1),
        gain=paired_gain(before, values, groups=groups) if below is not None else None,
        changed=sum(one != other for one, other in zip(values, before, strict=True)),
        p95_ms=quantile([took for one in outcomes for took in one.took_ms], 0.95),
    )


class KeptLines:
    """A file that grows: an entry is on the disk when `add` returns, and half a line, left by a kill, spoils no other."""

    def __init__(self, path: Path) -> None:
        self.path = path
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        self._torn = text != "" and not text.endswith("\n")
        whole = text.splitlines()[: -1 if self._torn else None]
        self.entries: list[Mapping[str, Any]] = []
        for line in whole:
            with suppress(ValueError):  # what a kill once left, with a line of its own since
                self.entries.append(json.loads(line))

    def add(self, entry: Mapping[str, Any]) -> None:
        """One line more."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write("\n" * self._torn + json.dumps(entry, ensure_ascii=False) + "\n")
        self._torn = False
        self.entries.append(entry)
