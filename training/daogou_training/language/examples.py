"""What a language model learns from: texts with a prompt, and choices between right and wrong answers."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from daogou_training.language.model import BEGIN_ID, END_ID

HELD_OUT = 40  # one example in so many is never trained on
Tokens = npt.NDArray[np.int32]


@dataclass(frozen=True, kw_only=True)
class Example:
    """One text: the model reads the prompt and writes the continuation (in the forms of text/prompts)."""

    prompt: str
    continuation: str
    domain: str  # "answer", "ask", "title" ...
    language: str

    @property
    def held_out(self) -> bool:
        """Whether it is kept for measuring; told by its own text, so the same in every run."""
        digest = hashlib.blake2b(f"{self.prompt}{self.continuation}".encode(), digest_size=4).digest()
        return int.from_bytes(digest) % HELD_OUT == 0


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Pairs of prompt and continuation, the first of which is right.

    One prompt for all of several continuations (which answer?), or a prompt for each with one continuation (which product was
    asked for by these words?).
    """

    prompts: tuple[str, ...]
    continuations: tuple[str, ...]
    language: str


@dataclass(frozen=True, kw_only=True)
class EncodedChoice:
    """The same as token ids; every prompt begins with <|begin|>."""

    prompts: list[Tokens]
    continuations: list[Tokens]

    @property
    def pairs(self) -> int:
        """Among how many the choice is."""
        return max(len(self.prompts), len(self.continuations))

    @property
    def tokens(self) -> int:
        """Of the whole row."""
        alike = len(self.prompts) if len(self.continuations) == 1 else 1
        return sum(map(len, self.prompts)) + alike * sum(map(len, self.continuations))


@dataclass(frozen=True, kw_only=True)
class Encoded:
    """Examples and choices as token ids."""

    texts: list[Tokens]  # each begins with <|begin|> and closes with <|end|>
    choices: list[EncodedChoice]

    @property
    def tokens(self) -> int:
        """Tokens of the texts."""
        return sum(len(text) for text in self.texts)


def encode(tokenizer: Tokenizer, examples: Iterable[Example], choices: Iterable[Choice]) -> Encoded:
    """Prompt and continuation are cut into tokens apart, as they are when a model judges."""

    def cut(text: str) -> list[int]:
        return tokenizer.encode(text).ids if text else []

    return Encoded(
        texts=[_array([BEGIN_ID, *cut(one.prompt), *cut(one.continuation), END_ID]) for one in examples],
        choices=[
            EncodedChoice(
                prompts=[_array([BEGIN_ID, *cut(prompt)]) for prompt in choice.prompts],
                continuations=[_array(cut(continuation)) for continuation in choice.continuations],
            )
            for choice in choices
        ],
    )


def _array(ids: list[int]) -> Tokens:
    return np.array(ids, dtype=np.int32)
