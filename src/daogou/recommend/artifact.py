"""What was learnt, in a folder: the experts, their weights, and the counts that reasons are made of. Nothing personal."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse

from daogou.catalog.products.candidate import Place
from daogou.errors import ShopError
from daogou.recommend.history import History, ItemTable, Rows, Visit
from daogou.recommend.mixture import MixedScores, Mixture
from daogou.recommend.models.items import ALIKE, Factors, Model, Neighbours, Scores, probabilities
from daogou.recommend.models.sequence import SequenceModel
from daogou.recommend.models.sequence import load as load_sequence
from daogou.recommend.models.sequence import save as save_sequence
from daogou.recommend.models.tastes import Popular, PopularInKind, Repeats, Taste, Traits, Uniform

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
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ShopError(f"{folder} is damaged ({error}); run: daogou learn recommender, or roll back") from error


Note: TypeAlias = Mapping[str, Any]  # what stands in the manifest; "kind" says whose it is
_OF_FACTORS = ("alpha", "regularization", "decay", "sharpness")


def save_model(folder: Path, number: int, model: Model) -> Note:
    """Write its arrays under that number; the note that reads them."""
    path = folder / str(number)
    match model:
        case Popular():
            np.save(path.with_suffix(".npy"), model.counts)
            return {"kind": "popular"}
        case PopularInKind():
            np.savez(path.with_suffix(".npz"), counts=model.counts, kinds=model.kinds)
            return {"kind": "popular in kind", "names": model.names, "decay": model.decay}
        case Repeats():
            return {"kind": "again", "n_items": model.n_items, "decay": model.decay}
        case Uniform():
            return {"kind": "any", "n_items": model.n_items}
        case Neighbours():
            sparse.save_npz(path.with_suffix(".npz"), model.weights, compressed=False)
            return {"kind": "neighbours", "name": model.name, "decay": model.decay}
        case Factors():
            np.save(path.with_suffix(".npy"), model.items)
            return {"kind": "factors", **{name: getattr(model, name) for name in _OF_FACTORS}}
        case Taste():
            traits = model.traits
            codes = np.stack([*traits.codes.values()]) if traits.codes else np.zeros((0, len(traits)), dtype=np.int32)
            np.savez(path.with_suffix(".npz"), counts=model.counts, price_level=traits.price_level, codes=codes)
            return {"kind": "taste", "values": traits.values, "weights": {**model.weights}, "decay": model.decay}
        case SequenceModel():
            save_sequence(path, model)
            return {"kind": "sequence"}
    raise TypeError(f"{model.name} cannot be saved")


def load_model(folder: Path, number: int, note: Note) -> Model:
    """What `save_model` wrote."""
    path = folder / str(number)
    match note["kind"]:
        case "popular":
            return Popular(np.load(path.with_suffix(".npy")))
        case "popular in kind":
            with np.load(path.with_suffix(".npz")) as saved:
                return PopularInKind(saved["counts"], saved["kinds"], tuple(note["names"]), note["decay"])
        case "again":
            return Repeats(note["n_items"], note["decay"])
        case "any":
            return Uniform(note["n_items"])
        case "neighbours":
            return Neighbours(note["name"], sparse.load_npz(path.with_suffix(".npz")).tocsr(), note["decay"])
        case "factors":
            return Factors(np.load(path.with_suffix(".npy")), **{name: note[name] for name in _OF_FACTORS})
        case "taste":
            values = {name: tuple(told) for name, told in note["values"].items()}
            with np.load(path.with_suffix(".npz")) as saved:
                codes = dict(zip(values, saved["codes"], strict=True))
                traits = Traits(values=values, codes=codes, price_level=saved["price_level"])
                return Taste(traits, saved["counts"], note["weights"], note["decay"])
        case "sequence":
            return load_sequence(path)
    raise ValueError(f"a model of the unknown kind {note['kind']!r}")


TOGETHER, BOTH = "together", "both"  # bought in one visit; chosen by the same shoppers
LIFT = 3.0  # nats that a shopper's history moves a product up or down, at most


@dataclass(frozen=True, eq=False, kw_only=True)
class Knowledge:
    """Row by row of the table; replaced as a whole when the products change or something new was learnt."""

    table: ItemTable
    mixture: Mixture
    counts: Counts | None  # None: nothing was learnt yet
    sellable: npt.NDArray[np.bool_]  # (n_items,) still in the shop, and not out of stock
    kinds: Rows  # (n_items,) product type, as a number; -1: none
    brands: Rows  # (n_items,)
    version: int = 0  # of what was learnt; 0: nothing yet

    @cached_property
    def stranger(self) -> MixedScores:
        """What is believed of somebody of whom nothing is known."""
        return self.mixture.mixed(History())

    def lift(self, history: History) -> Scores:
        """(n_items,) log P(item | shopper) - log P(item | anybody), in nats, within LIFT; zeros for a stranger."""
        if not history:
            return np.zeros(len(self.table), dtype=np.float32)
        own, usual = self.mixture.scores(history), self.stranger.total
        floor = 0.01 / max(len(self.table), 1)  # what is that unlikely either way tells nothing
        return np.clip(np.log((own + floor) / (usual + floor)), -LIFT, LIFT)

    def scores_of(self, name: str, rows: Sequence[int]) -> Scores:
        """(n_items,) what one expert alone makes of those products, as a distribution; zeros where there is no such expert."""
        history = History((Visit(items=dict.fromkeys(rows, 1.0)),)) if rows else History()
        found = np.zeros(len(self.table), dtype=np.float32)
        for model in self.mixture.models:
            if model.name == name or model.name.startswith(f"{name}: "):
                found += probabilities(model.scores(history))
        return probabilities(found)

    def alike(self, rows: Sequence[int]) -> Scores:
        """(n_items,) what reads like those products."""
        return self.scores_of(ALIKE.removesuffix(": "), rows)

    def together(self, row: int) -> Scores:
        """(n_items,) how many shoppers bought both in one visit; zeros where nobody counted."""
        found = np.zeros(len(self.table), dtype=np.float32)
        columns, counts = self._pairs("together", row)
        found[columns] = counts
        return found

    def counted(self, name: str, row: int, rows: Rows) -> Scores:
        """(len(rows),) how many shoppers did it (TOGETHER or BOTH), for some products alone."""
        columns, counts = self._pairs(name, row)
        if not len(columns):
            return np.zeros(len(rows), dtype=np.float32)
        places = np.minimum(np.searchsorted(columns, rows), len(columns) - 1)
        return np.where(columns[places] == rows, counts[places], np.float32(0.0))

    @cached_property
    def buyers(self) -> Rows:
        """(n_items,) how many shoppers bought it."""
        known = self.counts.buyers if self.counts is not None else np.zeros(0, dtype=np.int32)
        return np.pad(known, (0, len(self.table) - len(known))).astype(np.int32)

    def _pairs(self, name: str, row: int) -> tuple[Rows, Scores]:
        """((n,), (n,)) which products, ascending, and how many shoppers."""
        if self.counts is None or row >= len(self.counts.buyers):
            return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32)
        pairs = self.counts.together if name == TOGETHER else self.counts.both
        start, end = pairs.indptr[row], pairs.indptr[row + 1]
        return pairs.indices[start:end], pairs.data[start:end]


PAIR = 2  # shoppers who bought both, from which on it is no accident
OTHER_KIND = 0.25  # of a product of another kind where something is wanted instead
SAME_KIND = 0.3  # of one of the same kind where something is wanted beside
PERSONAL = 0.5  # of the shopper's own lift, where a product is what the rail is about
FILLED = 1e-3  # of what anybody would see: it fills a rail that nothing else speaks for
BOUGHT_TOGETHER, OTHERWISE = "bought together", "popular"

Parts = dict[str, Scores]  # by voice: (n_items,) its share of the score


def scores_at(place: Place, knowledge: Knowledge, history: History, about: Sequence[int]) -> MixedScores:
    """What ranks there, and each model's part of it, at least 0; `about` are the rows of the product, the cart, the purchase."""
    if place is Place.HOME or not about:
        return knowledge.mixture.mixed(history) if history else knowledge.stranger
    found = _instead(knowledge, about) if place is Place.SIMILAR else _beside(knowledge, about)
    if not history:
        return MixedScores.of(found)
    bent = np.exp(PERSONAL * knowledge.lift(history))
    return MixedScores.of({name: part * bent for name, part in found.items()})


