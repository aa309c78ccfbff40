"""What lies beside an exported model: its sizes, its marks, its fingerprint and where it came from."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from daogou.errors import BackendError

MODEL, TOKENIZER, MANIFEST = "model.onnx", "tokenizer.json", "model.json"


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """model.json."""

    name: str
    context: int  # tokens
    vocabulary: int
    begin: int  # token ids
    end: int
    hidden: int
    layers: int
    heads: int
    shared_heads: int  # of keys and values
    head: int  # dimensions of one head
    int8: bool
    source: str
    sha256: Mapping[str, str]  # of each file

    def write(self, folder: Path) -> None:
        """Into the folder."""
        (folder / MANIFEST).write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Of that folder, its files checked; BackendError names what is missing or damaged."""
    try:
        manifest = Manifest(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
        wrong = [name for name, known in manifest.sha256.items() if fingerprint(folder / name) != known]
    except (OSError, ValueError, TypeError) as problem:
        raise BackendError(f"{folder}: no language model of ours lies here ({problem})") from problem
    if wrong:
        raise BackendError(f"{folder}: {', '.join(wrong)} is damaged: its sha256 is not the one in {MANIFEST}")
    return manifest


def fingerprint(path: Path) -> str:
    """Its sha256 in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
