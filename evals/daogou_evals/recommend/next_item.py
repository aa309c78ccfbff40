"""Next-item prediction as the literature measures it: a history in, the next item out, every item ranked against every other."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import typer

from daogou.app.engines import packaged
from daogou.app.learning import sequence_expert
from daogou.catalog.products.product import Product
from daogou.cli.terminal import progress
from daogou.encoders.lsa import Lsa
from daogou.errors import UserError
from daogou.progress import Progress, silent
from daogou.recommend.history import History, ItemTable, Visit
from daogou.recommend.learn.fitting import Further, ItemData, fit_models
from daogou.recommend.learn.interactions import Interactions
from daogou.recommend.learn.weighing import Predictions, Ranked, Weights, figures, joined, predictions, weigh
from daogou.recommend.models.items import Model
from daogou.recommend.models.tastes import traits_of
from daogou.settings import Settings
from daogou_evals.options import print_table
from daogou_evals.questions import read_lines

FOLDS = 5


Sequences = Annotated[
    Path | None,
    typer.Option(help="Train a sequence model as well, in this folder (checkpoints); needs the extra 'train'."),
]
Report = Annotated[Path | None, typer.Option(help="Write every figure to this JSON file.")]


@dataclass(frozen=True, kw_only=True)
class NextItem:
    """One line of such a file: rows of the item table, oldest first, and what came next."""

    user: str
    history: tuple[int, ...]
    next: int

    @property
    def known(self) -> History:
        """Every item as a purchase in a visit of its own."""
        return History.of([Visit(items={row: 1.0}, bought=frozenset((row,))) for row in self.history])

    @property
    def wanted(self) -> npt.NDArray[np.int32]:
        """(1,) what came next."""
        return np.array([self.next], dtype=np.int32)


def read_next_items(path: Path, n_items: int) -> list[NextItem]:
    """The lines {user_id, history, next} of a JSONL file; UserError names the first that is not one."""

    def parse(row: Mapping[str, Any]) -> NextItem:
        one = NextItem(user=str(row["user_id"]), history=tuple(map(int, row["history"])), next=int(row["next"]))
        if not all(0 <= item < n_items for item in (*one.history, one.next)):
            raise ValueError(f"an item is none of the {n_items} items")
        return one

    return read_lines(path, parse, "a history with its next item")


def traces_of_rows(rows: Iterable[NextItem], n_items: int) -> Interactions:
    """Each user's whole sequence, an item a day: the lines of one user stand together and overlap."""
    by_user = [list(lines) for _, lines in groupby(rows, key=lambda row: row.user)]
    sequences = [[*lines[0].history, *(line.next for line in lines)] for lines in by_user]
    items = [item for sequence in sequences for item in sequence]
    lengths = [len(sequence) for sequence in sequences]
    return Interactions(
        shopper=np.repeat(np.arange(len(sequences), dtype=np.int32), lengths),
        visit=np.arange(len(items), dtype=np.int32),
        row=np.array(items, dtype=np.int32),
        strength=np.ones(len(items), dtype=np.float32),
        bought=np.ones(len(items), dtype=np.bool_),
        day=np.concatenate([np.arange(length, dtype=np.float64) for length in lengths] or [np.zeros(0)]),
        n_items=n_items,
    )


def evaluate_next_item(
    train: Sequence[NextItem],
    test: Sequence[NextItem],
    item_data: ItemData,
    *,
    further: Further = (),
    on_progress: Progress = silent,
) -> dict[str, Any]:
    """Weights and choice by cross-validation over the users of `train`; then, once, `test` (empty: left alone).

    Each expert's own figures stand beside the mixture's; items that no line of `train` has are told apart.
    """
    told, report = _cross_validated(train, item_data, further, on_progress)
    if test:
        weights = weigh(told)
        fitted = fit_models(traces_of_rows(train, len(item_data.table)), item_data, further)
        seen = frozenset(item for row in train for item in (*row.history, row.next))
        report["test"] = _measured(fitted, weights, test, seen=seen)
        report["weights"] = dict(zip(told.names, weights.weights.T.round(3).tolist(), strict=True))
        report["levels"] = list(weights.levels)
    on_progress("folds and test", FOLDS + 1, FOLDS + 1)
    return report


