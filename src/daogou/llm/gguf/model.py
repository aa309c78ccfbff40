"""Any causal language model in a GGUF file, by llama.cpp: quantised models on a CPU, or a GPU where llama.cpp has one."""

import contextlib
import importlib.util
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from daogou.errors import MissingExtra
from daogou.llm.engine import Engine, Prompt, likelihood
from daogou.llm.gguf.prefix import Prefix, log_probabilities_after
from daogou.ports import NEVER, Deadline, LogLikelihood

if TYPE_CHECKING:
    from daogou.llm.gguf.context import Context, Words

LONGEST = 4096  # tokens of prompt and continuation: what a turn needs, and what its memory costs
SPINS = "1000"  # turns that threads wait for each other before they sleep; spinning on keeps the cores from whoever else works there


class GgufModel(Engine):
    """The engine `gguf:`; a model with a chat template reads prompts as a user's message."""

    def __init__(self, name: str, context: "Context", words: "Words") -> None:
        super().__init__(name, words, ends=words.ends, context=context.length, instructed=words.instructed)
        self._memory = context

    @classmethod
    def open(cls, file: str, *, name: str = "", context: int = LONGEST, threads: int = 0) -> "GgufModel":
        """A file in the GGUF format; at most `context` tokens at once; `threads` 0: one for each core; `name`: the file's."""
        if importlib.util.find_spec("llama_cpp") is None:
            raise MissingExtra("'llama-cpp-python', which gguf: models need,", "gguf")
        os.environ.setdefault("GOMP_SPINCOUNT", SPINS)  # read once, when llama.cpp is loaded by the next line
        from daogou.llm.gguf.context import Context, Words

        path = Path(file).expanduser()
        memory = Context(path, longest=context, threads=threads or os.cpu_count() or 1)
        return cls(name or f"gguf:{path.stem}", memory, Words(memory))

    def log_likelihood_after(
        self, prompts: Sequence[str], continuation: str, *, deadline: Deadline = NEVER
    ) -> list[LogLikelihood]:
        """log P of the continuation after each prompt, all of them side by side."""
        ids = self._words.ids(continuation)
        room = self._room(len(ids))
        if not ids or not prompts:
            return [likelihood([]) for _ in prompts]
        read = [self._words.prompt(prompt, room) for prompt in prompts]
        with self._turn(deadline):
            return [likelihood(logs) for logs in log_probabilities_after(self._memory, read, ids, deadline)]

    def _read(self, ids: Sequence[int], deadline: Deadline) -> Prompt:
        return Prefix(self._memory, ids, deadline)

    def _turn(self, deadline: Deadline) -> contextlib.AbstractContextManager[None]:
        return self._memory.turn(deadline)
