"""What the order of a shopper's touches calls for next: SASRec (Kang & McAuley 2018), learnt by daogou_training/sequence."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from daogou.errors import MissingExtra, ShopError
from daogou.recommend.history import History, Rows, Weights
from daogou.recommend.models.items import Scores

READ, CALLED_FOR = "read", "called_for"  # names in the graph


class Encoder(Protocol):
    """Safe to call from several threads."""

    @property
    def graph(self) -> bytes:
        """The ONNX file that it is."""
        ...

    def encode(self, read: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """(n, d) embedded touches, oldest first, 1 <= n <= the model's length -> (d,)."""
        ...


class OnnxEncoder:
    """One graph, on one core: there is too little to share out. ValueError where onnxruntime can't open it."""

    def __init__(self, graph: bytes) -> None:
        try:
            import onnxruntime
        except ModuleNotFoundError as missing:
            raise MissingExtra("onnxruntime, on which the sequence model runs,", "onnx") from missing
        self.graph = graph
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        try:
            self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        except Exception as wrong:  # onnxruntime's own errors have no common root but this
            raise ValueError(f"onnxruntime can't open the encoder: {wrong}") from wrong

    def encode(self, read: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """(n, d) -> (d,)."""
        (called_for,) = self._session.run([CALLED_FOR], {READ: read[None]})
        return np.asarray(called_for[0], dtype=np.float32)


LENGTH = 50  # touches that are read, the newest
ENCODER, ITEMS, PROJECTION, NOTE = "encoder.onnx", "items.npy", "projection.npy", "note.json"
BIAS, STRONG = "bias.npy", "strong.npy"
SEQUENCE = "sequence"
_NOTED = ("temperature", "length", "newcomer", "reads")

Matrix = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False, kw_only=True)
class SequenceModel:
    """A softmax over all products: how well each fits what the encoder makes of the newest touches."""

    encoder: Encoder
    items: Matrix  # (n_items, d): products are read and foretold by the same vectors
    bias: Scores  # (n_items,) how likely each is before anything is known, in nats
    projection: Matrix  # (dimensions of a text, d) what a text alone says; (0, d): nothing was known of texts
    strong: Matrix  # (d,) what is added for a touch that wanted it with all its strength
    temperature: float
    length: int
    newcomer: float = 0.0  # the bias of a product that nobody has touched
    reads: tuple[str, ...] = ()  # the encoders whose vectors, side by side, a product's text is
    name: str = SEQUENCE

    def scores(self, history: History) -> Scores:
        """(n_items,) they sum to 1; zeros for an empty history."""
        rows, strengths = _touches(history, self.length)
        if not len(rows):
            return np.zeros(len(self.items), dtype=np.float32)
        read = self.items[rows] * np.float32(np.sqrt(self.items.shape[1])) + strengths[:, None] * self.strong
        return _softmax((self.items @ self.encoder.encode(read) + self.bias) / np.float32(self.temperature))

    def extended(self, contents: Matrix) -> "SequenceModel":
        """With further products at the table's end, known by what they read like alone; (n_new, dimensions)."""
        more = np.asarray(contents @ self.projection, dtype=np.float32)
        bias = np.pad(self.bias, (0, len(more)), constant_values=self.newcomer)
        return replace(self, items=np.concatenate([self.items, more]), bias=bias)

    def widened(self, more: int, vectors: Mapping[str, Matrix]) -> "SequenceModel":
        """With so many further products; `vectors` by encoder (n_items, dimensions) of all. Without one, texts say nothing."""
        told = [vectors[name][-more:] for name in self.reads if name in vectors]
        whole = np.hstack(told) if told and more else np.zeros((more, 0), dtype=np.float32)
        if whole.shape[1] != len(self.projection):
            whole = np.zeros((more, len(self.projection)), dtype=np.float32)
        return self.extended(whole)


def save(folder: Path, model: SequenceModel) -> None:
    """Into that folder, which may not be there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ENCODER).write_bytes(model.encoder.graph)
    np.save(folder / ITEMS, model.items)
    np.save(folder / BIAS, model.bias)
    np.save(folder / PROJECTION, model.projection)
    np.save(folder / STRONG, model.strong)
    note = {name: getattr(model, name) for name in _NOTED}
    (folder / NOTE).write_text(json.dumps(note), encoding="utf-8")


def load(folder: Path) -> SequenceModel:
    """What `save` wrote; ShopError where it is damaged."""
    try:
        note = json.loads((folder / NOTE).read_text(encoding="utf-8"))
        items, bias, projection, strong = (np.load(folder / name) for name in (ITEMS, BIAS, PROJECTION, STRONG))
        encoder = OnnxEncoder((folder / ENCODER).read_bytes())
        noted = {name: note[name] for name in _NOTED} | {"reads": tuple(note["reads"])}
        return SequenceModel(encoder=encoder, items=items, bias=bias, projection=projection, strong=strong, **noted)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ShopError(f"{folder} is damaged ({error}); run: daogou learn recommender, or roll back") from error


def _touches(history: History, length: int) -> tuple[Rows, Weights]:
    """((n,), (n,)) the newest touches and how strongly each was wanted, oldest first."""
    touches = [touch for visit in history.visits for touch in visit.items.items()][-length:]
    rows, strengths = zip(*touches, strict=True) if touches else ((), ())
    return np.array(rows, dtype=np.int32), np.array(strengths, dtype=np.float32)


def _softmax(scores: Scores) -> Scores:
    raised = np.exp(scores - scores.max())
    return np.asarray(raised / raised.sum(), dtype=np.float32)
