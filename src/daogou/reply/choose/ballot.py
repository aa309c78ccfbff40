"""The responses of one turn with what is known of each, and the best of them."""

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from daogou.catalog.products.conversation import Considered, Response
from daogou.errors import SettingsError
from daogou.ports import Deadline, LanguageModel, LogLikelihood, log_likelihoods
from daogou.reply.plans import PLAIN
from daogou.text.prompts import Task, continuation, conversation, prompt_for

FILE_NAME = "choose.toml"


@dataclass(frozen=True, kw_only=True)
class Weights:
    """score = log P(r | q) / |r|^length - share * log P(r) / |r|^length + items * log P(items | shopper) + plans[plan].

    The share taken off is that of domain-conditional PMI (Holtzman et al. 2021): short, generic text is likely whatever was asked.
    """

    length: float = 1.0  # 1: per token; below: longer texts pay for their length
    share: float = 0.5
    items: float = 0.05
    written: float = 0.5  # what a vetted text of the model is worth more, where the model can write and not score
    plans: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> "Weights":
        """Those of a model's folder; the defaults where it has none."""
        path = folder / FILE_NAME
        return cls.parse(path.read_text(encoding="utf-8"), where=str(path)) if path.exists() else cls()

    @classmethod
    def parse(cls, text: str, *, where: str = FILE_NAME) -> "Weights":
        """From TOML; SettingsError names every unknown key and every value that is no number."""
        try:
            given = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise SettingsError(f"{where}: not valid TOML: {error}") from error
        plans = given.pop("plans", {})
        known = {one.name for one in fields(cls)} - {"plans"}
        if not isinstance(plans, dict):
            raise SettingsError(f"{where}: 'plans': {plans!r} is no table")
        numbers = {**given, **{f"plans.{plan}": value for plan, value in plans.items()}}
        problems = [f"'{key}' is unknown (known: {', '.join(sorted(known))}, plans)" for key in given.keys() - known]
        problems += [f"'{key}': {value!r} is not a number" for key, value in numbers.items() if not _is_number(value)]
        if problems:
            raise SettingsError("\n".join(f"{where}: {problem}" for problem in sorted(problems)))
        return cls(**given, plans=plans)

    def toml(self) -> str:
        """As `read` reads it."""
        numbers = [f"{one.name} = {getattr(self, one.name)!r}" for one in fields(self) if one.name != "plans"]
        plans = [f"{plan} = {value!r}" for plan, value in sorted(self.plans.items())]
        return "\n".join([*numbers, *(["", "[plans]", *plans] if plans else [])]) + "\n"


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


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


def score(judged: Judged | None, weights: Weights, *, items: float, plan: str) -> float:
    """The whole of what is maximised; without a judgement what the plan and the products are worth."""
    total = weights.items * items + weights.plans.get(plan, 0.0)
    if judged is None:
        return total
    return total + judged.log_likelihood(weights) - weights.share * (judged.log_prior(weights) or 0.0)


def _normalised(likelihood: LogLikelihood, weights: Weights) -> float:
    return likelihood.total / likelihood.tokens**weights.length if likelihood.tokens else 0.0


NOBODY = "none"  # scored_by
WRITTEN = "written"  # the plan of a text that the model wrote


@dataclass(frozen=True, kw_only=True)
class Option:
    """One response that could be given, and what is known of it so far."""

    response: Response
    plan: str
    written_by: str = PLAIN
    veto: str = ""
    text: str = ""  # what a model wrote
    judged: Judged | None = None
    score: float | None = None


@dataclass(frozen=True, kw_only=True)
class Ballot:
    """All options of a turn, the plain one first; `unscored` says why no model judged where one was to."""

    options: tuple[Option, ...]
    weights: Weights
    scored_by: str = NOBODY
    unscored: str = ""

    @property
    def best(self) -> Option:
        """argmax; of equals the first, so the plain one where nothing speaks for another."""
        standing = [option for option in self.options if not option.veto] or self.options[:1]
        return max(standing, key=lambda option: -math.inf if option.score is None else option.score)

    def response(self) -> Response:
        """The best one, and everything that was considered beside it."""
        best = self.best
        return replace(
            best.response,
            considered=(*(self._considered(option) for option in self.options), *best.response.considered),
            written_by=best.written_by,
            scored_by=self.scored_by,
            unscored=self.unscored,
        )

    def _considered(self, option: Option) -> Considered:
        judged, weights = option.judged, self.weights
        return Considered(
            text=option.text if option.plan == WRITTEN else option.response.text,
            log_likelihood=judged.log_likelihood(weights) if judged else None,
            log_prior=judged.log_prior(weights) if judged else None,
            score=option.score,
            veto=option.veto,
            plan=option.plan,
            written_by=option.written_by,
            chosen=option is self.best,
        )


def by_model(model: LanguageModel, response: Response, *, text: str, veto: str) -> Option:
    """A text of the model; one that was refused stands for itself, over the plain response."""
    return Option(response=response, plan=WRITTEN, written_by=model.name, text=text, veto=veto)
