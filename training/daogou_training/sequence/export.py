"""A trained sequence model becomes what serving loads, and only if onnxruntime says what torch says."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnx
from onnx import TensorProto, helper

from daogou.encoders.onnx_graph import Graph
from daogou.errors import DaogouError
from daogou.recommend.learn.interactions import Floats
from daogou.recommend.models.sequence import CALLED_FOR, READ, Encoder, OnnxEncoder, SequenceModel, save
from daogou_training.sequence.network import (
    BIAS,
    EPSILON,
    FINAL,
    PROJECTION,
    STRONG,
    SequenceSettings,
    Weights,
    encoded,
)

if TYPE_CHECKING:
    from daogou_training.sequence.windows import Stock

MOST_DIFFERENCE = 1e-4  # of one number of what is called for


def served(
    weights: Weights, stock: Stock, settings: SequenceSettings, *, temperature: float, reads: tuple[str, ...]
) -> SequenceModel:
    """Without torch; DaogouError where the two disagree."""
    arrays = {name: value.detach().cpu().numpy() for name, value in weights.items()}
    model = SequenceModel(
        encoder=OnnxEncoder(encoder_graph(arrays, settings).SerializeToString()),
        items=stock.served(weights).cpu().numpy(),
        bias=arrays[BIAS],
        projection=arrays.get(PROJECTION, np.zeros((0, settings.dimensions), dtype=np.float32)),
        strong=arrays[STRONG],
        temperature=temperature,
        length=settings.length,
        newcomer=stock.newcomer,
        reads=reads,
    )
    if (off := largest_difference(model.encoder, weights, settings)) > MOST_DIFFERENCE:
        raise DaogouError(f"the sequence model was not exported: onnxruntime differs from torch by {off:.2g}")
    return model


def export_sequence(folder: Path, model: SequenceModel) -> Path:
    """The folder, whole or as it was before."""
    fresh = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    save(fresh, model)
    shutil.rmtree(folder, ignore_errors=True)
    return fresh.rename(folder)


def largest_difference(encoder: Encoder, weights: Weights, settings: SequenceSettings) -> float:
    """Between the two, over histories of every length, drawn at random."""
    import torch

    dice = np.random.default_rng(0)
    found = []
    for length in range(1, settings.length + 1):
        read = dice.normal(size=(length, settings.dimensions)).astype(np.float32)
        with torch.no_grad():
            given = torch.from_numpy(read)[None].to(weights[STRONG].device)
            by_torch = encoded(weights, given, settings, training=False)[0, -1].cpu().numpy()
        found.append(float(np.abs(encoder.encode(read) - by_torch).max()))
    return max(found)


def encoder_graph(weights: Mapping[str, Floats], settings: SequenceSettings) -> onnx.ModelProto:
    """read (1, touches, d) -> called_for (1, d); touches at most `settings.length`."""
    graph = Graph(int8=False)
    hidden = READ
    for block in range(settings.blocks):
        hidden = _Block(graph, weights, settings, block).after(hidden)
    last = graph.node("Gather", [hidden, graph.constant("last", np.array([-1]))], "newest", axis=1)
    size = settings.dimensions
    graph.reshape(graph.norm("final", weights[FINAL], last, epsilon=EPSILON), (-1, size), CALLED_FOR)
    return graph.model("sequence", [_tensor(READ, [1, "touches", size])], [_tensor(CALLED_FOR, [1, size])])


class _Block:
    """One block in the making."""

    def __init__(self, graph: Graph, weights: Mapping[str, Floats], settings: SequenceSettings, block: int) -> None:
        self.graph = graph
        self.weights = weights
        self.settings = settings
        self.at = f"{block}."

    def after(self, hidden: str) -> str:
        """What the block makes of (1, touches, d)."""
        attended = self._attended(self._norm("attention", hidden))
        hidden = self.graph.node("Add", [hidden, attended], f"{self.at}attended")
        inner = self._times(self._norm("feed", hidden), "up")
        fed = self._times(self._gelu(inner), "down")
        return self.graph.node("Add", [hidden, fed], f"{self.at}hidden")

    def _attended(self, hidden: str) -> str:
        graph, at = self.graph, self.at
        d, heads = self.settings.dimensions, self.settings.heads
        sizes = graph.constant("qkv_sizes", np.array([d, d, d]))
        names = [f"{at}{part}" for part in ("q", "k", "v")]
        graph.node("Split", [self._times(hidden, "qkv"), sizes], *names, axis=-1)
        queries, keys, values = (self._heads(name) for name in names)
        turned = graph.node("Transpose", [keys], f"{at}keys_turned", perm=[0, 1, 3, 2])
        dots = graph.node("MatMul", [queries, turned], f"{at}dots")
        root = graph.constant("root", np.float32(np.sqrt(d // heads)))
        scores = graph.node("Add", [graph.node("Div", [dots, root], f"{at}scaled"), self._distances()], f"{at}scores")
        shares = graph.node("Softmax", [scores], f"{at}shares", axis=-1)
        read = graph.node("MatMul", [shares, values], f"{at}read")
        joined = graph.node("Transpose", [read], f"{at}read_turned", perm=[0, 2, 1, 3])
        return self._times(graph.reshape(joined, (1, -1, d), f"{at}joined"), "out")

    def _heads(self, name: str) -> str:
        """(1, heads, touches, d / heads)."""
        d, heads = self.settings.dimensions, self.settings.heads
        apart = self.graph.reshape(name, (1, -1, heads, d // heads), f"{name}.apart")
        return self.graph.node("Transpose", [apart], f"{name}.heads", perm=[0, 2, 1, 3])

    def _distances(self) -> str:
        """(heads, touches, touches) the upper left corner of the longest."""
        graph, length = self.graph, self.settings.length
        back = np.arange(length)[:, None] - np.arange(length)[None, :]
        whole = np.where(back < 0, -np.inf, self.weights[f"{self.at}distance"][:, np.maximum(back, 0)])
        table = graph.constant(f"{self.at}distance", whole.astype(np.float32))
        touches = graph.node("Shape", [READ], f"{self.at}touches", start=1, end=2)
        ends = graph.node("Concat", [touches, touches], f"{self.at}corner", axis=0)
        starts, axes = (graph.constant(name, np.array(it)) for name, it in (("starts", [0, 0]), ("axes", [1, 2])))
        return graph.node("Slice", [table, starts, ends, axes], f"{self.at}near")

    def _gelu(self, inner: str) -> str:
        """x sigmoid(1.5958 (x + 0.0447 x^3)): the tanh form (Hendrycks & Gimpel 2016), written with a sigmoid."""
        graph, at = self.graph, self.at
        scale = graph.constant("gelu_scale", np.float32(2 * np.sqrt(2 / np.pi)))
        cubic, one = graph.constant("gelu_cubic", np.float32(0.044715)), graph.constant("one", np.float32(1.0))
        square = graph.node("Mul", [inner, inner], f"{at}square")
        bent = graph.node("Add", [graph.node("Mul", [square, cubic], f"{at}cubic"), one], f"{at}bent")
        steep = graph.node("Mul", [graph.node("Mul", [inner, bent], f"{at}polynomial"), scale], f"{at}steep")
        return graph.node("Mul", [inner, graph.node("Sigmoid", [steep], f"{at}sigmoid")], f"{at}gelu")

    def _norm(self, part: str, hidden: str) -> str:
        return self.graph.norm(f"{self.at}{part}", self.weights[f"{self.at}{part}.gain"], hidden, epsilon=EPSILON)

    def _times(self, hidden: str, name: str) -> str:
        matrix = self.graph.constant(f"{self.at}{name}", self.weights[f"{self.at}{name}"])
        return self.graph.node("MatMul", [hidden, matrix], f"{self.at}{name}.product")


def _tensor(name: str, size: list[int | str]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, size)
