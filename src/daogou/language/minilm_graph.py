"""MiniLM's weights as an ONNX graph, without torch: BERT of Devlin et al. (2019), mean pooling of Reimers & Gurevych (2019).

The graph uses onnxruntime's fused operators (domain com.microsoft), so that nothing is left to optimise at load.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

OUTPUT = "sentence_vector"  # not "embedding", which onnxruntime refuses beside the embedding operators
HEADS = 12
EPSILON = 1e-12

Weights = Mapping[str, npt.NDArray[np.float32]]


def bert_graph(weights: Weights) -> onnx.ModelProto:
    """The model input_ids, attention_mask (n, tokens) int32 -> sentence_vector (n, dimensions) float32 of length 1."""
    graph = _Graph()
    hidden = _embed(graph, weights)
    for layer in range(_layers(weights)):
        hidden = _layer(graph, weights, f"encoder.layer.{layer}.", hidden)
    _pool(graph, hidden)
    return graph.model(dimensions=weights["embeddings.LayerNorm.weight"].shape[0])


class _Graph:
    """Nodes and tensors in the making."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.tensors: list[onnx.TensorProto] = []

    def tensor(self, name: str, value: npt.NDArray[Any]) -> str:
        """A constant; its name."""
        self.tensors.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, operator: str, inputs: list[str], output: str, *, fused: bool = False, **attributes: Any) -> str:
        """An operator; the name of its (first) output."""
        outputs = [output, f"{output}.mask"] if operator == "EmbedLayerNormalization" else [output]
        domain = "com.microsoft" if fused else ""
        self.nodes.append(helper.make_node(operator, inputs, outputs, name=output, domain=domain, **attributes))
        return output

    def model(self, dimensions: int) -> onnx.ModelProto:
        """The finished model."""
        inputs = [
            helper.make_tensor_value_info(name, TensorProto.INT32, ["n", "tokens"])
            for name in ("input_ids", "attention_mask")
        ]
        output = helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["n", dimensions])
        graph = helper.make_graph(self.nodes, "minilm", inputs, [output], self.tensors)
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="daogou")


def _layers(weights: Weights) -> int:
    return len({name.split(".")[2] for name in weights if name.startswith("encoder.layer.")})


def _embed(graph: _Graph, weights: Weights) -> str:
    """Word + position + the one segment there is; the segment is added to the positions beforehand."""
    positions = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    inputs = [
        "input_ids",
        "",
        graph.tensor("words", weights["embeddings.word_embeddings.weight"]),
        graph.tensor("positions", positions),
        "",
        graph.tensor("embeddings.gamma", weights["embeddings.LayerNorm.weight"]),
        graph.tensor("embeddings.beta", weights["embeddings.LayerNorm.bias"]),
        "attention_mask",
    ]
    return graph.node("EmbedLayerNormalization", inputs, "embedded", fused=True, epsilon=EPSILON)


def _layer(graph: _Graph, weights: Weights, at: str, hidden: str) -> str:
    attended = _attend(graph, weights, at, hidden)
    attended = _residual(graph, weights, f"{at}attention.output.", attended, hidden)
    inner = _linear(graph, weights, f"{at}intermediate.dense", attended)
    bias = graph.tensor(f"{at}intermediate.bias", weights[f"{at}intermediate.dense.bias"])
    inner = graph.node("BiasGelu", [inner, bias], f"{at}gelu", fused=True)
    return _residual(graph, weights, f"{at}output.", inner, attended)


def _attend(graph: _Graph, weights: Weights, at: str, hidden: str) -> str:
    parts = [f"{at}attention.self.{part}" for part in ("query", "key", "value")]
    inputs = [
        hidden,
        graph.tensor(f"{at}qkv", np.concatenate([weights[f"{part}.weight"].T for part in parts], axis=1)),
        graph.tensor(f"{at}qkv.bias", np.concatenate([weights[f"{part}.bias"] for part in parts])),
        "attention_mask",
    ]
    return graph.node("Attention", inputs, f"{at}attended", fused=True, num_heads=HEADS)


def _residual(graph: _Graph, weights: Weights, at: str, hidden: str, skip: str) -> str:
    """LayerNorm(skip + dense(hidden))."""
    inputs = [
        _linear(graph, weights, f"{at}dense", hidden),
        skip,
        graph.tensor(f"{at}gamma", weights[f"{at}LayerNorm.weight"]),
        graph.tensor(f"{at}beta", weights[f"{at}LayerNorm.bias"]),
        graph.tensor(f"{at}bias", weights[f"{at}dense.bias"]),
    ]
    return graph.node("SkipLayerNormalization", inputs, f"{at}normed", fused=True, epsilon=EPSILON)


def _linear(graph: _Graph, weights: Weights, at: str, hidden: str) -> str:
    """The product alone: the fused operators add the bias."""
    return graph.node("MatMul", [hidden, graph.tensor(f"{at}.weight", weights[f"{at}.weight"].T)], f"{at}.product")


def _pool(graph: _Graph, hidden: str) -> None:
    """The mean over the tokens that are no padding, brought to length 1 (the division by their number cancels out)."""
    mask = graph.node("Cast", ["attention_mask"], "mask", to=TensorProto.FLOAT)
    last = graph.tensor("last_axis", np.array([-1], dtype=np.int64))
    mask = graph.node("Unsqueeze", [mask, last], "mask_column")
    kept = graph.node("Mul", [hidden, mask], "kept")
    tokens = graph.tensor("token_axis", np.array([1], dtype=np.int64))
    summed = graph.node("ReduceSum", [kept, tokens], "summed", keepdims=0)
    graph.node("LpNormalization", [summed], OUTPUT, axis=-1, p=2)
