"""What the command line prints: answers, progress, reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table
from typer.core import TyperGroup

GROUP = "daogou.commands"  # entry points: NAME is the Typer app of `daogou NAME`, GROUP.NAME of `daogou GROUP NAME`
ROOT = "daogou"


class LazyGroup(TyperGroup):
    """A group with further commands, each a Typer app that is made when it is asked for."""

    def __init__(self, **attrs: Any) -> None:
        super().__init__(**attrs)
        self._further = self.further()
        self.commands = {**self.commands, **dict.fromkeys(self._further)}  # type: ignore[dict-item]

    def further(self) -> Mapping[str, Callable[[], typer.Typer]]:
        """By name, in the order of the help."""
        return {}

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """One of its own, or a further one, imported now."""
        if self.commands.get(cmd_name) is None and cmd_name in self._further:
            self.commands[cmd_name] = typer.main.get_command(self._further[cmd_name]())
        return super().get_command(ctx, cmd_name)


class Extensible(LazyGroup):
    """A group that other installed packages add commands to."""

    def further(self) -> Mapping[str, Callable[[], typer.Typer]]:
        """Those whose names have as many parts as they need to stand here."""
        prefix = "" if self.name == ROOT else f"{self.name}."
        points = sorted(entry_points(group=GROUP), key=lambda point: point.name)
        names = {point.name.removeprefix(prefix): point.load for point in points if point.name.startswith(prefix)}
        return {name: load for name, load in names.items() if "." not in name}


ShopFolder = Annotated[Path, typer.Option("--shop", help="The shop's folder.", envvar="DAOGOU_SHOP")]
DEFAULT_SHOP = Path("shop")

if TYPE_CHECKING:
    from daogou.app import LoadReport, Shop
    from daogou.app.loading import CheckReport
    from daogou.app.loading_events import EventsReport
    from daogou.catalog.products.conversation import Response
    from daogou.catalog.products.product import Product
    from daogou.catalog.products.turn import Answered

REASONS = 5  # that are told one by one
console = Console(highlight=False, soft_wrap=True)
complaints = Console(stderr=True, highlight=False, soft_wrap=True)


def converse(shop: Shop, *, considered: bool = False) -> None:
    """A conversation until an empty line; /new starts over."""
    session_id = ""
    while message := _read_line():
        if message == "/new":
            session_id = ""
            continue
        answered = shop.guide.answer(message, session_id=session_id, considered=considered)
        session_id = answered.session.session_id
        print_turn(answered, considered=considered)


def _read_line() -> str:
    try:
        return console.input("\n[bold]> [/bold]").strip()
    except (EOFError, KeyboardInterrupt):
        return ""


def print_turn(answered: Answered, *, considered: bool) -> None:
    """The answer, and where it is asked for what else could have been said."""
    print_answer(answered)
    if considered:
        _print_considered(answered.response)


def _print_considered(response: Response) -> None:
    """Every response that was considered, the chosen one marked, with what spoke for and against it."""
    table = Table("", "plan", "log P(r|q)", "log P(r)", "score", "text or veto", box=box.SIMPLE)
    for one in response.considered:
        scores = (one.log_likelihood, one.log_prior, one.score)
        figures = ("" if score is None else f"{score:.3f}" for score in scores)
        told = f"[red]{escape(one.veto)}:[/red] {escape(one.text)}" if one.veto else escape(one.text)
        table.add_row("[green]✓[/green]" if one.chosen else "", one.plan or "left out", *figures, told)
    console.print(table)
    unscored = f" ({response.unscored})" if response.unscored else ""
    console.print(
        f"[dim]written by {escape(response.written_by)}, scored by {escape(response.scored_by)}{unscored}[/dim]"
    )


def print_answer(answered: Answered, *, most: int = 6) -> None:
    """Notices, text, products with their reasons, the question back."""
    response, need = answered.response, answered.turn.need
    for notice in response.notice_texts:
        console.print(f"[dim]{escape(notice)}[/dim]")
    console.print(escape(response.text))
    for recommendation in response.recommendations[:most]:
        product = recommendation.product
        title = escape(product.title_in(need.language))
        console.print(f"{recommendation.position:>2}. {title}  {price(product, answered.turn.at)}")
        for reason in recommendation.reasons:
            console.print(f"    [green]·[/green] {escape(reason.text)}")
    if response.question and response.question not in response.text:
        console.print(escape(response.question))


def price(product: Product, at: datetime) -> str:
    """What it costs, as markup; empty where the feed does not say."""
    asked = product.price_at(at)
    if asked is None:
        return ""
    return f"{'from ' if asked.lowest else ''}[bold]{f'{asked.currency} {asked.amount}'.strip()}[/bold]"


@contextmanager
def progress() -> Iterator[Steps]:
    """A bar for each step of long work, on stderr."""
    columns = (TextColumn("{task.description:<24}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=complaints) as bars:
        yield Steps(bars)


class Steps:
    """Shows each step of a load as a bar of its own."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.tasks: dict[str, TaskID] = {}

    def __call__(self, step: str, done: int, total: int) -> None:
        """One step is that far."""
        if step not in self.tasks:
            self.tasks[step] = self.progress.add_task(step, total=None)
        self.progress.update(self.tasks[step], completed=done, total=total or None)


