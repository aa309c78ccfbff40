"""How likely a language model finds each response: log P(r | q), and log P(r) where a share of it is taken off."""

from collections.abc import Sequence
from dataclasses import dataclass

from daogou.ports import Deadline, LanguageModel, LogLikelihood, log_likelihoods
from daogou.reply.choose_weights import Weights
from daogou.text.prompts import Task, continuation, conversation, prompt_for


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
