"""The vectors of one segment, kept in a LanceDB table: one row a product, one vector column an encoder."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import lancedb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from daogou.ports import Encoder, Vectors

_TABLE = "products"
_ROWS_PER_BATCH = 4096
_PROBES = ("laptop 16 GB", "wireless mouse, black", "保湿面霜 50ml", "HP Q2612A toner", "a gift for my mother")


def fingerprint(encoder: Encoder) -> str:
    """Tells two encoders of one name apart by what they do with a few texts."""
    seen = np.round(encoder.encode(_PROBES).astype(np.float64), 3) + 0.0
    return hashlib.sha256(seen.astype(np.float32).tobytes()).hexdigest()[:16]


class VectorsWriter:
    """Writes rows in order, in batches: what is held at once does not grow with the catalogue."""

    def __init__(self, folder: Path, encoders: Sequence[Encoder]) -> None:
        fields = [pa.field("id", pa.string())]
        fields += [pa.field(e.name, pa.list_(pa.float32(), e.dimensions)) for e in encoders]
        self._schema = pa.schema(fields)
        self._table = lancedb.connect(str(folder)).create_table(_TABLE, schema=self._schema)

    def add(self, ids: Sequence[str], vectors: Mapping[str, Vectors]) -> None:
        """Append rows; `vectors` maps an encoder's name to its (n_ids, dimensions) array."""
        columns: list[pa.Array] = [pa.array(ids, pa.string())]
        for field in list(self._schema)[1:]:
            flat = pa.array(np.ascontiguousarray(vectors[field.name], dtype=np.float32).ravel())
            columns.append(pa.FixedSizeListArray.from_arrays(flat, field.type.list_size))
        self._table.add(pa.table(columns, schema=self._schema))


class StoredVectors:
    """The ids of a segment's rows, in order, and each encoder's (n_rows, dimensions) array."""

    def __init__(self, folder: Path) -> None:
        table = lancedb.connect(str(folder)).open_table(_TABLE)
        names = table.schema.names[1:]
        self.ids: list[str] = []
        parts: dict[str, list[npt.NDArray[np.float32]]] = {name: [] for name in names}
        for batch in _batches(table):
            self.ids += batch.column("id").to_pylist()
            for name in names:
                flat = batch.column(name).flatten().to_numpy(zero_copy_only=False)
                parts[name].append(flat.reshape(batch.num_rows, -1))
        self.by_encoder = {name: _stacked(parts[name], table.schema.field(name).type.list_size) for name in names}


def _batches(table: lancedb.table.Table) -> Iterator[pa.RecordBatch]:
    yield from table.to_arrow().to_batches(max_chunksize=_ROWS_PER_BATCH)


def _stacked(parts: Sequence[Vectors], dimensions: int) -> Vectors:
    return np.concatenate([np.zeros((0, dimensions), dtype=np.float32), *parts])