def print_report(report: LoadReport, shop: Path) -> None:
    """What a load did."""
    _print_guess(report)
    console.print(
        f"{report.rows:,} rows: {report.loaded:,} products loaded ({report.changed:,} new or changed), "
        f"{report.rejected:,} rows rejected, {report.withdrawn:,} products withdrawn."
    )
    _print_left_out(report.left_out)
    if report.rejected:
        complaints.print(f"Rejected rows, each with its reasons: {report.rejects}")
    console.print(f"{report.products:,} products in {escape(str(shop))}, indexed in {report.seconds:.1f} s.")
    if report.events is not None:
        _print_counts(report.events)


def print_check(report: CheckReport) -> None:
    """What a load would do."""
    _print_guess(report)
    console.print(f"{report.rows:,} rows: {report.good:,} products, {sum(report.rejected.values()):,} rows rejected.")
    _print_left_out(report.left_out)
    for reason, rows in Counter(report.rejected).most_common(REASONS):
        complaints.print(f"rejected, {rows:,} times: {escape(reason)}")
    console.print("Nothing was written: this was a check.")


def _print_guess(report: LoadReport | CheckReport) -> None:
    """The mapping that was guessed, how sure each field is, what it made of the first products, and what to warn of."""
    if report.guessed:
        console.print("No mapping was given; this one was guessed (save it, mend it, pass it with --mapping):\n")
        console.print(escape(report.guessed))
        sure = ", ".join(f"{name} {100 * part:.0f} %" for name, part in report.sure.items())
        console.print(f"How sure that is: {sure}.")
        for product in report.samples:
            offer = product.offers[0] if product.offers else None
            asked = f"{price(product, datetime.now(UTC))}" if offer else "price on request"
            more = (product.brand, " > ".join(product.category), product.availability)
            told = ", ".join(escape(str(each)) for each in more if each)
            console.print(f"  {escape(product.id)}: {escape(product.title)}, {asked}{', ' if told else ''}{told}")
    for warning in report.warnings:
        complaints.print(f"[yellow]warning:[/yellow] {escape(warning)}")


def _print_left_out(left_out: Mapping[str, int]) -> None:
    if left_out:
        told = "; ".join(f"{rows:,} {reason}" for reason, rows in Counter(left_out).most_common(REASONS))
        console.print(escape(f"{sum(left_out.values()):,} rows are left out: {told}."))


def print_events(report: EventsReport) -> None:
    """What loading a log did."""
    if report.guessed:
        console.print(f"[dim]guessed: {escape(report.guessed)}[/dim]")
    for warning in report.warnings:
        complaints.print(f"[yellow]warning:[/yellow] {escape(warning)}")
    _print_counts(report)


def _print_counts(report: EventsReport) -> None:
    pace = f" ({report.rows / report.seconds:,.0f} rows/s)" if report.seconds > 1 else ""
    console.print(
        f"{report.rows:,} rows of the log: {report.new:,} new events, {report.rejected:,} rows rejected,"
        f" in {report.seconds:.1f} s{pace}."
    )
    if report.rejected:
        complaints.print(f"Rejected rows of the log, each with its reasons: {report.rejects}")
