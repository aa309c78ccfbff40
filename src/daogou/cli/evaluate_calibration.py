"""`daogou evaluate calibration`: does a fit of 0.8 mean that four of five such products are right?"""

from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.table import Table

from daogou.assembly.evaluating_calibration import SHOPS, evaluate_calibration
from daogou.cli.terminal import chosen, console, progress
from daogou.trial.sold import LITTLE


def evaluate_calibration_command(
    data: Annotated[Path, typer.Argument(help="The folder with the real shops.")],
    shops: Annotated[Path, typer.Option(help="Where the loaded shops live; missing ones are loaded.")] = Path("shops"),
    mappings: Annotated[Path, typer.Option(help="The folder with their mappings.")] = Path("examples/mappings"),
    shop: Annotated[list[str] | None, typer.Option("--shop", help="One shop, by name; may be repeated.")] = None,
    requests: Annotated[
        bool,
        typer.Option("--requests", help="Count the little shops' requests too, half of them for what is not there."),
    ] = False,
    limit: Annotated[int, typer.Option(help="Cases of each shop; 0: all.", min=0)] = 0,
    most: Annotated[
        float, typer.Option(help="Error of the curve without the shop asked about, above it exit status 1.")
    ] = 1.0,
) -> None:
    """Expected calibration error of fit, ten bins of equal mass, first five products of each answer.

    Labels: the needs suite's checks on the raw rows, and people's ratings of Icecat (2 and above is right). Prints the knots of a new curve.

    Example: daogou evaluate calibration ../shared/data --shops shops
    """
    names = chosen(shop, SHOPS)
    asked = LITTLE if requests else ()
    with progress() as step:
        found = evaluate_calibration(
            data, shops=shops, mappings=mappings, names=names, requests=asked, limit=limit, on_progress=step
        )
    table = Table("shop", "products", "right", "error, own curve", "shop left out", box=box.SIMPLE)
    for name, count in found.products.items():
        shares = (found.right[name], found.own[name], found.left_out[name])
        table.add_row(name, str(count), *(f"{share:.3f}" for share in shares))
    console.print(table)
    console.print(f"KNOTS = {found.knots}")
    raise typer.Exit(int(found.left_out["all"] > most))
