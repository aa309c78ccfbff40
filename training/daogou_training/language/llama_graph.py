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
from daogou.llm.builtin.model import LOG_LIKELIHOOD, LOG_PROBABILITIES, MASK, NEXT, START, TOKENS, WANTED, Array, caches
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
    shape = llama.shape
    outputs = [
        *_tensors([LOG_PROBABILITIES], ["m", shape.vocabulary]),
        *_tensors([LOG_LIKELIHOOD], ["m", 1]),
        *_tensors(caches("new", shape.layers), [shape.shared_heads, "n", "own_new", shape.head]),
    ]
    return graph.model("llama", _inputs(shape), outputs)


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


def _tensors(names: Iterable[str], size: list[str | int]) -> list[onnx.ValueInfoProto]:
    return [helper.make_tensor_value_info(name, TensorProto.FLOAT, size) for name in names]


class Layer:
    """One layer: attention over the prefix and a row's own tokens together, then the gated feed-forward."""

    def __init__(self, graph: Graph, llama: Llama, number: int) -> None:
        self.graph = graph
        self.llama = llama
        self.shape = llama.shape
        self.number = number
        self.at = f"model.layers.{number}."

    def after(self, hidden: str) -> str:
        """What the layer makes of (n, new, hidden)."""
        attended = self._attend(self._norm(f"{self.at}input_layernorm", hidden))
        hidden = self.graph.node("Add", [hidden, attended], f"{self.at}attended")
        fed = self._feed(self._norm(f"{self.at}post_attention_layernorm", hidden))
        return self.graph.node("Add", [hidden, fed], f"{self.at}hidden")

    def _attend(self, hidden: str) -> str:
        """Softmax over the prefix and the row's own tokens together, as one."""
        graph, at = self.graph, self.at
        queries, keys, values = self._heads(hidden)
        far = graph.node("Reshape", [self._far_scores(queries), "far_shape"], f"{at}far", allowzero=1)
        near = graph.node("Add", [self._dot(queries, keys, f"{at}near_raw"), MASK], f"{at}near")
        scores = graph.node("Concat", [far, near], f"{at}scores", axis=-1)
        shares = graph.node("Softmax", [scores], f"{at}shares", axis=-1)
        graph.node("Split", [shares, "far_and_near"], f"{at}far_shares", f"{at}near_shares", axis=-1)
        far = self._far_values(f"{at}far_shares")
        near = graph.node("MatMul", [f"{at}near_shares", values], f"{at}near_values")
        return self._out(graph.node("Add", [far, near], f"{at}read"))

    def _heads(self, hidden: str) -> tuple[str, str, str]:
        """queries (shared heads, n, group * new, head); keys and values (shared heads, n, own + new, head)."""
        graph, shape, at = self.graph, self.shape, self.at
        shared = shape.shared_heads * shape.head
        sizes = graph.constant("qkv_sizes", np.array([shape.heads * shape.head, shared, shared]))
        joined = graph.linear(
            f"{at}qkv", self._joined("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"), hidden
        )
        queries = graph.node("Split", [joined, sizes], f"{at}q", f"{at}k", f"{at}v", axis=-1)
        queries = self._grouped(self._placed(queries, shape.heads))
        keys = self._remembered("keys", self._placed(f"{at}k", shape.shared_heads))
        return queries, keys, self._remembered("values", f"{at}v")

    def _placed(self, tensor: str, heads: int) -> str:
        """Turned by their positions."""
        tables = [self.graph.constant(name, table) for name, table in _rotations(self.shape).items()]
        return self.graph.node(
            "RotaryEmbedding", [tensor, START, *tables], f"{tensor}.placed",
            fused=True, num_heads=heads, rotary_embedding_dim=self.shape.head,
        )  # fmt: skip

    def _grouped(self, tensor: str) -> str:
        graph, shape = self.graph, self.shape
        group = shape.heads // shape.shared_heads
        apart = graph.reshape(tensor, (0, 0, shape.shared_heads, group, shape.head), f"{tensor}.apart")
        turned = graph.node("Transpose", [apart], f"{tensor}.turned", perm=[2, 0, 3, 1, 4])
        return graph.reshape(turned, (0, 0, -1, shape.head), f"{tensor}.heads")

    def _remembered(self, part: str, tensor: str) -> str:
        graph, shape = self.graph, self.shape
        apart = graph.reshape(tensor, (0, 0, shape.shared_heads, shape.head), f"{tensor}.apart")
        turned = graph.node("Transpose", [apart], f"{tensor}.heads", perm=[2, 0, 1, 3])
        return graph.node("Concat", [f"own.{self.number}.{part}", turned], f"new.{self.number}.{part}", axis=2)

    def _far_scores(self, queries: str) -> str:
        """One product for all rows: (shared heads, n * group * new, prefix)."""
        flat = self.graph.reshape(queries, (0, -1, self.shape.head), f"{self.at}far_queries")
        return self._dot(flat, f"prefix.{self.number}.keys", f"{self.at}far_flat")

    def _far_values(self, shares: str) -> str:
        flat = self.graph.node("Reshape", [shares, "far_flat_shape"], f"{shares}.flat", allowzero=1)
        read = self.graph.node("MatMul", [flat, f"prefix.{self.number}.values"], f"{self.at}far_read")
        return self.graph.node("Reshape", [read, "query_shape"], f"{self.at}far_values")

    def _dot(self, queries: str, keys: str, output: str) -> str:
        scale = self.shape.head**-0.5
        return self.graph.node("FusedMatMul", [queries, keys], output, fused=True, alpha=scale, transB=1)

    def _out(self, read: str) -> str:
        graph, shape, at = self.graph, self.shape, self.at
        apart = graph.reshape(read, (0, 0, shape.heads // shape.shared_heads, -1, shape.head), f"{at}read.apart")
        turned = graph.node("Transpose", [apart], f"{at}read.turned", perm=[1, 3, 0, 2, 4])
        joined = graph.reshape(turned, (0, 0, shape.heads * shape.head), f"{at}read.joined")
        return graph.linear(f"{at}o", self._joined("self_attn.o_proj"), joined)

    def _feed(self, hidden: str) -> str:
        """down(silu(gate) * up)."""
        graph, at = self.graph, self.at
        joined = graph.linear(f"{at}gate_up", self._joined("mlp.gate_proj", "mlp.up_proj"), hidden)
        gate = graph.node("Split", [joined], f"{at}gate", f"{at}up", axis=-1, num_outputs=2)
        gate = graph.node("QuickGelu", [gate], f"{at}silu", fused=True, alpha=1.0)
        inner = graph.node("Mul", [gate, f"{at}up"], f"{at}inner")
        return graph.linear(f"{at}down", self._joined("mlp.down_proj"), inner)

    def _joined(self, *names: str) -> Array:
        return np.concatenate([self.llama.weights[f"{self.at}{name}.weight"] for name in names])

    def _norm(self, name: str, hidden: str) -> str:
        return self.graph.norm(name, self.llama.weights[f"{name}.weight"], hidden, epsilon=self.shape.epsilon)


def _rotations(shape: LlamaShape) -> Mapping[str, Array]:
    """Cosines and sines (context, head / 2)."""
    turns = shape.rope_theta ** (-np.arange(0, shape.head, 2) / shape.head)
    angles = np.outer(np.arange(shape.context), turns)
    return {"cosines": np.cos(angles).astype(np.float32), "sines": np.sin(angles).astype(np.float32)}
