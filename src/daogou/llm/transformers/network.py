"""The network of a Hugging Face model, from a folder or from the hub, one step at a time."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import AutoModelForCausalLM, AutoTokenizer
from transformers.utils import logging

from daogou.errors import BackendError, SettingsError, TooLate
from daogou.ports import Deadline

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}


class Network:
    """One step belongs to one thread: it uses all cores, and some models keep state while they run."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._turn = threading.Lock()
        self.remembers = not getattr(model, "_is_stateful", False)  # keys and values, which continuations can share

    def run(self, ids: Sequence[Sequence[int]], deadline: Deadline, **options: Any) -> Any:
        """Logits (n_rows, n_tokens, vocabulary) and, with use_cache, the cache, grown by the tokens; TooLate if it can't start."""
        if deadline.passed or not self._turn.acquire(timeout=min(deadline.left_s, threading.TIMEOUT_MAX)):
            raise TooLate("the language model did not finish before its deadline")
        try:
            with torch.inference_mode():
                return self._model(input_ids=self.tensor(ids), **{"use_cache": False, **options})
        except (RuntimeError, IndexError, ValueError, TypeError) as failed:
            raise BackendError(f"the language model failed on {len(ids)} x {len(ids[0])} tokens: {failed}") from failed
        finally:
            self._turn.release()

    def tensor(self, ids: Any) -> Any:
        """Numbers where the network is."""
        return torch.tensor(ids, device=self._model.device)


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
