"""MiniLM's weights as an ONNX graph, without torch: BERT of Devlin et al. (2019), mean pooling of Reimers & Gurevych (2019).

The graph uses onnxruntime's fused operators (domain com.microsoft), so that nothing is left to optimise at load.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper

from daogou.encoders.onnx_graph import Graph

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
