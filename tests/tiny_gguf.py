"""A Llama checkpoint as a GGUF file, which llama.cpp and everything built on it can read."""

import importlib.util
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file

from daogou.errors import MissingExtra, UserError

if TYPE_CHECKING:
    import gguf

ARCHITECTURE = "LlamaForCausalLM"
_FLOATS = {"f16": (np.float16, 1), "f32": (np.float32, 0)}  # of the matrices, with llama.cpp's number for such a file


def write_gguf(hf_folder: Path, to_file: Path, *, dtype: str = "f16") -> Path:
    """The folder's config.json, model.safetensors and tokenizer.json as one file, whole or not at all; dtype f16 or f32."""
    if importlib.util.find_spec("gguf") is None:
        raise MissingExtra("'gguf', which writes GGUF files,", "gguf")
    import gguf

    if dtype not in _FLOATS:
        raise UserError(f"dtype '{dtype}' is unknown; there are {', '.join(_FLOATS)}")
    config = _config(hf_folder)
    floats, file_type = _FLOATS[dtype]
    part = to_file.with_name(f"{to_file.name}.part")
    writer = gguf.GGUFWriter(part, "llama")
    writer.add_name(hf_folder.name)
    writer.add_file_type(file_type)
    _add_shape(writer, config)
    add_tokens(writer, hf_folder, config)
    for name, values in _tensors(hf_folder, config):
        writer.add_tensor(name, values.astype(floats if values.ndim > 1 else np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    os.replace(part, to_file)
    return to_file


def _config(folder: Path) -> dict[str, Any]:
    """The settings, with the rotation of the positions where older files have it; UserError on another kind of model."""
    config: dict[str, Any] = json.loads((folder / "config.json").read_text("utf-8"))
    if config.get("architectures") != [ARCHITECTURE]:
        raise UserError(
            f"{folder}: {config.get('architectures')} can't be written as GGUF here, only [{ARCHITECTURE!r}]"
        )
    rope = config.get("rope_parameters") or config.get("rope_scaling") or {}
    if rope.get("rope_type", "default") != "default":
        raise UserError(f"{folder}: stretched positions ({rope['rope_type']}) can't be written as GGUF here")
    return {**config, "rope_theta": rope.get("rope_theta") or config.get("rope_theta") or 10_000.0}


def _add_shape(writer: "gguf.GGUFWriter", config: Mapping[str, Any]) -> None:
    writer.add_vocab_size(config["vocab_size"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(_key_heads(config))
    writer.add_rope_dimension_count(config.get("head_dim") or config["hidden_size"] // config["num_attention_heads"])
    writer.add_rope_freq_base(config["rope_theta"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])


def _tensors(folder: Path, config: Mapping[str, Any]) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    """Each under its name in GGUF."""
    import gguf

    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, config["num_hidden_layers"])
    heads = {"q_proj": config["num_attention_heads"], "k_proj": _key_heads(config)}
    for name, values in load_file(folder / "model.safetensors").items():
        known = names.get_name(name, try_suffixes=(".weight",))
        if known is None:
            raise UserError(f"{folder}: the weights '{name}' have no place in a GGUF file of a Llama")
        turned = next((n_heads for projection, n_heads in heads.items() if projection in name), 0)
        yield known, _interleaved(values, turned) if turned else values


def _interleaved(weights: npt.NDArray[Any], heads: int) -> npt.NDArray[Any]:
    """Each head's rows with its two halves in turn: llama.cpp rotates neighbours, transformers the halves."""
    return weights.reshape(heads, 2, -1, weights.shape[1]).swapaxes(1, 2).reshape(weights.shape)


def _key_heads(config: Mapping[str, Any]) -> int:
    return int(config.get("num_key_value_heads") or config["num_attention_heads"])


PRE_TOKENIZER = "smollm"  # llama.cpp's name for: every digit apart, then GPT-2's pattern, on bytes
DIGITS = {"type": "Digits", "individual_digits": True}
BYTES = {"type": "ByteLevel", "add_prefix_space": False, "use_regex": True}
NORMAL, CONTROL, UNUSED = 1, 3, 5  # token types


def add_tokens(writer: "gguf.GGUFWriter", folder: Path, config: Mapping[str, Any]) -> None:
    """Tokens, merges, marks and the chat template. Rows of the matrix that no token stands for get a name that no text has."""
    tokenizer = _tokenizer(folder)
    added = tokenizer["added_tokens"]
    named = {number: token for token, number in tokenizer["model"]["vocab"].items()}
    named |= {token["id"]: token["content"] for token in added}
    special = {token["id"] for token in added if token["special"]}
    numbers = range(config["vocab_size"])
    types = [CONTROL if number in special else NORMAL if number in named else UNUSED for number in numbers]
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in tokenizer["model"]["merges"]]

    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(PRE_TOKENIZER)
    writer.add_token_list([named.get(number, f"[PAD{number}]") for number in numbers])
    writer.add_token_types(types)
    writer.add_token_merges(merges)
    writer.add_bos_token_id(config["bos_token_id"])
    writer.add_eos_token_id(config["eos_token_id"])
    writer.add_add_bos_token(True)
    if template := _chat_template(folder):
        writer.add_chat_template(template)


def _tokenizer(folder: Path) -> dict[str, Any]:
    """UserError on any but byte-level BPE with digits apart: llama.cpp would cut texts otherwise than the model learned."""
    tokenizer: dict[str, Any] = json.loads((folder / "tokenizer.json").read_text("utf-8"))
    steps = (tokenizer["pre_tokenizer"] or {}).get("pretokenizers", [])
    known = len(steps) == 2 and steps[0].items() >= DIGITS.items() and steps[1].items() >= BYTES.items()
    if tokenizer["model"]["type"] != "BPE" or tokenizer["normalizer"] or not known:
        raise UserError(f"{folder}: only byte-level BPE with every digit apart can be written as GGUF here")
    return tokenizer


def _chat_template(folder: Path) -> str:
    """Where an instructed model has one."""
    file, settings = folder / "chat_template.jinja", folder / "tokenizer_config.json"
    if file.exists():
        return file.read_text("utf-8")
    return str(json.loads(settings.read_text("utf-8")).get("chat_template") or "") if settings.exists() else ""
