"""A prompt before a model that keeps a state instead of keys and values: read anew with every continuation, slow but right.

Such a state can't be taken up in the midst of a text by all of them (Mamba's continues one token at a time), nor copied by all.
"""

from collections.abc import Sequence
from typing import Any

from daogou.language.sampling import Logits, Step
from daogou.language.transformers_network import Network
from daogou.ports import Deadline


class Whole:
    """The same as transformers_prefix.Prefix, without a memory."""

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
