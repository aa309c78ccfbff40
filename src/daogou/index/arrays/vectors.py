"""The vectors of one segment: bytes mapped from disk, one row a product, with each row's largest number and its text's key."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from daogou.db.database import chunks
from daogou.index.arrays.arrays import Array, Rows, array_path, begin_array, open_array, save_arrays
from daogou.index.encoding import Keys, text_keys
from daogou.ports import Encoder, Vectors

_IDS = "ids.json"
_TABLE = "vectors"
_CODES, _LARGEST, _TEXTS = "codes", "largest", "texts"
_STEPS = 127  # of a byte, on either side of zero: a cosine of two encoders' vectors moves by less than .005
ROWS_AT_ONCE = 1024  # encoded together
_BLOCK = 256  # rows turned into floats at once: they stay in the cache
# No product is called so: a title that an index remembers comes back rounded, and would be taken for another encoder's.
_PROBES = tuple(
    f"{text} (a probe)"
    for text in ("laptop 16 GB", "wireless mouse, black", "保湿面霜 50ml", "HP Q2612A toner", "a gift for my mother")
)


def fingerprint(encoder: Encoder) -> str:
    """Tells two encoders of one name apart by what they do with a few texts."""
    seen = np.round(encoder.encode(_PROBES).astype(np.float64), 3) + 0.0
    return hashlib.sha256(seen.astype(np.float32).tobytes()).hexdigest()[:16]


class ByteVectors:
    """(n_rows, dimensions) vectors, a byte a number: `codes` (n_rows, dimensions) int8, `largest` (n_rows,) float32."""

    def __init__(self, codes: Array, largest: Array) -> None:
        self.codes, self.largest = codes, largest

    @classmethod
    def of(cls, vectors: Vectors) -> "ByteVectors":
        """Rounded; what was rounded once stays as it is."""
        largest = np.abs(vectors).max(axis=1, initial=0).astype(np.float32)
        steps = np.rint(vectors / np.where(largest > 0, largest, 1)[:, None] * _STEPS)
        return cls(steps.astype(np.int8), largest)

    @property
    def shape(self) -> tuple[int, ...]:
        """(n_rows, dimensions)."""
        return self.codes.shape

    def rows(self, rows: Rows | npt.NDArray[np.int64] | Sequence[int]) -> Vectors:
        """(len(rows), dimensions) float32."""
        decoded: Vectors = self.codes[rows].astype(np.float32) / np.float32(_STEPS) * self.largest[rows][:, None]
        return decoded

    def dot(self, vector: Vectors, rows: Rows | None = None) -> Vectors:
        """(n_rows,) the dot products with a (dimensions,) vector; (len(rows),) those of the rows."""
        codes, largest = self.codes, self.largest if rows is None else self.largest[rows]
        products = np.empty(len(largest), dtype=np.float32)
        floats = np.empty((_BLOCK, codes.shape[1]), dtype=np.float32)
        for start in range(0, len(products), _BLOCK):
            place = slice(start, start + _BLOCK)
            some = codes[place] if rows is None else codes[rows[place]]
            floats[: len(some)] = some
            products[place] = floats[: len(some)] @ vector
        return products / np.float32(_STEPS) * largest


class VectorsWriter:
    """Writes rows in order, in batches: the vectors that are held at once do not grow with the catalogue."""

    def __init__(self, folder: Path, encoders: Sequence[Encoder]) -> None:
        self._folder = folder
        self._ids: list[str] = []
        self._columns = {encoder.name: _Column(folder, encoder) for encoder in encoders}

    def add(self, ids: Sequence[str], texts: Mapping[str, Sequence[str]]) -> None:
        """Encode and append rows; `texts` maps an encoder's name to the text of each id."""
        self._ids += ids
        for name, column in self._columns.items():
            column.add(texts[name])

    def save(self) -> None:
        """Finish the files."""
        (self._folder / _IDS).write_text(json.dumps(self._ids), encoding="utf-8")
        for column in self._columns.values():
            column.save()


class SetDown:
    """Texts on the disk in the order of the rows: an encoder that learns reads them all before it encodes the first."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("w", encoding="utf-8")

    def add(self, texts: Iterable[str]) -> None:
        """Some more."""
        self._file.writelines(f"{json.dumps(text)}\n" for text in texts)

    def __iter__(self) -> Iterator[str]:
        """All of them, as often as they are asked for."""
        self._file.flush()
        with self._path.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)

    def remove(self) -> None:
        """They are no longer needed."""
        self._file.close()
        self._path.unlink()


def write_vectors(folder: Path, encoder: Encoder, texts: Iterable[str]) -> None:
    """One encoder's vectors of the texts of all rows."""
    column = _Column(folder, encoder)
    for some in chunks(texts, ROWS_AT_ONCE):
        column.add(some)
    column.save()


class StoredVectors:
    """The ids of a segment's rows, in order, and each encoder's vectors."""

    def __init__(self, folder: Path) -> None:
        self.ids: list[str] = json.loads((folder / _IDS).read_text(encoding="utf-8"))
        names = [path.name.split(".")[1] for path in sorted(folder.glob(f"{_TABLE}.*.{_CODES}.npy"))]
        self.by_encoder = {name: _stored(folder, f"{_TABLE}.{name}") for name in names}


def stored_keys(folder: Path, encoder: str) -> Keys:
    """The keys of the texts that the encoder's vectors were made of, one a row."""
    return open_array(folder, f"{_TABLE}.{encoder}", _TEXTS)


def _stored(folder: Path, table: str) -> ByteVectors:
    return ByteVectors(open_array(folder, table, _CODES), open_array(folder, table, _LARGEST))


class _Column:
    """One encoder's files while they grow."""

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        self._folder, self._encoder = folder, encoder
        self._largest = [np.zeros(0, dtype=np.float32)]
        self._keys = [np.zeros(0, dtype=np.uint64)]
        self._codes = array_path(folder, f"{_TABLE}.{encoder.name}", _CODES).open("wb")
        begin_array(self._codes, np.int8, (0, encoder.dimensions))

    def add(self, texts: Sequence[str]) -> None:
        vectors = ByteVectors.of(self._encoder.encode(texts))
        self._codes.write(vectors.codes.tobytes())
        self._largest.append(vectors.largest)
        self._keys.append(text_keys(texts))

    def save(self) -> None:
        largest = np.concatenate(self._largest)
        with self._codes:
            self._codes.seek(0)
            begin_array(self._codes, np.int8, (len(largest), self._encoder.dimensions))
        arrays: dict[str, Array] = {_LARGEST: largest, _TEXTS: np.concatenate(self._keys)}
        save_arrays(self._folder, f"{_TABLE}.{self._encoder.name}", arrays)
