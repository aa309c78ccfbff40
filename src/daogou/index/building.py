"""Build an index beside the one in use, and change over by one file; a crash leaves the old one or the new one."""

import dataclasses
import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from daogou.catalog.products.product import Product
from daogou.db.catalogue import SqlCatalogue
from daogou.db.durable import replace_file, sync_path, sync_tree, writer_lock
from daogou.errors import ShopError
from daogou.index.arrays.segment import write_segment
from daogou.index.arrays.vectors import SetDown, StoredVectors, fingerprint, stored_keys, write_vectors
from daogou.index.encoding import Absent, KnownVectors
from daogou.index.vocabulary import VocabularyCount, vocabulary_to_json
from daogou.ports import Encoder
from daogou.progress import Progress, silent

FORMAT = 5  # grows whenever the files of an index change their form
MANIFEST = "manifest.json"


@dataclass(frozen=True, kw_only=True)
class EncoderNote:
    """An encoder that the index was made with; `fingerprint` tells two of one name apart."""

    name: str
    dimensions: int
    fingerprint: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The state of a shop's index; folders are names inside the index folder.

    `base` holds all products as of `base_version` of the catalogue; `over` holds what changed from there to
    `catalogue_version` (empty: nothing did).
    """

    number: int  # grows with every swap
    base: str
    over: str = ""
    base_version: int
    catalogue_version: int
    product_count: int
    encoders: tuple[EncoderNote, ...]
    created_at: datetime


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest, None where there is no index yet; ShopError where it is damaged, newer, or names what is missing."""
    path = folder / MANIFEST
    try:
        manifest = _parsed(json.loads(path.read_text(encoding="utf-8")), path)
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ShopError(f"{path} is damaged ({type(error).__name__}: {error}); run: daogou check --repair") from error
    missing = [name for name in (manifest.base, manifest.over) if name and not (folder / name).is_dir()]
    if missing:
        raise ShopError(f"{path} names '{missing[0]}', which is not there; run: daogou check --repair")
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Make it the one: at this moment readers change over."""
    written = dataclasses.asdict(manifest) | {"format": FORMAT, "created_at": manifest.created_at.isoformat()}
    replace_file(folder / MANIFEST, json.dumps(written, indent=2) + "\n")


def _parsed(written: dict[str, Any], path: Path) -> Manifest:
    known = written.pop("format")
    if known != FORMAT:
        raise ShopError(f"{path} was written by another Daogou (format {known!r}, not {FORMAT}); load the feed again")
    encoders = tuple(EncoderNote(**note) for note in written.pop("encoders"))
    created_at = datetime.fromisoformat(written.pop("created_at"))
    return Manifest(**written, encoders=encoders, created_at=created_at)


VOCABULARY = "vocabulary.json"
ENCODERS = "encoders"
WITHDRAWN = "withdrawn.json"
_WORK = ".building"

EncoderMaker = Callable[[Iterable[str]], Encoder]  # learns from the catalogue's texts


@runtime_checkable
class Savable(Protocol):
    """An encoder that learned something, and keeps it in a file."""

    def save(self, path: Path) -> None:
        """Write the file."""
        ...


@dataclass(frozen=True, kw_only=True)
class Encoders:
    """The encoders of an index: ready ones, and how to make those that learn from the catalogue."""

    ready: Sequence[Encoder] = ()
    makers: Mapping[str, EncoderMaker] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What an index is made of: the products by id, read once; further texts by file name.

    `version` says, once they have been read, which version of the catalogue they are of.
    """

    products: Iterable[Product]
    version: Callable[[], int]
    files: Mapping[str, str] = field(default_factory=dict)


