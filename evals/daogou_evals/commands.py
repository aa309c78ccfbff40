"""`daogou evaluate`: which suites there are. A suite is imported when it is asked for."""

from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module

import typer

from daogou.cli.terminal import LazyGroup

SUITES = {
    "needs": "needs.suite",
    "search": "search",
    "shops": "shops",
    "sold": "sold",
    "ladder": "ladder",
    "calibration": "calibration",
    "answers": "answers",
    "descriptions": "descriptions",
    "choice": "choice.suite",
    "next-item": "recommend.next_item",
    "next-basket": "recommend.next_basket",
    "personal-search": "recommend.personal_search",
}  # the module that has the suite's `command`


class Suites(LazyGroup):
    """The suites by name."""

    def further(self) -> Mapping[str, Callable[[], typer.Typer]]:
        """All of them."""
        return {name: partial(_app, name, module) for name, module in SUITES.items()}


evaluate = typer.Typer(
    name="evaluate",
    cls=Suites,
    help="Measure how well the guide answers.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
)


@evaluate.callback()
def _group() -> None:
    pass


def _app(name: str, module: str) -> typer.Typer:
    app = typer.Typer(add_completion=False, rich_markup_mode="markdown")
    app.command(name)(import_module(f"daogou_evals.{module}").command)
    return app
