"""`daogou evaluate needs`: real shops, shoppers' words, and every shown product tested on its raw feed row."""

import time
import traceback
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from daogou.catalog.products.need import ShopperNeed
from daogou.catalog.products.turn import Answered
from daogou.cli.terminal import progress
from daogou.guide import Guide
from daogou_evals.measured import opened
from daogou_evals.needs.cases import Case, Expect, NeedTurn, read_cases
from daogou_evals.needs.judging import Fault, Judge, Problem, Talk
from daogou_evals.needs.report import Report, Verdict, failure, summary
from daogou_evals.needs.rows import Rows, feeds, read_rows
from daogou_evals.options import MAPPINGS, SHOPS_FOLDER, Data, Mappings, Names, Shops, WithoutList, chosen, chosen_lists
from daogou_evals.truth.answers import Truth
from daogou_evals.without import without

BAR = 0.92
TruthCheck: TypeAlias = Callable[[Answered], Sequence[str]]  # what the rows do not bear out, in words
TruthOf: TypeAlias = Callable[[Guide], TruthCheck]


def truth_of(guide: Guide) -> TruthCheck:
    """The checker of everything that this guide's answers state."""
    return Truth(products={product.id: product for product in guide.engine.catalogue.products()})


def run_needs(
    shops: Mapping[str, Guide], cases: Iterable[Case], *, rows: Mapping[str, Rows], truth: TruthOf | None = None
) -> Report:
    """Talk through every case of these shops and judge each answer."""
    checks = {name: truth(guide) for name, guide in shops.items()} if truth else {}
    talks = (_talk(shops[it.shop], it, rows[it.shop], checks.get(it.shop)) for it in cases if it.shop in shops)
    return Report(verdicts=tuple(verdict for talk in talks for verdict in talk))


def counts(cases: Iterable[Case], rows: Mapping[str, Rows]) -> Iterator[tuple[Case, NeedTurn, int]]:
    """How many raw rows meet each turn's musts: the suite's own proof of what can and what can't be met."""
    for case in cases:
        for turn in case.turns:
            if turn.must:
                fitting = sum(not case.checks.failed(turn.must, row) for row in rows[case.shop].distinct)
                yield case, turn, fitting


def wrong_counts(cases: Iterable[Case], rows: Mapping[str, Rows]) -> list[str]:
    """The turns whose musts nothing meets although they expect products, or the other way round."""
    none = (Expect.HONEST_NONE, Expect.UNSOLD)
    return [
        f"{case.shop} / {case.id}: {turn.say!r} expects {turn.expect.value}, but {fitting} rows meet its musts"
        for case, turn, fitting in counts(cases, rows)
        if (turn.expect is Expect.SHOWN and not fitting) or (turn.expect in none and fitting)
    ]


def main_needs(
    guides: Mapping[str, Guide],
    *,
    data: Path,
    split: str = "",
    only: str = "",
    names: Sequence[str] = (),
    check: bool = False,
    least: float = BAR,
    truth: TruthOf | None = truth_of,
    show: Callable[[str], None] = print,
) -> int:
    """Run the suite on these shops, show failures and figures; 1 under `least`, else 0."""
    cases = [case for case in read_cases(names or None) if split in ("", case.split) and only in ("", case.id)]
    wanted = {case.shop for case in cases}
    rows = {name: read_rows(feed, data) for name, feed in feeds().items() if name in wanted}
    if check:
        for case, turn, fitting in counts(cases, rows):
            show(f"{fitting:6} {case.shop} / {case.id} ({turn.expect.value}): {turn.say}")
        wrong = wrong_counts(cases, rows)
        for line in wrong:
            show(f"WRONG {line}")
        return 1 if wrong else 0
    for missing in sorted(wanted - set(guides)):
        show(f"no shop {missing}: its cases are left out")
    report = run_needs(guides, cases, rows=rows, truth=truth)
    for verdict in report.verdicts:
        if not verdict.passed:
            show(failure(verdict))
    show(summary(report))
    return 0 if report.verdicts and report.pass_rate >= least else 1


def _talk(guide: Guide, case: Case, rows: Rows, truth: TruthCheck | None) -> Iterator[Verdict]:
    session_id, talk, judge = f"needs-{uuid.uuid4().hex}", Talk(), Judge(case=case, rows=rows)
    for number, turn in enumerate(case.turns):
        started = time.perf_counter()
        try:
            answered = guide.answer(turn.say, session_id=session_id)
        except Exception:
            crash = Problem(fault=Fault.CRASH, detail=traceback.format_exc(limit=-2))
            yield Verdict(case=case, turn=turn, number=number, problems=(crash,))
            continue
        took_ms = (time.perf_counter() - started) * 1000
        problems = judge.problems(turn, answered, talk)
        problems += [Problem(fault=Fault.TRUTH, detail=untrue) for untrue in (truth(answered) if truth else ())]
        yield Verdict(
            case=case,
            turn=turn,
            number=number,
            problems=tuple(problems),
            understood=in_words(answered.turn.need),
            text=answered.response.text,
            shown=len(answered.response.recommendations),
            took_ms=took_ms,
        )


def in_words(need: ShopperNeed) -> str:
    """The need on one line, as it was understood."""
    parts = [need.act.value, need.language, f"query={need.query!r}", f"category={'|'.join(need.category) or '-'}"]
    parts += [
        f"{one.attribute} {one.operator.value} {one.value} {one.unit or ''}{'' if one.strength.value == 'must' else '?'}".strip()
        for one in need.constraints
    ]
    parts += [f"sort={need.sort.attribute}{' desc' if need.sort.descending else ''}"] if need.sort else []
    parts += [f"unsold={need.unsold}"] if need.unsold else []
    parts += [f"refers_to={need.refers_to}"] if need.refers_to else []
    parts += [f"about={need.about}"] if need.about else []
    parts += [f"notices={[notice.code for notice in need.notices]}"] if need.notices else []
    return " · ".join(parts)


def command(
    data: Data,
    shops: Shops = SHOPS_FOLDER,
    mappings: Mappings = MAPPINGS,
    shop: Names = None,
    split: Annotated[str, typer.Option(help="dev or test; default: both.")] = "",
    only: Annotated[str, typer.Option(help="One case's name.")] = "",
    check: Annotated[
        bool, typer.Option("--check", help="Count the raw rows that meet each turn's musts, and stop.")
    ] = False,
    least: Annotated[float, typer.Option(help="Share of turns that must pass, else exit status 1.")] = BAR,
    without_list: WithoutList = None,
) -> None:
    """The needs suite: conversations over real shops, each turn tested on the raw feed rows.

    Example: daogou evaluate needs ../shared/data --split dev
    """
    left_out, names = chosen_lists(without_list), chosen(shop, list(feeds()))
    suite = partial(main_needs, data=data, split=split, only=only, names=names, check=check, least=least)
    if check:
        raise typer.Exit(suite({}))
    with (
        progress() as step,
        without(left_out),
        opened(names, shops, data=data, mappings=mappings, on_progress=step) as guides,
    ):
        raise typer.Exit(suite(guides))
