"""`daogou evaluate next-item` and `daogou evaluate next-basket`: does the recommender foretell what is wanted next?"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from daogou.assembly.evaluating_personal import evaluate_personal
from daogou.assembly.evaluating_recommender import evaluate_baskets, evaluate_histories
from daogou.cli.terminal import console, progress

Sequences = Annotated[
    Path | None,
    typer.Option(help="Train a sequence model as well, in this folder (checkpoints); needs the extra 'train'."),
]
Report = Annotated[Path | None, typer.Option(help="Write every figure to this JSON file.")]


def next_item_command(
    items: Annotated[Path, typer.Argument(help="JSONL: item_id (from 0), title, description, brand.")],
    train: Annotated[Path, typer.Option(help="JSONL: user_id, history (oldest first), next.")],
    test: Annotated[Path | None, typer.Option(help="The same form; left alone unless it is given.")] = None,
    sequences: Sequences = None,
    report: Report = None,
) -> None:
    """Next-item prediction, every item ranked against every other, items bought before included.

    Example: daogou evaluate next-item items.jsonl --train valid.jsonl --test test.jsonl
    """
    with progress() as step:
        found = evaluate_histories(items, train, test, sequences=sequences, on_progress=step)
    for part in ("cross-validation", "test"):
        if part in found:
            console.print(_table(part, found[part]))
    _write(report, found)


def next_basket_command(
    shop: Annotated[Path, typer.Option("--shop", help="The shop's folder.", envvar="DAOGOU_SHOP")] = Path("shop"),
    test_from: Annotated[
        datetime | None, typer.Option(help="First day of the visits that are foretold; default: the newest tenth.")
    ] = None,
    sequences: Sequences = None,
    report: Report = None,
) -> None:
    """Foretell a shop's next visits by what came before them, beside implicit's own models in the same run.

    Example: daogou evaluate next-basket --shop shops/retail --test-from 2011-11-09
    """
    start = test_from.replace(tzinfo=UTC) if test_from is not None else None
    with progress() as step:
        found = evaluate_baskets(shop, test_from=start, sequences=sequences, on_progress=step)
    told = {"mixture": found["mixture"], **found["experts"], "new products": found["new_products"]}
    console.print(_table(f"next visits from {found['test_from']}", told))
    _write(report, found)


def personal_search_command(
    shop: Annotated[Path, typer.Option("--shop", help="The shop's folder.", envvar="DAOGOU_SHOP")] = Path("shop"),
    test_from: Annotated[
        datetime | None, typer.Option(help="First day of the visits that are asked about; default: the newest tenth.")
    ] = None,
    visits: Annotated[int, typer.Option(help="Visits that are asked about, drawn at random.", min=10)] = 600,
    development: Annotated[
        bool, typer.Option("--development", help="Ask about the visits before those: weights are chosen on them.")
    ] = False,
) -> None:
    """Search for what was bought in later visits, with and without what the shopper had done before.

    The kind of thing and a word of its title leave the choice to taste; the whole title does not.

    Example: daogou evaluate personal-search --shop demo-shop/shop
    """
    start = test_from.replace(tzinfo=UTC) if test_from is not None else None
    with progress() as step:
        found = evaluate_personal(shop, test_from=start, visits=visits, development=development, on_progress=step)
    table = Table("typed", "queries", "NDCG@10 without", "with", "gain (95 %)", "relative", box=box.SIMPLE)
    for form, one in found.items():
        figures = (f"{one.without:.4f}", f"{one.with_behaviour:.4f}", str(one.gain), f"{one.relative:+.1%}")
        table.add_row(form, f"{one.queries:,}", *figures)
    console.print(table)


def _table(title: str, told: Mapping[str, Any]) -> Table:
    table = Table("", "recall@10", "NDCG@10", title=escape(title), box=box.SIMPLE)
    for name, figures in sorted(told.items(), key=lambda one: -one[1]["ndcg@10"]):
        table.add_row(escape(name), *(_figure(figures, key) for key in ("recall@10", "ndcg@10")))
    return table


def _figure(figures: Mapping[str, Any], key: str) -> str:
    interval = figures.get(f"{key} 95%")
    return f"{figures[key]:.4f}" + (f"  ({interval[0]:.4f} to {interval[1]:.4f})" if interval else "")


def _write(path: Path | None, found: Mapping[str, Any]) -> None:
    if path is not None:
        path.write_text(json.dumps(found, indent=1), encoding="utf-8")
