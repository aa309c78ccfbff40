"""A language model that says what it was told to: for demos, and for tests of everything that uses one."""

import itertools
import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from daogou.errors import CannotDo, TooLate
from daogou.ports import NEVER, Ability, Deadline, LogLikelihood

Rule: TypeAlias = Mapping[str, float] | Callable[[str, str], float]
UNFORESEEN = -10.0  # log P of each token of a continuation that a mapping leaves out
_TOKEN = re.compile(r"\s*\w+|\s*[^\w\s]|\s+$")


class Scripted:
    """The engine `scripted`: it has the abilities that it was given something for.

    `texts` are written in turn, the seed says which comes first (temperature 0: always the first); `json_texts` likewise where
    a schema is asked for. `likelihoods` is log P by continuation, or a function of prompt and continuation. Tokens are words and
    signs with the space in front of them.
    """

    instructed = False

    def __init__(
        self,
        *,
        texts: Sequence[str] = (),
        json_texts: Sequence[str] = (),
        likelihoods: Rule | None = None,
        name: str = "scripted",
        context: int = 1024,
        delay_s: float = 0.0,
    ) -> None:
        self.name = name
        self.context = context
        writes = {Ability.WRITE} if texts else set()
        constrains = {Ability.CONSTRAIN} if json_texts else set()
        scores = {Ability.SCORE} if likelihoods is not None else set()
        self.abilities = frozenset({Ability.COUNT} | writes | constrains | scores)
        self._texts = tuple(texts)
        self._json_texts = tuple(json_texts)
        self._likelihoods = likelihoods
        self._delay_s = delay_s  # of each call

    def write(
        self,
        prompt: str,
        *,
        n: int,
        max_tokens: int,
        seed: int,
        temperature: float = 0.8,
        stop: Sequence[str] = (),
        schema: Mapping[str, object] | None = None,
        deadline: Deadline = NEVER,
    ) -> list[str]:
        """n of the texts, whatever the prompt."""
        self._need(Ability.WRITE if schema is None else Ability.CONSTRAIN)
        self._wait(deadline)
        turns = [0] * n if temperature <= 0 else range(seed, seed + n)
        if schema is not None:
            return [self._json_texts[turn % len(self._json_texts)] for turn in turns]
        return [_cut(self._texts[turn % len(self._texts)], max_tokens, stop) for turn in turns]

    def log_likelihood(
        self, prompt: str, continuations: Sequence[str], *, deadline: Deadline = NEVER
    ) -> list[LogLikelihood]:
        """As the rule says."""
        self._need(Ability.SCORE)
        self._wait(deadline)
        return [
            LogLikelihood(total=self._total(prompt, text), tokens=self.count_tokens(text)) for text in continuations
        ]

    def count_tokens(self, text: str) -> int:
        """Words and signs."""
        return len(_TOKEN.findall(text))

    def _total(self, prompt: str, text: str) -> float:
        if not text:
            return 0.0
        if callable(self._likelihoods):
            return self._likelihoods(prompt, text)
        assert self._likelihoods is not None
        return self._likelihoods.get(text, UNFORESEEN * self.count_tokens(text))

    def _need(self, ability: Ability) -> None:
        if ability not in self.abilities:
            raise CannotDo(self.name, ability)

    def _wait(self, deadline: Deadline) -> None:
        """Take the delay, or as much of it as there is time for."""
        time.sleep(min(self._delay_s, deadline.left_s))
        if deadline.passed:
            raise TooLate(f"the scripted model '{self.name}' did not finish before its deadline")


def _cut(text: str, max_tokens: int, stop: Sequence[str]) -> str:
    few = "".join(itertools.islice((token.group() for token in _TOKEN.finditer(text)), max_tokens))
    return few[: min((few.index(one) for one in stop if one and one in few), default=len(few))]
