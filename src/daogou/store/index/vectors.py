"""The vectors of one segment, kept in a LanceDB table: one row a product, one vector column an encoder."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import lancedb
import numpy as np
import pyarrow as pa

from daogou.ports import Encoder, Vectors
from daogou.store.index.known import Keys, text_keys

_TABLE = "products"
_KEY = "{}_text"  # the column with the keys of the texts that an encoder saw
_PROBES = ("laptop 16 GB", "wireless mouse, black", "保湿面霜 50ml", "HP Q2612A toner", "a gift for my mother")


def fingerprint(encoder: Encoder) -> str:
    """Tells two encoders of one name apart by what they do with a few texts."""
    seen = np.round(encoder.encode(_PROBES).astype(np.float64), 3) + 0.0
    return hashlib.sha256(seen.astype(np.float32).tobytes()).hexdigest()[:16]


class VectorsWriter:
    """Writes rows in order, in batches: what is held at once does not grow with the catalogue."""

    def __init__(self, folder: Path, encoders: Sequence[Encoder]) -> None:
        self._encoders = encoders
        fields = [pa.field("id", pa.string())]
        for encoder in encoders:
            fields.append(pa.field(_KEY.format(encoder.name), pa.uint64()))
            fields.append(pa.field(encoder.name, pa.list_(pa.float32(), encoder.dimensions)))
        self._schema = pa.schema(fields)
        self._table = lancedb.connect(str(folder)).create_table(_TABLE, schema=self._schema)

    def add(self, ids: Sequence[str], texts: Mapping[str, Sequence[str]]) -> None:
        """Encode and append rows; `texts` maps an encoder's name to the text of each id."""
        columns: list[pa.Array] = [pa.array(ids, pa.string())]
        for encoder in self._encoders:
            flat = pa.array(np.ascontiguousarray(encoder.encode(texts[encoder.name]), dtype=np.float32).ravel())
            columns.append(pa.array(text_keys(texts[encoder.name])))
            columns.append(pa.FixedSizeListArray.from_arrays(flat, encoder.dimensions))
        self._table.add(pa.table(columns, schema=self._schema))


class StoredVectors:
    """The ids of a segment's rows, in order, and each encoder's (n_rows, dimensions) array."""

    def __init__(self, folder: Path) -> None:
        table = lancedb.connect(str(folder)).open_table(_TABLE)
        rows: pa.Table = table.to_arrow()
        self.ids: list[str] = rows.column("id").to_pylist()
        self.by_encoder = {
            field.name: _array(rows.column(field.name), field.type.list_size)
            for field in rows.schema
            if isinstance(field.type, pa.FixedSizeListType)
        }


def stored_keys(folder: Path, encoder: str) -> Keys:
    """The keys of the texts that the encoder's vectors were made of, one a row."""
    name = _KEY.format(encoder)
    table = lancedb.connect(str(folder)).open_table(_TABLE)
    keys: Keys = table.search().select([name]).to_arrow().column(name).to_numpy()
    return keys


def _array(column: pa.ChunkedArray, dimensions: int) -> Vectors:
    parts = [chunk.flatten().to_numpy(zero_copy_only=False) for chunk in column.chunks]
    flat: Vectors = np.concatenate([np.zeros(0, dtype=np.float32), *parts])
    return flat.reshape(-1, dimensions)