def build_index(
    folder: Path,
    contents: Contents,
    encoders: Encoders,
    *,
    progress: Progress = silent,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Manifest:
    """Build an index of a whole catalogue in the index folder and change over to it; ShopError when another builds.

    What changes in the catalogue meanwhile is left to `refresh_index`.
    """
    with writer_lock(folder):
        old = _readable(folder)
        work = _empty_work(folder)
        titles = {name: SetDown(work / f"{name}.titles") for name in encoders.makers}
        words = VocabularyCount()
        ready = [remembering(folder, encoder) for encoder in encoders.ready]
        count = write_segment(work, words.counting(contents.products), ready, titles)
        learned = _learn(folder, work, encoders.makers, titles, progress)
        for name, text in {VOCABULARY: vocabulary_to_json(words.vocabulary()), **contents.files}.items():
            (work / name).write_text(text, encoding="utf-8")
        version = contents.version()
        number = _next_number(folder, old)
        manifest = Manifest(
            number=number,
            base=_adopt(folder, work, number),
            base_version=version,
            catalogue_version=version,
            product_count=count,
            encoders=tuple(_note(encoder) for encoder in (*encoders.ready, *learned)),
            created_at=clock(),
        )
        _change_over(folder, manifest, old)
    return manifest


def refresh_index(
    folder: Path,
    *,
    catalogue: SqlCatalogue,
    encoders: Sequence[Encoder],
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Manifest:
    """Make what changed in the catalogue since the last full build visible; quick where that is little.

    `encoders` are those of the index. ShopError when there is no index yet, another process builds, or they differ.
    """
    with writer_lock(folder):
        old = read_manifest(folder)
        if old is None:
            raise ShopError(f"{folder} has no index yet; load a feed first")
        changes = catalogue.changes_since(old.base_version)
        if changes.version == old.catalogue_version:
            return old
        check_encoders(old, encoders)
        work = _empty_work(folder)
        products = catalogue.get(changes.changed)
        known = [_knowing(folder, (old.base, old.over), encoder) for encoder in encoders]
        write_segment(work, (products[key] for key in sorted(products)), known)
        gone = [*changes.withdrawn, *(key for key in changes.changed if key not in products)]
        (work / WITHDRAWN).write_text(json.dumps(gone), encoding="utf-8")
        number = _next_number(folder, old)
        manifest = replace(
            old,
            number=number,
            over=_adopt(folder, work, number),
            catalogue_version=changes.version,
            product_count=len(catalogue),
            created_at=clock(),
        )
        _change_over(folder, manifest, old)
    return manifest


def check_encoders(manifest: Manifest, encoders: Sequence[Encoder]) -> None:
    """ShopError where an encoder of the index is missing among these, or is another than the index was made with."""
    given = {encoder.name: encoder for encoder in encoders}
    for note in manifest.encoders:
        encoder = given.get(note.name)
        if encoder is None:
            raise ShopError(f"the index was made with the encoder '{note.name}', which is not here; build it again")
        if not isinstance(encoder, Absent) and fingerprint(encoder) != note.fingerprint:
            raise ShopError(f"the index was made with another '{note.name}' encoder; build it again")


def remembering(folder: Path, encoder: Encoder) -> Encoder:
    """The encoder, with the vectors of the index in the folder at hand where the same encoder made them."""
    old = _readable(folder)
    if old is None or _note(encoder) not in old.encoders:
        return encoder
    return _knowing(folder, (old.base,), encoder)


def _knowing(folder: Path, segments: Iterable[str], encoder: Encoder) -> Encoder:
    """Asks the encoder itself only for texts that none of its segments (folder names, or empty) has."""
    for segment in filter(None, segments):
        stored = StoredVectors(folder / segment).by_encoder[encoder.name]
        encoder = KnownVectors(encoder, stored_keys(folder / segment, encoder.name), stored)
    return encoder


def _learn(
    folder: Path, work: Path, makers: Mapping[str, EncoderMaker], titles: Mapping[str, SetDown], progress: Progress
) -> list[Encoder]:
    """The encoders that learn from the titles which the products' segment has set down, and the titles' vectors."""
    learned = []
    (work / ENCODERS).mkdir()
    for number, (name, maker) in enumerate(makers.items()):
        progress("encoders", number, len(makers))
        encoder = maker(titles[name])
        if isinstance(encoder, Savable):
            encoder.save(work / ENCODERS / f"{name}.npz")
        write_vectors(work, remembering(folder, encoder), titles[name])
        titles[name].remove()
        learned.append(encoder)
    progress("encoders", len(makers), len(makers))
    return learned


def _note(encoder: Encoder) -> EncoderNote:
    return EncoderNote(name=encoder.name, dimensions=encoder.dimensions, fingerprint=fingerprint(encoder))


def _readable(folder: Path) -> Manifest | None:
    """The old manifest; a damaged one is no reason not to build a new index."""
    try:
        return read_manifest(folder)
    except ShopError:
        return None


def _empty_work(folder: Path) -> Path:
    work = folder / _WORK
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    return work


def _next_number(folder: Path, old: Manifest | None) -> int:
    used = [int(path.name) for path in folder.iterdir() if path.name.isdecimal()]
    return max([*used, old.number if old else 0]) + 1


def _adopt(folder: Path, work: Path, number: int) -> str:
    """Give the finished folder its name, once all of it is on the disk."""
    name = f"{number:06}"
    sync_tree(work)
    os.rename(work, folder / name)
    sync_path(folder)
    return name


def _change_over(folder: Path, manifest: Manifest, old: Manifest | None) -> None:
    """Replace the manifest; keep the folders of the last one, which a reader may be about to open."""
    write_manifest(folder, manifest)
    kept = {name for known in (manifest, old) if known for name in (known.base, known.over)}
    for path in folder.iterdir():
        if path.name.isdecimal() and path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)
