"""Is a sequence model worth its place among the experts? Next-item prediction, by cross-validation over users.

    python benchmarks/sequence.py ../shared/data/office_products --folder /tmp/sequence

Each fold's users are foretold by experts that never saw them; each fold's mixture, with the sequence model and without it, is
weighed on the other folds (EM). `--set name=value` changes a setting of SequenceSettings.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from daogou.encoders.lsa import Lsa
from daogou.recommend.learn.fitting import ItemData, fit_models
from daogou.recommend.learn.weighing import Predictions, figures, joined, predictions, weigh
from daogou.recommend.models.items import Model, Vectors
from daogou.recommend.models.sequence import SEQUENCE, load
from daogou_evals.recommend.next_item import FOLDS, NextItem, goods_of_items, read_next_items, traces_of_rows
from daogou_training.sequence.expert import train_sequence
from daogou_training.sequence.network import SequenceSettings

Figures = npt.NDArray[np.float64]  # (n_lines, 2) recall@10, NDCG@10


def main() -> None:
    given = _arguments()
    item_data = goods_of_items(given.data / "items.jsonl")
    rows = read_next_items(given.data / "valid.jsonl", len(item_data.table))
    texts = _texts(given.data / "items.jsonl", item_data)
    users = {user: number for number, user in enumerate(dict.fromkeys(row.user for row in rows))}
    fold_of = np.array([users[row.user] % FOLDS for row in rows])
    models, parts = [], []
    for fold in range(FOLDS):
        others = [row for row, own in zip(rows, fold_of, strict=True) if own != fold]
        models.append(_fitted(others, item_data, texts, given.folder / str(fold), _settings(given.set), given.seed))
        parts.append(predictions(models[-1], [(row.known, row.wanted) for row in _of(rows, fold_of, fold)]))
        print(f"fold {fold} of {FOLDS} is learnt", flush=True)
    print(json.dumps(_report(models, parts, rows, fold_of), indent=1))


def _fitted(
    rows: Sequence[NextItem], item_data: ItemData, texts: Vectors, folder: Path, settings: SequenceSettings, seed: int
) -> list[Model]:
    """All the experts, the sequence model last."""
    interactions = traces_of_rows(rows, len(item_data.table))
    made = train_sequence(interactions, texts, folder, settings=settings, seed=seed)
    return [*fit_models(interactions, item_data), load(made)]


def _texts(path: Path, item_data: ItemData) -> Vectors:
    """(n_items, dimensions) what the encoder and LSA make of brand and title, side by side."""
    items = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    titles = [f"{item.get('brand') or ''} {item['title']}" for item in items]
    return np.hstack([*item_data.vectors.values(), Lsa.learn(titles).encode(titles)]).astype(np.float32)


def _report(
    models: Sequence[Sequence[Model]],
    parts: Sequence[Predictions],
    rows: Sequence[NextItem],
    fold_of: npt.NDArray[np.int64],
) -> dict[str, list[float]]:
    """recall@10, NDCG@10 and, for the mixtures, nats per line."""
    scored = [_of(rows, fold_of, fold) for fold in range(FOLDS)]
    report = {
        name: _mean([_figures(models[fold][number], scored[fold]) for fold in range(FOLDS)])
        for number, name in enumerate(parts[0].names)
    }
    for name in ("mixture", "mixture without sequence"):
        kept = [number for number, one in enumerate(parts[0].names) if one != SEQUENCE or name == "mixture"]
        found, nats = [], []
        for fold in range(FOLDS):
            weights = weigh(joined([_kept(part, kept) for other, part in enumerate(parts) if other != fold]))
            mixture = weights.mix([models[fold][number] for number in kept])
            found.append(_figures(mixture, scored[fold]))
            nats += [-float(np.log(mixture.scores(row.known)[row.next])) for row in scored[fold]]
        report[name] = [*_mean(found), round(float(np.mean(nats)), 4)]
    everything = weigh(joined(parts))
    report["weights by level: " + ", ".join(parts[0].names)] = everything.weights.round(3).tolist()
    return report


def _kept(part: Predictions, experts_kept: Sequence[int]) -> Predictions:
    names = tuple(part.names[number] for number in experts_kept)
    return replace(part, names=names, chances=part.chances[:, experts_kept])


def _figures(model: Model, rows: Sequence[NextItem]) -> Figures:
    return np.array([figures(model.scores(row.known), row.wanted) for row in rows])


def _mean(parts: Sequence[Figures]) -> list[float]:
    """Over all lines."""
    return [round(float(one), 4) for one in np.concatenate(parts).mean(axis=0)]


def _of(rows: Sequence[NextItem], fold_of: npt.NDArray[np.int64], fold: int) -> list[NextItem]:
    return [row for row, own in zip(rows, fold_of, strict=True) if own == fold]


def _settings(changes: Sequence[str]) -> SequenceSettings:
    """name=value, of the type that the setting has."""
    plain = SequenceSettings()
    known = {field.name: type(getattr(plain, field.name)) for field in fields(plain)}
    told = dict(change.split("=", 1) for change in changes)
    return replace(plain, **{name: known[name](value) for name, value in told.items()})


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="items.jsonl and valid.jsonl")
    parser.add_argument("--folder", type=Path, required=True, help="for checkpoints: a killed run goes on")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--set", nargs="*", default=[], metavar="name=value")
    return parser.parse_args()


if __name__ == "__main__":
    main()
