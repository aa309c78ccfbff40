"""log P(r | q) of responses by a language model, and the weights with which it is added up."""

import threading
import tomllib
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from daogou.errors import BackendError, CannotDo, SettingsError, TooLate
from daogou.ports import Deadline, LanguageModel, LogLikelihood, log_likelihoods
from daogou.text.prompts import Task, continuation, conversation, prompt_for

Result = TypeVar("Result")

SLOTS = 2  # models at work at the same time; work that was given up on keeps its slot until it really ends
TOO_SLOW, BUSY, FAILED, UNABLE = "too slow", "busy", "failed", "cannot score"
_PATIENCE_S = 1.0  # waited for work under way when the shop closes


class WorkerPool:
    """Runs work on threads of its own; says why there is no result instead of raising."""

    def __init__(self, pool: int = SLOTS) -> None:
        self._free = threading.BoundedSemaphore(pool)
        self._running: set[threading.Thread] = set()
        self.closed = False

    def attempt(self, work: Callable[[], Result], deadline: Deadline) -> tuple[Result | None, str]:
        """The result, or None and a reason in a few words; never later than the deadline.

        The threads are daemons: a model that hangs must not keep the process from ending.
        """
        if self.closed or not self._free.acquire(blocking=False):
            return None, BUSY
        outcome: Future[tuple[Result | None, str]] = Future()

        def run() -> None:
            """Whatever a model does, even a mistake of its own, costs the shopper nothing but the better words."""
            try:
                outcome.set_result((work(), ""))
            except BaseException as error:
                outcome.set_result((None, reason(error)))
            finally:
                self._running.discard(thread)
                self._free.release()

        thread = threading.Thread(target=run, name="daogou-model", daemon=True)
        self._running.add(thread)
        thread.start()
        try:
            return outcome.result(timeout=deadline.left_s)
        except TimeoutError:
            return None, TOO_SLOW

    @property
    def running(self) -> int:
        """Pieces of work under way, those that were given up on too."""
        return len(self._running)

    def close(self) -> None:
        """Take no more work, and wait a moment for what is under way."""
        self.closed = True
        for thread in tuple(self._running):
            thread.join(_PATIENCE_S)


def reason(error: BaseException) -> str:
    """Why there is no result, in a few words that tell nothing of the inside."""
    if isinstance(error, TooLate):
        return TOO_SLOW
    if isinstance(error, CannotDo):
        return UNABLE
    return FAILED if isinstance(error, BackendError) else f"{FAILED} ({type(error).__name__})"


FILE_NAME = "choose.toml"


@dataclass(frozen=True, kw_only=True)
class Weights:
    """score = log P(r | q) / |r|^length - share * log P(r) / |r|^length + items * log P(items | shopper).

    The share taken off is that of domain-conditional PMI (Holtzman et al. 2021): short, generic text is likely whatever was asked.
    """

    length: float = 1.0  # 1: per token; below: longer texts pay for their length
    share: float = 0.5
    items: float = 0.05

    @classmethod
    def read(cls, folder: Path) -> "Weights":
        """Those of a model's folder; the defaults where it has none. SettingsError says what is wrong with the file."""
        path = folder / FILE_NAME
        if not path.exists():
            return cls()
        try:
            given = tomllib.loads(path.read_text(encoding="utf-8"))
            return cls(**{name: float(value) for name, value in given.items()})
        except (ValueError, TypeError) as error:
            raise SettingsError(f"{path}: {error}; it holds numbers: {', '.join(asdict(cls()))}") from error

    def toml(self) -> str:
        """As `read` reads it."""
        return "".join(f"{name} = {value!r}\n" for name, value in asdict(self).items())


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One response's log-likelihoods; `alone` is None where no share of it is taken off."""

    given: LogLikelihood  # log P(r | q)
    alone: LogLikelihood | None = None  # log P(r)

    def log_likelihood(self, weights: Weights) -> float:
        """log P(r | q), normalised for length."""
        return _normalised(self.given, weights)

    def log_prior(self, weights: Weights) -> float | None:
        """log P(r), normalised for length."""
        return None if self.alone is None else _normalised(self.alone, weights)

    def score(self, weights: Weights, log_items: float = 0.0) -> float:
        """What is maximised; `log_items` is log P(items | shopper)."""
        likely = weights.items * log_items + self.log_likelihood(weights)
        return likely - weights.share * (self.log_prior(weights) or 0.0)


def judge(
    model: LanguageModel,
    texts: Sequence[str],
    *,
    messages: Sequence[str],
    language: str,
    weights: Weights,
    deadline: Deadline,
) -> list[Judged]:
    """The texts (spoken forms) in one batch after the conversation; where `share` is not 0, in a second one after none.

    log P(r) is what the model gives an answer to no question at all ("guide:"), as domain-conditional PMI has it: not from
    nothing, so that all texts pay the same for being answers; and the prompt is two tokens, so a prefix that costs nothing.
    """
    forms = [continuation(text) for text in texts]

    def asked(said: Sequence[str]) -> list[LogLikelihood]:
        prompt = prompt_for(Task.ANSWER, conversation(said), instructed=model.instructed, language=language)
        return log_likelihoods(model, prompt, forms, deadline=deadline)

    given = asked(messages)
    alone: list[LogLikelihood | None] = list(asked(())) if weights.share else [None] * len(forms)
    return [Judged(given=one, alone=other) for one, other in zip(given, alone, strict=True)]


def _normalised(likelihood: LogLikelihood, weights: Weights) -> float:
    return likelihood.total / likelihood.tokens**weights.length if likelihood.tokens else 0.0
