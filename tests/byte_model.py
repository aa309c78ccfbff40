"""A small but true language model: counts of bytes after up to twelve bytes, learnt from a few lines in no time."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
from llguidance import LLTokenizer

from daogou.llm.engine import SchemaMask
from tests.tiny_models import TAUGHT

Probabilities = npt.NDArray[np.float64]  # (257,): every byte, and the end
END = 256
ORDER = 12
FAITH = 0.6  # in a longer context over the shorter one


class ByteModel:
    """P(byte | bytes before), interpolated over contexts of 0 to 12 bytes (Jelinek & Mercer 1980)."""

    def __init__(self, texts: Iterable[str] = TAUGHT) -> None:
        self._counts: dict[bytes, Counter[int]] = {}
        for text in texts:
            data = text.encode()
            for at, symbol in enumerate([*data, END]):
                for order in range(min(ORDER, at) + 1):
                    self._counts.setdefault(data[at - order : at], Counter())[symbol] += 1

    def next(self, before: bytes) -> Probabilities:
        """What may come next."""
        mixed = np.full(257, 1 / 257)
        for order in range(min(ORDER, len(before)) + 1):
            counts = self._counts.get(before[len(before) - order :])
            if counts is None:
                break
            own = np.zeros(257)
            own[list(counts)] = list(counts.values())
            mixed = (1 - FAITH) * mixed + FAITH * own / own.sum()
        return mixed

    def draw(
        self, prompt: str, *, max_tokens: int, seed: int, temperature: float, schema: Mapping[str, object] | None = None
    ) -> Iterator[int]:
        """Byte after byte, to its own end or that of the JSON."""
        dice = np.random.default_rng(seed)
        mask = None if schema is None else SchemaMask.of(schema, _bytes())
        text = prompt.encode()
        for _ in range(max_tokens):
            logits = np.log(self.next(text))
            if mask is not None:
                logits = mask.masked(logits.astype(np.float32)).astype(np.float64)
            symbol = _one_of(logits, temperature, dice)
            if symbol == END:
                return
            yield symbol
            if mask is not None and mask.take(symbol):
                return
            text += bytes([symbol])

    def logs(self, data: bytes) -> tuple[list[float], list[float]]:
        """log P of each byte after those before it, and of the likeliest in its place."""
        every = [self.next(data[:at]) for at in range(len(data))]
        own = [float(np.log(probabilities[symbol])) for probabilities, symbol in zip(every, data, strict=True)]
        return own, [float(np.log(probabilities.max())) for probabilities in every]


def _one_of(logits: Sequence[float] | Probabilities, temperature: float, dice: np.random.Generator) -> int:
    logits = np.asarray(logits)
    if not temperature:
        return int(logits.argmax())
    weights = np.exp((logits - logits.max()) / temperature)
    return int(dice.choice(len(weights), p=weights / weights.sum()))


@cache
def _bytes() -> LLTokenizer:
    return LLTokenizer("byte")
