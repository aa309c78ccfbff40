"""A Llama's weights as an ONNX graph, without torch: Touvron et al. (2023).

RMS norm (Zhang & Sennrich 2019), rotary positions (Su et al. 2021), SwiGLU (Shazeer 2020), grouped heads (Ainslie et al. 2023).
The keys and values of the prefix have no batch axis: every row of a batch reads the same ones, and nothing is copied for it.
Rows of a batch are as long as each other; one that is shorter is filled up at its end, which nothing before it sees.
"""

from collections.abc import Iterable, Mapping

import numpy as np
import onnx
from onnx import TensorProto, helper

from daogou.encoders.onnx_graph import Graph
from daogou.llm.builtin.model import LOG_LIKELIHOOD, LOG_PROBABILITIES, MASK, NEXT, START, TOKENS, WANTED, caches
from daogou_training.language.llama_layer import Layer
from daogou_training.language.llama_weights import EMBEDDING, HEAD, Llama, LlamaShape


def llama_graph(llama: Llama, *, int8: bool) -> onnx.ModelProto:
    """The model, for n rows of `new` tokens after a prefix and after `own` tokens that each row has had already.

    tokens (n, new) int64; start (1,) int64: the position of the first; mask (group * new, own + new): 0 or -inf;
    prefix.L.keys and .values (shared heads, prefix, head); own.L.keys and .values (shared heads, n, own, head);
    wanted (m,) int64: places in the flattened tokens; next (m, 1) int64: the token that follows each
    -> log_probabilities (m, vocabulary); log_likelihood (m, 1); new.L.keys and .values (shared heads, n, own + new, head).
    """
    graph = Graph(int8=int8)
    _sizes(graph, llama.shape)
    hidden = graph.lookup(EMBEDDING, llama.weights[EMBEDDING], TOKENS)
    for layer in range(llama.shape.layers):
        hidden = Layer(graph, llama, layer).after(hidden)
    _predict(graph, llama, hidden)
    return graph.model("llama", _inputs(llama.shape), _outputs(llama.shape))


def _sizes(graph: Graph, shape: LlamaShape) -> None:
    """What the layers reshape to: the sizes that only the inputs know."""
    rows = graph.node("Shape", [TOKENS], "n", end=1)
    queries = graph.node("Shape", [MASK], "group_new", end=1)
    near = graph.node("Shape", [MASK], "near_size", start=1)
    far = graph.node("Shape", ["prefix.0.keys"], "far_size", start=1, end=2)
    every = graph.node("Mul", [rows, queries], "n_group_new")
    heads, head = (graph.constant(f"size_{size}", np.array([size])) for size in (shape.shared_heads, shape.head))
    graph.node("Concat", [heads, rows, queries, far], "far_shape", axis=0)
    graph.node("Concat", [heads, every, far], "far_flat_shape", axis=0)
    graph.node("Concat", [heads, rows, queries, head], "query_shape", axis=0)
    graph.node("Concat", [far, near], "far_and_near", axis=0)


def _predict(graph: Graph, llama: Llama, hidden: str) -> None:
    """softmax(W h + b), for the wanted places alone: over a whole vocabulary it costs as much as several layers."""
    flat = graph.reshape(hidden, (-1, llama.shape.hidden), "flat")
    wanted = graph.node("Gather", [flat, WANTED], "wanted_hidden")
    wanted = graph.norm("model.norm", llama.weights["model.norm.weight"], wanted, epsilon=llama.shape.epsilon)
    name, weights = (EMBEDDING, llama.weights[EMBEDDING]) if llama.tied else (HEAD, llama.weights[HEAD])
    logits = graph.linear(name, weights, wanted)
    graph.node("LogSoftmax", [logits], LOG_PROBABILITIES, axis=-1)
    graph.node("GatherElements", [LOG_PROBABILITIES, NEXT], LOG_LIKELIHOOD, axis=1)


def _inputs(shape: LlamaShape) -> list[onnx.ValueInfoProto]:
    sizes: Mapping[str, list[str | int]] = {TOKENS: ["n", "new"], START: [1], WANTED: ["m"], NEXT: ["m", 1]}
    whole = [helper.make_tensor_value_info(name, TensorProto.INT64, size) for name, size in sizes.items()]
    return [
        *whole,
        *_tensors([MASK], ["group_new", "own_new"]),
        *_tensors(caches("prefix", shape.layers), [shape.shared_heads, "prefix", shape.head]),
        *_tensors(caches("own", shape.layers), [shape.shared_heads, "n", "own", shape.head]),
    ]


def _outputs(shape: LlamaShape) -> list[onnx.ValueInfoProto]:
    return [
        *_tensors([LOG_PROBABILITIES], ["m", shape.vocabulary]),
        *_tensors([LOG_LIKELIHOOD], ["m", 1]),
        *_tensors(caches("new", shape.layers), [shape.shared_heads, "n", "own_new", shape.head]),
    ]


def _tensors(names: Iterable[str], size: list[str | int]) -> list[onnx.ValueInfoProto]:
    return [helper.make_tensor_value_info(name, TensorProto.FLOAT, size) for name in names]
