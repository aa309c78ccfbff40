"""ONNX graphs in the making, without torch: nodes, constants, matrices in 32 or 8 bits; and MiniLM as one (BERT of Devlin et al., 2019; mean pooling of Reimers & Gurevych, 2019)."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

MIDDLE = 128  # the byte that means 0
LARGEST = 127
BLOCK = 32  # values that share a scale
Array = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]


class Graph:
    """Nodes and constants by name; every method returns the name of what it made."""

    def __init__(self, *, int8: bool = False) -> None:
        self.int8 = int8
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}
        self._matrices: dict[str, str] = {}

    def constant(self, name: str, value: npt.NDArray[Any] | np.generic) -> str:
        """A tensor; the same name means the same tensor."""
        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def node(
        self,
        operator: str,
        inputs: Sequence[str],
        output: str,
        *more: str,
        fused: bool = False,
        **attributes: Any,
    ) -> str:
        """An operator; `more` names further outputs, `fused` takes it from onnxruntime's own."""
        domain = "com.microsoft" if fused else ""
        outputs = [output, *more]
        self._nodes.append(helper.make_node(operator, inputs, outputs, name=output, domain=domain, **attributes))
        return output

    def reshape(self, tensor: str, shape: Sequence[int], output: str) -> str:
        """0 keeps a size, -1 is what is left."""
        wanted = self.constant("shape." + "_".join(map(str, shape)), np.array(shape, dtype=np.int64))
        return self.node("Reshape", [tensor, wanted], output)

    def norm(self, name: str, gain: Array, hidden: str, *, epsilon: float) -> str:
        """RMS norm over the last axis."""
        inputs = [hidden, self.constant(f"{name}.weight", gain)]
        return self.node("SimplifiedLayerNormalization", inputs, name, axis=-1, epsilon=epsilon)

    def lookup(self, name: str, table: Array, ids: str) -> str:
        """The rows (..., dimensions) of those ids."""
        return self.node("Gather", [self._matrix(name, table), ids], f"{name}.rows")

    def linear(self, name: str, weights: Array, inputs: str) -> str:
        """inputs (..., in) times weights (out, in), transposed; the same name as a lookup's shares its table."""
        turned = self.node("Transpose", [self._matrix(name, weights)], f"{name}.turned", perm=[1, 0])
        return self.node("MatMul", [inputs, turned], f"{name}.product")

    def model(
        self, name: str, inputs: Sequence[onnx.ValueInfoProto], outputs: Sequence[onnx.ValueInfoProto]
    ) -> onnx.ModelProto:
        """The finished model."""
        graph = helper.make_graph(self._nodes, name, inputs, outputs, list(self._constants.values()))
        opsets = [helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="daogou")

    def _matrix(self, name: str, matrix: Array) -> str:
        """(rows, columns) floats, of what the file holds."""
        if not self.int8:
            return self.constant(name, matrix)
        if name not in self._matrices:
            stored, scales = quantized(matrix)
            parts = self.node("Cast", [self.constant(f"{name}.bytes", stored)], f"{name}.cast", to=TensorProto.FLOAT)
            parts = self.node("Sub", [parts, self.constant("middle", np.float32(MIDDLE))], f"{name}.signed")
            parts = self.node("Mul", [parts, self.constant(f"{name}.scales", scales)], f"{name}.blocks")
            self._matrices[name] = self.reshape(parts, matrix.shape, name)
        return self._matrices[name]


def quantized(matrix: Array) -> tuple[Bytes, Array]:
    """Bytes (rows, blocks, block) and scales (rows, blocks, 1): value = (byte - 128) * scale."""
    rows, columns = matrix.shape
    blocks = matrix.reshape(rows, -1, math.gcd(BLOCK, columns))
    scales = np.maximum(np.abs(blocks).max(axis=2, keepdims=True), 1e-12) / LARGEST
    return (np.rint(blocks / scales) + MIDDLE).astype(np.uint8), scales.astype(np.float32)


HEADS = 12
EPSILON = 1e-12

Weights = Mapping[str, npt.NDArray[np.float32]]


