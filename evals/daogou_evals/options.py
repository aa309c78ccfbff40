"""What the suites' commands share: options, the choice of shops, tables."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from daogou.cli.terminal import console
from daogou_evals.without import known_names

Data = Annotated[Path, typer.Argument(help="The folder with the shops' feeds.")]
Shops = Annotated[Path, typer.Option(help="Where the loaded shops live; missing ones are loaded.")]
Mappings = Annotated[Path, typer.Option(help="The folder with their mappings.")]
Names = Annotated[list[str] | None, typer.Option("--shop", help="One shop, by name; may be repeated.")]
ShopFolder = Annotated[Path, typer.Option("--shop", help="The shop's folder.", envvar="DAOGOU_SHOP")]
WithoutList = Annotated[
    list[str] | None,
    typer.Option("--without-list", help="A word list or a rule to leave out; may be repeated; '?' lists them."),
]
SHOPS_FOLDER, MAPPINGS, SHOP = Path("shops"), Path("examples/mappings"), Path("shop")


def chosen(names: Sequence[str] | None, known: Sequence[str]) -> list[str]:
    """Those of the known names that were given, all where none was; typer.BadParameter names one that is not known."""
    if unknown := [name for name in names or () if name not in known]:
        raise typer.BadParameter(f"there is no shop {', '.join(unknown)}; known are {', '.join(known)}")
    return [name for name in known if not names or name in names]


def chosen_lists(names: Sequence[str] | None) -> Sequence[str]:
    """What to leave out; "?" shows what there is, and ends."""
    if names and "?" in names:
        console.print("\n".join(known_names()), markup=False)
        raise typer.Exit
    return names or ()


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "") -> None:
    """Numbers with a point to three places, everything else as it is written."""
    table = Table(*columns, title=escape(title) or None, box=box.SIMPLE)
    for row in rows:
        table.add_row(*(f"{cell:.3f}" if isinstance(cell, float) else escape(str(cell)) for cell in row))
    console.print(table)
