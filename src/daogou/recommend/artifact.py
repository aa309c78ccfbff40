"""What was learnt, in a folder: the experts, their weights, and the counts that reasons are made of. Nothing personal."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from daogou.errors import ShopError
from daogou.recommend.contract import Recommender
from daogou.recommend.factors import Factors
from daogou.recommend.items import ItemTable
from daogou.recommend.mixture import Mixture
from daogou.recommend.neighbours import Neighbours
from daogou.recommend.popular import Popular, PopularInKind, Repeats, Uniform

MANIFEST = "manifest.json"
FORMAT = 1


@dataclass(frozen=True, eq=False, kw_only=True)
class Counts:
    """Different shoppers, counted: the truth behind "bought together by 31 shoppers"."""

    together: sparse.csr_matrix  # (n_items, n_items) who bought both in one visit
    both: sparse.csr_matrix  # (n_items, n_items) who chose both, whenever
    buyers: np.ndarray  # (n_items,) int32: who bought it
    as_of: datetime  # the newest event that was counted


@dataclass(frozen=True, eq=False, kw_only=True)
class Learned:
    """Everything that serving needs."""

    table: ItemTable
    mixture: Mixture
    counts: Counts


def save(folder: Path, learned: Learned) -> None:
    """Write it into an empty folder."""
    mixture, counts = learned.mixture, learned.counts
    notes = [_SAVERS[type(expert)](folder, number, expert) for number, expert in enumerate(mixture.experts)]
    sparse.save_npz(folder / "together.npz", counts.together, compressed=False)
    sparse.save_npz(folder / "both.npz", counts.both, compressed=False)
    np.save(folder / "buyers.npy", counts.buyers)
    manifest = {
        "format": FORMAT,
        "items": learned.table.ids,
        "as_of": counts.as_of.isoformat(),
        "experts": notes,
        "weights": mixture.weights.tolist(),
        "levels": list(mixture.levels),
        "gauge": mixture.gauge,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")


def load(folder: Path) -> Learned:
    """What `save` wrote; ShopError where it is damaged or of another format."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT:
            raise ValueError(f"format {manifest['format']}, known: {FORMAT}")
        return _load(folder, manifest)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ShopError(f"{folder} is damaged ({error}); run: daogou learn recommender, or roll back") from error


def _load(folder: Path, manifest: Mapping[str, Any]) -> Learned:
    mixture = Mixture(
        experts=[_LOADERS[note["kind"]](folder, number, note) for number, note in enumerate(manifest["experts"])],
        weights=np.array(manifest["weights"], dtype=np.float32),
        levels=manifest["levels"],
        gauge=manifest["gauge"],
    )
    counts = Counts(
        together=sparse.load_npz(folder / "together.npz").tocsr(),
        both=sparse.load_npz(folder / "both.npz").tocsr(),
        buyers=np.load(folder / "buyers.npy"),
        as_of=datetime.fromisoformat(manifest["as_of"]),
    )
    return Learned(table=ItemTable(manifest["items"]), mixture=mixture, counts=counts)


def _save_popular(folder: Path, number: int, expert: Popular) -> dict[str, Any]:
    np.save(folder / f"{number}.npy", expert.counts)
    return {"kind": "popular"}


def _save_kinds(folder: Path, number: int, expert: PopularInKind) -> dict[str, Any]:
    np.savez(folder / f"{number}.npz", counts=expert.counts, kinds=expert.kinds)
    return {"kind": "popular in kind", "decay": expert.decay}


def _save_neighbours(folder: Path, number: int, expert: Neighbours) -> dict[str, Any]:
    sparse.save_npz(folder / f"{number}.npz", expert.weights, compressed=False)
    return {"kind": "neighbours", "name": expert.name, "decay": expert.decay}


def _save_factors(folder: Path, number: int, expert: Factors) -> dict[str, Any]:
    np.save(folder / f"{number}.npy", expert.items)
    told = ("alpha", "regularization", "decay", "sharpness")
    return {"kind": "factors"} | {name: getattr(expert, name) for name in told}


def _load_neighbours(folder: Path, number: int, note: Mapping[str, Any]) -> Neighbours:
    return Neighbours(note["name"], sparse.load_npz(folder / f"{number}.npz").tocsr(), note["decay"])


def _load_kinds(folder: Path, number: int, note: Mapping[str, Any]) -> PopularInKind:
    with np.load(folder / f"{number}.npz") as saved:
        return PopularInKind(saved["counts"], saved["kinds"], note["decay"])


def _load_factors(folder: Path, number: int, note: Mapping[str, Any]) -> Factors:
    items = np.load(folder / f"{number}.npy")
    return Factors(items, note["alpha"], note["regularization"], note["decay"], note["sharpness"])


_SAVERS: Mapping[type, Callable[[Path, int, Any], dict[str, Any]]] = {
    Popular: _save_popular,
    PopularInKind: _save_kinds,
    Repeats: lambda folder, number, expert: {"kind": "again", "n_items": expert.n_items, "decay": expert.decay},
    Uniform: lambda folder, number, expert: {"kind": "any", "n_items": expert.n_items},
    Neighbours: _save_neighbours,
    Factors: _save_factors,
}
_LOADERS: Mapping[str, Callable[[Path, int, Mapping[str, Any]], Recommender]] = {
    "popular": lambda folder, number, note: Popular(np.load(folder / f"{number}.npy")),
    "popular in kind": _load_kinds,
    "again": lambda folder, number, note: Repeats(note["n_items"], note["decay"]),
    "any": lambda folder, number, note: Uniform(note["n_items"]),
    "neighbours": _load_neighbours,
    "factors": _load_factors,
}