def _cross_validated(
    train: Sequence[NextItem], item_data: ItemData, further: Further, on_progress: Progress
) -> tuple[Predictions, dict[str, Any]]:
    """What experts that had not seen a user foretold of it; each fold's mixture is weighed on the others."""
    users = {user: number for number, user in enumerate(dict.fromkeys(row.user for row in train))}
    fold_of = np.array([users[row.user] % FOLDS for row in train])
    models, parts = [], []
    for fold in range(FOLDS):
        on_progress("folds and test", fold, FOLDS + 1)
        others = [row for row, own in zip(train, fold_of, strict=True) if own != fold]
        models.append(fit_models(traces_of_rows(others, len(item_data.table)), item_data, further))
        parts.append(predictions(models[-1], ((row.known, row.wanted) for row in _of(train, fold_of, fold))))
    told = joined(parts)
    folds = np.concatenate([np.full(part.visits, fold) for fold, part in enumerate(parts)])
    measured = [
        _measured(models[fold], weigh(told.only(folds != fold)), _of(train, fold_of, fold)) for fold in range(FOLDS)
    ]
    return told, {"cross-validation": _mean_of(measured)}


def _measured(
    fitted: Sequence[Model], weights: Weights, rows: Sequence[NextItem], seen: frozenset[int] | None = None
) -> dict[str, Any]:
    mixture = weights.mix(fitted)
    users = {user: number for number, user in enumerate(dict.fromkeys(row.user for row in rows))}
    groups = [users[row.user] for row in rows]
    found = {
        one.name: Ranked.of(figures(one.scores(row.known), row.wanted) for row in rows) for one in (mixture, *fitted)
    }
    report: dict[str, Any] = {name: ranked.told(groups) for name, ranked in found.items()}
    if seen is not None:
        new = np.array([row.next not in seen for row in rows])
        mine = found[mixture.name]
        report["new items"] = Ranked(recalls=mine.recalls[new], ndcgs=mine.ndcgs[new]).told()
    return report


def _mean_of(parts: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """Over the folds, each by its number of lines."""
    sizes = [part["mixture"]["visits"] for part in parts]

    def mean(name: str, key: str) -> float:
        return float(np.average([part[name][key] for part in parts], weights=sizes))

    return {name: {key: mean(name, key) for key in ("recall@10", "ndcg@10")} for name in parts[0]}


def _of(rows: Sequence[NextItem], fold_of: npt.NDArray[np.int64], fold: int) -> list[NextItem]:
    return [row for row, own in zip(rows, fold_of, strict=True) if own == fold]


def evaluate_histories(
    items: Path, train: Path, test: Path | None, *, sequences: Path | None = None, on_progress: Progress = silent
) -> Mapping[str, Any]:
    """recall@10 and NDCG@10 of the mixture and of each expert: by cross-validation on `train`, and on `test` where it is given.

    `sequences`: a folder for the training of a sequence model as a further expert; needs torch.
    """
    item_data = goods_of_items(items)
    further = [sequence_expert(item_data, sequences)] if sequences is not None else []
    rows = read_next_items(train, len(item_data.table))
    held_out = read_next_items(test, len(item_data.table)) if test is not None else []
    return evaluate_next_item(rows, held_out, item_data, further=further, on_progress=on_progress)


def goods_of_items(path: Path) -> ItemData:
    """Lines {item_id, title, description, brand}: item_id is the line's number from 0, as the histories count."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    if [int(row["item_id"]) for row in rows] != list(range(len(rows))):
        raise UserError(f"{path}: item_id must count from 0, line by line")
    told = [(str(row["item_id"]), row["title"], row.get("brand") or "", row["description"]) for row in rows]
    products = [
        Product(id=it, title=title, brand=brand, description=text, offers=()) for it, title, brand, text in told
    ]
    titles = [f"{product.brand} {product.title}" for product in products]
    encoders = [one for one in (packaged("minilm", Settings()), Lsa.learn(titles)) if one is not None]
    return ItemData(
        table=ItemTable([product.id for product in products]),
        vectors={encoder.name: encoder.encode(titles) for encoder in encoders},
        traits=traits_of(products, datetime.now(UTC)),
    )


def command(
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
            print_figures(part, found[part])
    write_report(report, found)


def print_figures(title: str, told: Mapping[str, Any]) -> None:
    """recall@10 and NDCG@10 by name, the best NDCG first, with intervals where there are any."""
    rows = [
        (name, *(_figure(figures, key) for key in ("recall@10", "ndcg@10")))
        for name, figures in sorted(told.items(), key=lambda one: -one[1]["ndcg@10"])
    ]
    print_table(("", "recall@10", "NDCG@10"), rows, title=title)


def write_report(path: Path | None, found: Mapping[str, Any]) -> None:
    """Every figure, where a path is given."""
    if path is not None:
        path.write_text(json.dumps(found, indent=1), encoding="utf-8")


def _figure(figures: Mapping[str, Any], key: str) -> str:
    interval = figures.get(f"{key} 95%")
    return f"{figures[key]:.4f}" + (f"  ({interval[0]:.4f} to {interval[1]:.4f})" if interval else "")
