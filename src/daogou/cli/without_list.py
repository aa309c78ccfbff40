"""The option `--without-list` of the evaluations."""

from collections.abc import Sequence
from typing import Annotated

import typer

from daogou.cli.terminal import console
from daogou.trial.without import known_names

WithoutList = Annotated[
    list[str] | None,
    typer.Option("--without-list", help="A word list or a rule to leave out; may be repeated; '?' lists them."),
]


def chosen_lists(names: Sequence[str] | None) -> Sequence[str]:
    """What to leave out; "?" shows what there is, and ends."""
    if names and "?" in names:
        console.print("\n".join(known_names()), markup=False)
        raise typer.Exit
    return names or ()
