"""A causal language model and its tokenizer from a folder or from the Hugging Face hub."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import AutoModelForCausalLM, AutoTokenizer
from transformers.utils import logging

from daogou.errors import BackendError, SettingsError

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}


def load(name_or_folder: str, *, device: str, dtype: str, threads: int) -> tuple[Any, Any]:
    """(model, tokenizer), in `dtype` on `device` ("": a CUDA card if there is one). No code of the repository is run."""
    if dtype not in DTYPES:
        raise SettingsError(f"dtype '{dtype}' is unknown; there are {', '.join(DTYPES)}")
    place = _place(name_or_folder)
    if threads:
        torch.set_num_threads(threads)
    quiet: Callable[[], None] = logging.disable_progress_bar
    quiet()
    try:
        model: Any = AutoModelForCausalLM.from_pretrained(place, dtype=DTYPES[dtype], trust_remote_code=False)
        tokenizer = AutoTokenizer.from_pretrained(place, trust_remote_code=False)
        return model.eval().to(device or ("cuda" if torch.cuda.is_available() else "cpu")), tokenizer
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, SafetensorError) as failed:
        raise BackendError(f"the language model '{name_or_folder}' can't be loaded: {failed}") from failed


def _place(name_or_folder: str) -> str:
    folder = Path(name_or_folder).expanduser()
    if folder.is_dir():
        if not (folder / "config.json").exists():
            raise BackendError(f"{folder} holds no Hugging Face model: there is no config.json in it")
        return str(folder)
    if folder.is_absolute() or name_or_folder.startswith((".", "~")) or name_or_folder.count("/") > 1:
        raise BackendError(f"{folder} is no folder; name one with a Hugging Face model, or a model of the hub")
    return name_or_folder
