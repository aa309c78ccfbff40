"""The network of a Hugging Face model, one step at a time."""

import threading
from collections.abc import Sequence
from typing import Any

import torch

from daogou.errors import BackendError, TooLate
from daogou.ports import Deadline


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
