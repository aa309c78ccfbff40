"""What was learnt, in a folder: the experts, their weights, and the counts that reasons are made of. Nothing personal."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from daogou.errors import ShopError
from daogou.recommend.expert_files import load_expert, save_expert
from daogou.recommend.items import ItemTable
from daogou.recommend.mixture import Mixture

MANIFEST = "manifest.json"
FORMAT = 1


@dataclass(frozen=True, eq=False, kw_only=True)
class Counts:
    """Different shoppers, counted: the truth behind "bought together by 31 shoppers"."""

    together: sparse.csr_matrix  # (n_items, n_items) who bought both in one visit
    both: sparse.csr_matrix  # (n_items, n_items) who chose both, whenever
    buyers: npt.NDArray[np.int32]  # (n_items,) who bought it
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
    notes = [save_expert(folder, number, expert) for number, expert in enumerate(mixture.experts)]
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
        experts=[load_expert(folder, number, note) for number, note in enumerate(manifest["experts"])],
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
