"""The needs suite's results as figures, a table and a list of failures."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from daogou_evals.needs.cases import Case, Expect, NeedTurn
from daogou_evals.needs.judging import Fault, Problem

HONESTY = (Expect.HONEST_NONE, Expect.UNSOLD)
PRODUCT_FAULTS = frozenset({Fault.MUST, Fault.UNKNOWN_ROW})


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One judged turn; `understood` is the need in words, for people."""

    case: Case
    turn: NeedTurn
    number: int  # of the turn within its case, from 0
    problems: tuple[Problem, ...]
    understood: str = ""
    text: str = ""
    shown: int = 0
    took_ms: float = 0.0

    @property
    def passed(self) -> bool:
        """Nothing is wrong."""
        return not self.problems


@dataclass(frozen=True, kw_only=True)
class Report:
    """All judged turns."""

    verdicts: tuple[Verdict, ...]

    @property
    def pass_rate(self) -> float:
        """The share of turns with nothing wrong."""
        return _share(verdict.passed for verdict in self.verdicts)

    @property
    def musts_met(self) -> float:
        """Of the turns that something fits: the share that show something, and nothing that breaks a must."""
        wanting = [v for v in self.verdicts if v.turn.expect is Expect.SHOWN]
        return _share(_clean(verdict, PRODUCT_FAULTS | {Fault.EMPTY, Fault.CRASH}) for verdict in wanting)

    @property
    def useful(self) -> float:
        """Of the turns that something fits: the share that show something, and don't say that nothing fits."""
        wanting = [v for v in self.verdicts if v.turn.expect is Expect.SHOWN]
        return _share(_clean(verdict, {Fault.EMPTY, Fault.NEEDLESS, Fault.CRASH}) for verdict in wanting)

    @property
    def honest(self) -> float:
        """Of the turns that nothing fits, or that ask for what is not sold: the share that say so."""
        none = [verdict for verdict in self.verdicts if verdict.turn.expect in HONESTY]
        return _share(_clean(verdict, {Fault.DISHONEST, Fault.CRASH}) for verdict in none)

    @property
    def truth_exceptions(self) -> int:
        """Statements that the rows do not bear out."""
        return sum(problem.fault is Fault.TRUTH for verdict in self.verdicts for problem in verdict.problems)

    def of(self, keep: Callable[[Verdict], bool]) -> "Report":
        """The same for some of the turns."""
        return Report(verdicts=tuple(verdict for verdict in self.verdicts if keep(verdict)))

    def rates(self, group: Callable[[Verdict], str]) -> dict[str, "Report"]:
        """A report for each group, by name."""
        names = sorted({group(verdict) for verdict in self.verdicts})
        return {name: self.of(lambda verdict, name=name: group(verdict) == name) for name in names}  # type: ignore[misc]


def summary(report: Report) -> str:
    """The figures and a table by split, shop, language and kind."""
    faults = Counter(fault for verdict in report.verdicts for fault in {problem.fault for problem in verdict.problems})
    lines = [
        _line("all", report),
        *_section(report, "split", lambda verdict: verdict.case.split),
        *_section(report, "shop", lambda verdict: f"{verdict.case.shop} ({verdict.case.split})"),
        *_section(report, "language", lambda verdict: verdict.turn.language),
        *_section(report, "kind", lambda verdict: verdict.turn.expect.value),
        *_section(report, "turn", lambda verdict: "first" if verdict.number == 0 else "later"),
        "",
        "faults: " + ", ".join(f"{fault.value} {count}" for fault, count in faults.most_common()),
    ]
    return "\n".join(lines)


def failure(verdict: Verdict, *, products: int = 3) -> str:
    """One failed turn for people: what was said, what was understood, what is wrong."""
    said = [turn.say for turn in verdict.case.turns[: verdict.number + 1]]
    lines = [f"FAIL {verdict.case.shop} / {verdict.case.id} turn {verdict.number + 1} ({verdict.turn.expect.value})"]
    lines += [f"  shopper:    {message}" for message in said]
    lines += [f"  understood: {verdict.understood}", f"  answer:     {' '.join(verdict.text.split())[:240]}"]
    gravest_first = sorted(verdict.problems, key=lambda problem: problem.fault is Fault.MUST)
    for problem in gravest_first[:products]:
        product = f" {problem.product_id} {problem.title[:110]!r}" if problem.product_id else ""
        lines.append(f"  {problem.fault.value}:{product} {problem.detail}")
    if len(verdict.problems) > products:
        lines.append(f"  ... and {len(verdict.problems) - products} more")
    return "\n".join(lines)


def _section(report: Report, title: str, group: Callable[[Verdict], str]) -> list[str]:
    return ["", f"by {title}", *(_line(name, part) for name, part in report.rates(group).items())]


def _line(name: str, report: Report) -> str:
    turns = len(report.verdicts)
    passed = sum(verdict.passed for verdict in report.verdicts)
    return (
        f"{name:32} turns {turns:4}  pass {passed:4} ({report.pass_rate:6.1%})  musts {report.musts_met:6.1%}  "
        f"useful {report.useful:6.1%}  honest {report.honest:6.1%}  untrue {report.truth_exceptions}"
    )


def _clean(verdict: Verdict, faults: Iterable[Fault]) -> bool:
    return not {problem.fault for problem in verdict.problems} & set(faults)


def _share(values: Iterable[bool]) -> float:
    counted = list(values)
    return sum(counted) / len(counted) if counted else 1.0
