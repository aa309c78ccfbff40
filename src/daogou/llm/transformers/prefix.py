"""A prompt before a Hugging Face model: in its memory, encoded once and continued many times; or without one."""

import copy
from collections.abc import Sequence
from typing import Any

import torch

from daogou.llm.engine import Prompt
from daogou.llm.sampling import Logits, Step
from daogou.llm.transformers.network import Network
from daogou.ports import Deadline

CHUNK = 512  # tokens of a long prompt in one step: between steps the deadline is looked at
TOKENS_PER_BATCH = 4096  # of continuations with their prefix: what a batch's keys and values take
LOGITS_PER_BATCH = 2**26  # 256 MB in fp32


class Prefix(Prompt):
    """The keys and values of a prompt's tokens, and the logits of what may follow it."""

    def __init__(self, network: Network, ids: Sequence[int], deadline: Deadline) -> None:
        self.length = len(ids)
        self._network = network
        self._deadline = deadline
        self._cache: Any = None
        for start in range(0, len(ids), CHUNK):
            outputs = self._run([ids[start : start + CHUNK]], self._cache, logits_to_keep=1)
            self._cache = outputs.cache
        self._next = outputs.logits[0, -1].float()

    @property
    def logits(self) -> Logits:
        """(vocabulary,) what may follow the prompt."""
        return _numpy(self._next)

    def log_probabilities(self, continuations: Sequence[Sequence[int]]) -> list[list[float]]:
        """log P of each continuation's tokens, in their order."""
        scored: list[list[float]] = [[] for _ in continuations]
        for rows in self._batches([len(ids) for ids in continuations]):
            for row, by_token in zip(rows, self._batch([continuations[row] for row in rows]), strict=True):
                scored[row] = by_token
        return scored

    def step(self, n: int) -> Step:
        """The prompt's memory n times over, which grows by a token for each row at a call."""
        memory, growing = self._memory(n), list(range(n))

        def step(rows: Sequence[int], tokens: Sequence[int]) -> Logits:
            nonlocal growing
            if list(rows) != growing:
                memory.reorder_cache(self._network.tensor([growing.index(row) for row in rows]))
                growing = list(rows)
            outputs = self._run([[token] for token in tokens], memory)
            return _numpy(outputs.logits[:, -1])

        return step

    def _batches(self, lengths: Sequence[int]) -> list[list[int]]:
        """Rows of about the same length together, shortest first; empty ones are left out."""
        batches: list[list[int]] = []
        for row in sorted((row for row, length in enumerate(lengths) if length), key=lambda row: lengths[row]):
            rows = len(batches[-1]) + 1 if batches else 0
            fits = (
                rows * (self.length + lengths[row]) <= TOKENS_PER_BATCH
                and rows * lengths[row] * self._next.shape[0] <= LOGITS_PER_BATCH
            )
            if rows and fits:
                batches[-1].append(row)
            else:
                batches.append([row])
        return batches

    def _batch(self, continuations: Sequence[Sequence[int]]) -> list[list[float]]:
        """The first tokens follow the prompt itself; what follows the last tokens isn't asked."""
        first = self._next.log_softmax(-1)[[ids[0] for ids in continuations]]
        longest = max(len(ids) for ids in continuations)
        if longest == 1:
            return [[value] for value in first.tolist()]
        # What stands behind a text's end is seen by none of its tokens.
        padded = [[*ids, *[0] * (longest - len(ids))] for ids in continuations]
        logits = self._run([ids[:-1] for ids in padded], self._memory(len(padded))).logits.float()
        following = self._network.tensor([ids[1:] for ids in padded])
        rest = logits.gather(-1, following.unsqueeze(-1)).squeeze(-1) - logits.logsumexp(-1)
        by_token = torch.cat([first.unsqueeze(-1), rest], dim=-1).tolist()
        return [values[: len(ids)] for values, ids in zip(by_token, continuations, strict=True)]

    def _run(self, ids: Sequence[Sequence[int]], cache: Any, **options: Any) -> Any:
        return self._network.run(ids, self._deadline, cache=cache, use_cache=True, **options)

    def _memory(self, n: int) -> Any:
        memory = copy.deepcopy(self._cache)
        memory.reorder_cache(self._network.tensor([0] * n))
        return memory


class Whole(Prompt):
    """The same before a model that keeps a state instead of keys and values: read anew with every continuation, slow but right.

    Such a state can't be taken up in the midst of a text by all of them (Mamba's continues one token at a time), nor copied by all.
    """

    def __init__(self, network: Network, ids: Sequence[int], deadline: Deadline) -> None:
        self.length = len(ids)
        self._ids = list(ids)
        self._network = network
        self._deadline = deadline

    @property
    def logits(self) -> Logits:
        """(vocabulary,) what may follow the prompt."""
        return _numpy(self._read([[]])[0, -1])

    def log_probabilities(self, continuations: Sequence[Sequence[int]]) -> list[list[float]]:
        """log P of each continuation's tokens, in their order."""
        return [self._by_token(ids) if ids else [] for ids in continuations]

    def step(self, n: int) -> Step:
        """Rows that grow by a token at a call; those that still grow are of one length."""
        written: list[list[int]] = [[] for _ in range(n)]

        def step(rows: Sequence[int], tokens: Sequence[int]) -> Logits:
            for row, token in zip(rows, tokens, strict=True):
                written[row].append(token)
            return _numpy(self._read([written[row] for row in rows])[:, -1])

        return step

    def _by_token(self, ids: Sequence[int]) -> list[float]:
        logits = self._read([ids[:-1]])[0, self.length - 1 :].float()
        places = self._network.tensor(ids).unsqueeze(-1)
        values: list[float] = logits.log_softmax(-1).gather(-1, places).squeeze(-1).tolist()
        return values

    def _read(self, written: Sequence[Sequence[int]]) -> Any:
        return self._network.run([[*self._ids, *ids] for ids in written], self._deadline).logits


def _numpy(logits: Any) -> Logits:
    values: Logits = logits.float().cpu().numpy()
    return values
