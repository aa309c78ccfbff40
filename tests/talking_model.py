"""The scripted model for the tests of the reply: it also remembers what it was asked, and something may happen first."""

from collections.abc import Callable, Sequence

from daogou.llm.scripted import Scripted
from daogou.ports import NEVER, Deadline, LogLikelihood

Likes = Callable[[str, str], float]  # log P of each token of a text after a prompt


class TalkingModel(Scripted):
    """Scores by `likes` (None: it can't), writes `texts` (none: it can't); `before` runs at the start of each call."""

    def __init__(
        self,
        likes: Likes | None = lambda prompt, text: -1.0,
        texts: Sequence[str] = (),
        *,
        before: Callable[[Deadline], None] = lambda deadline: None,
        name: str = "talking",
    ) -> None:
        rule = None if likes is None else lambda prompt, text: likes(prompt, text) * self.count_tokens(text)
        super().__init__(texts=texts, likelihoods=rule, name=name)
        self.before = before
        self.prompts: list[str] = []
        self.judged: list[str] = []

    def write(self, prompt: str, *, deadline: Deadline = NEVER, **more: object) -> list[str]:
        self.prompts.append(prompt)
        self.before(deadline)
        return super().write(prompt, deadline=deadline, **(more | {"seed": 0}))  # type: ignore[arg-type]

    def log_likelihood(
        self, prompt: str, continuations: Sequence[str], *, deadline: Deadline = NEVER
    ) -> list[LogLikelihood]:
        self.prompts.append(prompt)
        self.judged = list(continuations)
        self.before(deadline)
        return super().log_likelihood(prompt, continuations, deadline=deadline)
