"""Which index is the one: a small file that is replaced whole, and ties index, catalogue and encoders together."""

import dataclasses
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from daogou.db.durable import replace_file
from daogou.errors import ShopError

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