def bert_graph(weights: Weights, output: str) -> onnx.ModelProto:
    """The model input_ids, attention_mask (n, tokens) int32 -> `output` (n, dimensions) float32 of length 1."""
    graph = Graph()
    hidden = _embed(graph, weights)
    for layer in range(_layers(weights)):
        hidden = _layer(graph, weights, f"encoder.layer.{layer}.", hidden)
    _pool(graph, hidden, output)
    dimensions = weights["embeddings.LayerNorm.weight"].shape[0]
    read = [
        helper.make_tensor_value_info(name, TensorProto.INT32, ["n", "tokens"])
        for name in ("input_ids", "attention_mask")
    ]
    made = helper.make_tensor_value_info(output, TensorProto.FLOAT, ["n", dimensions])
    return graph.model("minilm", read, [made])


def _layers(weights: Weights) -> int:
    return len({name.split(".")[2] for name in weights if name.startswith("encoder.layer.")})


def _embed(graph: Graph, weights: Weights) -> str:
    """Word + position + the one segment there is; the segment is added to the positions beforehand."""
    positions = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    inputs = [
        "input_ids",
        "",
        graph.constant("words", weights["embeddings.word_embeddings.weight"]),
        graph.constant("positions", positions),
        "",
        graph.constant("embeddings.gamma", weights["embeddings.LayerNorm.weight"]),
        graph.constant("embeddings.beta", weights["embeddings.LayerNorm.bias"]),
        "attention_mask",
    ]
    return graph.node("EmbedLayerNormalization", inputs, "embedded", "embedded.mask", fused=True, epsilon=EPSILON)


def _layer(graph: Graph, weights: Weights, at: str, hidden: str) -> str:
    attended = _attend(graph, weights, at, hidden)
    attended = _residual(graph, weights, f"{at}attention.output.", attended, hidden)
    inner = _linear(graph, weights, f"{at}intermediate.dense", attended)
    bias = graph.constant(f"{at}intermediate.bias", weights[f"{at}intermediate.dense.bias"])
    inner = graph.node("BiasGelu", [inner, bias], f"{at}gelu", fused=True)
    return _residual(graph, weights, f"{at}output.", inner, attended)


def _attend(graph: Graph, weights: Weights, at: str, hidden: str) -> str:
    parts = [f"{at}attention.self.{part}" for part in ("query", "key", "value")]
    inputs = [
        hidden,
        graph.constant(f"{at}qkv", np.concatenate([weights[f"{part}.weight"].T for part in parts], axis=1)),
        graph.constant(f"{at}qkv.bias", np.concatenate([weights[f"{part}.bias"] for part in parts])),
        "attention_mask",
    ]
    return graph.node("Attention", inputs, f"{at}attended", fused=True, num_heads=HEADS)


def _residual(graph: Graph, weights: Weights, at: str, hidden: str, skip: str) -> str:
    """LayerNorm(skip + dense(hidden))."""
    inputs = [
        _linear(graph, weights, f"{at}dense", hidden),
        skip,
        graph.constant(f"{at}gamma", weights[f"{at}LayerNorm.weight"]),
        graph.constant(f"{at}beta", weights[f"{at}LayerNorm.bias"]),
        graph.constant(f"{at}bias", weights[f"{at}dense.bias"]),
    ]
    return graph.node("SkipLayerNormalization", inputs, f"{at}normed", fused=True, epsilon=EPSILON)


def _linear(graph: Graph, weights: Weights, at: str, hidden: str) -> str:
    """The product alone: the fused operators add the bias."""
    return graph.node("MatMul", [hidden, graph.constant(f"{at}.weight", weights[f"{at}.weight"].T)], f"{at}.product")


def _pool(graph: Graph, hidden: str, output: str) -> None:
    """The mean over the tokens that are no padding, brought to length 1 (the division by their number cancels out)."""
    mask = graph.node("Cast", ["attention_mask"], "mask", to=TensorProto.FLOAT)
    last = graph.constant("last_axis", np.array([-1], dtype=np.int64))
    mask = graph.node("Unsqueeze", [mask, last], "mask_column")
    kept = graph.node("Mul", [hidden, mask], "kept")
    tokens = graph.constant("token_axis", np.array([1], dtype=np.int64))
    summed = graph.node("ReduceSum", [kept, tokens], "summed", keepdims=0)
    graph.node("LpNormalization", [summed], output, axis=-1, p=2)
