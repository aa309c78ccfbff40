"""A language model for the tests of the reply: it knows by heart how likely texts are and what it writes."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence

from daogou.errors import CannotDo
from daogou.ports import NEVER, Ability, Deadline, LogLikelihood


class TalkingModel:
    """Scores with `likes` (log P per character of a text after a prompt) and writes `texts`; `before` runs first."""

    name = "talking"
    instructed = False
    context = 4096

    def __init__(
        self,
        likes: Callable[[str, str], float] = lambda prompt, text: -1.0,
        texts: Sequence[str] = (),
        *,
        abilities: frozenset[Ability] = frozenset({Ability.SCORE, Ability.WRITE}),
        before: Callable[[Deadline], None] = lambda deadline: None,
    ) -> None:
        self.likes = likes
        self.texts = texts
        self.abilities = abilities
        self.before = before
        self.prompts: list[str] = []
        self.judged: list[str] = []
        self.threads: set[str] = set()

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
        self._begin(Ability.WRITE, prompt, deadline)
        return list(self.texts[:n])

    def stream(
        self,
        prompt: str,
        *,
        max_tokens: int,
        seed: int,
        temperature: float = 0.8,
        stop: Sequence[str] = (),
        deadline: Deadline = NEVER,
    ) -> Iterator[str]:
        yield from self.write(prompt, n=1, max_tokens=max_tokens, seed=seed, deadline=deadline)

    def log_likelihood(
        self, prompt: str, continuations: Sequence[str], *, deadline: Deadline = NEVER
    ) -> list[LogLikelihood]:
        self._begin(Ability.SCORE, prompt, deadline)
        self.judged = list(continuations)
        return [LogLikelihood(total=self.likes(prompt, text) * len(text), tokens=len(text)) for text in continuations]

    def count_tokens(self, text: str) -> int:
        return len(text)

    def _begin(self, ability: Ability, prompt: str, deadline: Deadline) -> None:
        if ability not in self.abilities:
            raise CannotDo(self.name, ability)
        self.prompts.append(prompt)
        self.threads.add(threading.current_thread().name)
        self.before(deadline)
