"""What was learnt, in a folder: the experts, their weights, and the counts that reasons are made of. Nothing personal."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse

from daogou.errors import ShopError
from daogou.recommend.history import ItemTable
from daogou.recommend.mixture import Mixture
from daogou.recommend.models.contract import Model
from daogou.recommend.models.factors import Factors
from daogou.recommend.models.neighbours import Neighbours
from daogou.recommend.models.popular import Popular, PopularInKind, Repeats, Uniform
from daogou.recommend.models.sequence import SequenceModel
from daogou.recommend.models.sequence import load as load_sequence
from daogou.recommend.models.sequence import save as save_sequence
from daogou.recommend.models.taste import Taste
from daogou.recommend.models.traits import Traits

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
    notes = [save_model(folder, number, model) for number, model in enumerate(mixture.models)]
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
        models=[load_model(folder, number, note) for number, note in enumerate(manifest["experts"])],
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


Note: TypeAlias = Mapping[str, Any]  # what stands in the manifest; "kind" says whose it is


def save_model(folder: Path, number: int, model: Model) -> Note:
    """Write its arrays under that number; the note that reads them."""
    kind = next(kind for kind, (own, _, _) in _FORMS.items() if own is type(model))
    return {"kind": kind, **_FORMS[kind][1](folder / str(number), model)}


def load_model(folder: Path, number: int, note: Note) -> Model:
    """What `save_expert` wrote."""
    return _FORMS[note["kind"]][2](folder / str(number), note)


def _save_popular(path: Path, model: Popular) -> Note:
    np.save(path.with_suffix(".npy"), model.counts)
    return {}


def _load_popular(path: Path, note: Note) -> Popular:
    return Popular(np.load(path.with_suffix(".npy")))


def _save_kinds(path: Path, model: PopularInKind) -> Note:
    np.savez(path.with_suffix(".npz"), counts=model.counts, kinds=model.kinds)
    return {"names": model.names, "decay": model.decay}


def _load_kinds(path: Path, note: Note) -> PopularInKind:
    with np.load(path.with_suffix(".npz")) as saved:
        return PopularInKind(saved["counts"], saved["kinds"], tuple(note["names"]), note["decay"])


def _save_neighbours(path: Path, model: Neighbours) -> Note:
    sparse.save_npz(path.with_suffix(".npz"), model.weights, compressed=False)
    return {"name": model.name, "decay": model.decay}


def _load_neighbours(path: Path, note: Note) -> Neighbours:
    return Neighbours(note["name"], sparse.load_npz(path.with_suffix(".npz")).tocsr(), note["decay"])


_OF_FACTORS = ("alpha", "regularization", "decay", "sharpness")


def _save_factors(path: Path, model: Factors) -> Note:
    np.save(path.with_suffix(".npy"), model.items)
    return {name: getattr(model, name) for name in _OF_FACTORS}


def _load_factors(path: Path, note: Note) -> Factors:
    alpha, regularization, decay, sharpness = (note[name] for name in _OF_FACTORS)
    return Factors(np.load(path.with_suffix(".npy")), alpha, regularization, decay, int(sharpness))


def _save_taste(path: Path, model: Taste) -> Note:
    traits = model.traits
    codes = np.stack([*traits.codes.values()]) if traits.codes else np.zeros((0, len(traits)), dtype=np.int32)
    np.savez(path.with_suffix(".npz"), counts=model.counts, price_level=traits.price_level, codes=codes)
    return {"values": traits.values, "weights": dict(model.weights), "decay": model.decay}


def _load_taste(path: Path, note: Note) -> Taste:
    values = {name: tuple(told) for name, told in note["values"].items()}
    with np.load(path.with_suffix(".npz")) as saved:
        codes = dict(zip(values, saved["codes"], strict=True))
        traits = Traits(values=values, codes=codes, price_level=saved["price_level"])
        return Taste(traits, saved["counts"], note["weights"], note["decay"])


def _save_sequence(path: Path, model: SequenceModel) -> Note:
    save_sequence(path, model)
    return {}


_FORMS: Mapping[str, tuple[type, Callable[[Path, Any], Note], Callable[[Path, Note], Model]]] = {
    "popular": (Popular, _save_popular, _load_popular),
    "popular in kind": (PopularInKind, _save_kinds, _load_kinds),
    "again": (
        Repeats,
        lambda path, model: {"n_items": model.n_items, "decay": model.decay},
        lambda path, note: Repeats(note["n_items"], note["decay"]),
    ),
    "any": (Uniform, lambda path, model: {"n_items": model.n_items}, lambda path, note: Uniform(note["n_items"])),
    "neighbours": (Neighbours, _save_neighbours, _load_neighbours),
    "factors": (Factors, _save_factors, _load_factors),
    "taste": (Taste, _save_taste, _load_taste),
    "sequence": (SequenceModel, _save_sequence, lambda path, note: load_sequence(path)),
}
