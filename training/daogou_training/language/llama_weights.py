"""A Llama as Hugging Face writes it to a folder, read without torch."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file

from daogou.errors import BackendError
from daogou.llm.builtin.model import Array

EMBEDDING = "model.embed_tokens.weight"
HEAD = "lm_head.weight"


@dataclass(frozen=True, kw_only=True)
class LlamaShape:
    """The sizes that a graph needs."""

    vocabulary: int
    hidden: int
    layers: int
    heads: int
    shared_heads: int  # of keys and values; each serves heads / shared_heads queries
    head: int  # dimensions of one head
    context: int
    epsilon: float
    rope_theta: float
    begin: int  # token ids
    end: int


@dataclass(frozen=True, kw_only=True)
class Llama:
    """Shape and weights; `weights` has Hugging Face's names, matrices as (out, in)."""

    shape: LlamaShape
    weights: Mapping[str, Array]

    @property
    def tied(self) -> bool:
        """Whether the output matrix is the embedding table."""
        return HEAD not in self.weights


def read_llama(folder: Path) -> Llama:
    """The model of config.json and model.safetensors; BackendError if it is missing or no plain Llama."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        weights = load_file(folder / "model.safetensors")
    except (OSError, ValueError) as wrong:
        raise BackendError(f"{folder}: no Hugging Face model can be read here: {wrong}") from wrong
    _check(folder, config)
    weights = {name: value.astype(np.float32) for name, value in weights.items()}
    if config.get("tie_word_embeddings"):
        weights.pop(HEAD, None)
    return Llama(shape=_shape(config), weights=weights)


def _check(folder: Path, config: Mapping[str, Any]) -> None:
    """Only what the graph computes: a model that differs in anything else would speak nonsense without saying so."""
    found = {
        "model_type": (config.get("model_type"), "llama"),
        "hidden_act": (config.get("hidden_act", "silu"), "silu"),
        "attention_bias": (bool(config.get("attention_bias")), False),
        "mlp_bias": (bool(config.get("mlp_bias")), False),
        "rope_type": (_rope(config).get("rope_type", "default"), "default"),
    }
    wrong = [f"{name} is {value!r}, not {right!r}" for name, (value, right) in found.items() if value != right]
    if wrong:
        raise BackendError(f"{folder}: only a plain Llama can be exported: {'; '.join(wrong)}")


def _rope(config: Mapping[str, Any]) -> Mapping[str, Any]:
    return config.get("rope_parameters") or config.get("rope_scaling") or {}


def _shape(config: Mapping[str, Any]) -> LlamaShape:
    heads = config["num_attention_heads"]
    return LlamaShape(
        vocabulary=config["vocab_size"],
        hidden=config["hidden_size"],
        layers=config["num_hidden_layers"],
        heads=heads,
        shared_heads=config.get("num_key_value_heads") or heads,
        head=config.get("head_dim") or config["hidden_size"] // heads,
        context=config["max_position_embeddings"],
        epsilon=config["rms_norm_eps"],
        rope_theta=float(_rope(config).get("rope_theta") or config.get("rope_theta") or 10_000.0),
        begin=config["bos_token_id"],
        end=config["eos_token_id"],
    )