def _instead(knowledge: Knowledge, about: Sequence[int]) -> Parts:
    """What reads alike, and what the same shoppers looked at; then what is popular among its kind."""
    near = np.where(_of_their_kinds(knowledge, about), 1.0, OTHER_KIND).astype(np.float32)
    return {
        "alike": 0.6 * knowledge.alike(about) * near,
        "similar": 0.4 * knowledge.scores_of("similar", about) * near,
        OTHERWISE: FILLED * knowledge.stranger.total * (near == 1.0),
    }


def _beside(knowledge: Knowledge, about: Sequence[int]) -> Parts:
    """What was bought with them, and after them; where nobody bought anything, what everybody buys."""
    far = np.where(_of_their_kinds(knowledge, about), SAME_KIND, 1.0).astype(np.float32)
    return {
        BOUGHT_TOGETHER: 0.7 * _bought_with(knowledge, about) * far,
        "next": 0.3 * knowledge.scores_of("next", about) * far,
        OTHERWISE: FILLED * knowledge.stranger.total * far,
    }


def _bought_with(knowledge: Knowledge, about: Sequence[int]) -> Scores:
    """n_ij / sqrt(n_i n_j), added up: what goes with little else counts more than what goes with everything."""
    found = np.zeros(len(knowledge.table), dtype=np.float32)
    for row in about:
        pairs = knowledge.together(row)
        found += np.where(pairs >= PAIR, pairs, 0.0) / np.sqrt(np.maximum(knowledge.buyers[row] * knowledge.buyers, 1))
    return probabilities(found)


def _of_their_kinds(knowledge: Knowledge, about: Sequence[int]) -> npt.NDArray[np.bool_]:
    return np.isin(knowledge.kinds, [kind for kind in knowledge.kinds[list(about)] if kind >= 0])
