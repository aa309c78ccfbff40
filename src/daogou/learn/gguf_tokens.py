"""The tokenizer of a checkpoint as a GGUF file keeps it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from daogou.errors import UserError

if TYPE_CHECKING:
    import gguf

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
