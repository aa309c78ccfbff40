"""`daogou evaluate answers`: how do the answers read?"""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from daogou.assembly.evaluating_answers import evaluate_answers
from daogou.cli.terminal import chosen, console, progress
from daogou.trial.answers import ASKED, SHOPS, Said

PRODUCTS = 3  # named below an answer


def evaluate_answers_command(
    shops: Annotated[Path, typer.Option(help="Where the loaded shops live.")] = Path("shops"),
    data: Annotated[Path | None, typer.Option(help="The folder with their feeds: missing shops are loaded.")] = None,
    mappings: Annotated[Path, typer.Option(help="The folder with their mappings.")] = Path("examples/mappings"),
    shop: Annotated[list[str] | None, typer.Option("--shop", help="One shop, by name; may be repeated.")] = None,
    count: Annotated[int, typer.Option(help="Messages, spread over six shops and both languages.", min=1)] = ASKED,
    shown: Annotated[int, typer.Option("--print", help="Print so many answers for reading by eye.", min=0)] = 0,
    most: Annotated[float, typer.Option(help="Share of answers with a fault, above it exit status 1.")] = 1.0,
) -> None:
    """Sentences and chips over six shops: what a machine can see of grammar, marks and language, or the answers themselves.

    Example: daogou evaluate answers --shops shops --print 40
    """
    names = chosen(shop, SHOPS)
    with progress() as step:
        said = evaluate_answers(
            shops, data=data, mappings=mappings, names=names, count=shown or count, on_progress=step
        )
    faulty = [one for one in said if one.wrong]
    if shown:
        for one in said:
            _print(one)
        return
    for one in faulty:
        console.print(escape(f"{one.message.shop}: {one.message.text}"))
        for wrong in one.wrong:
            console.print(escape(f"    {wrong}"))
    console.print(f"{len(said)} answers, {len(faulty)} with a fault in their sentences or chips")
    raise typer.Exit(int(bool(said) and len(faulty) > most * len(said)))


def _print(said: Said) -> None:
    console.print(f"\n[bold]{escape(said.message.shop)}> {escape(said.message.text)}[/bold]")
    console.print(escape(said.text))
    if said.chips:
        console.print(f"[dim]chips: {escape(' | '.join(said.chips))}[/dim]")
    for number, title in enumerate(said.titles[:PRODUCTS], start=1):
        console.print(f"  {number}. {escape(title[:100])}")
    for wrong in said.wrong:
        console.print(f"  [red]![/red] {escape(wrong)}")
