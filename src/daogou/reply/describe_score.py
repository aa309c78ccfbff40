"""Which candidate is best: log P(description | facts) per token, or without a model how much it tells and how smoothly."""

from collections.abc import Sequence
from typing import Protocol

from daogou.ports import Ability, Deadline, LanguageModel, log_likelihoods
from daogou.reply.describe_brief import SENTENCES, Brief
from daogou.reply.describe_facts import Telling
from daogou.reply.describe_thing import Thing
from daogou.reply.draft import Statement
from daogou.shop.conversation import Considered
from daogou.text.prompts import Task, continuation, describing, prompt_for
from daogou.text.words import cut

PLAIN = "plain score"
TOLD, REPEATED, OUT_OF_LENGTH = (
    1.0,
    2.0,
    0.5,
)  # weights: facts told, share of words said again, sentences too many or few


class Judged(Protocol):
    """A candidate as the score takes it."""

    @property
    def statements(self) -> tuple[Statement, ...]:
        """What it says."""
        ...

    @property
    def text(self) -> str:
        """All of it."""
        ...

    @property
    def written_by(self) -> str:
        """Who wrote it."""
        ...


def scored(
    candidates: Sequence[Judged],
    thing: Thing,
    told: Sequence[Telling],
    brief: Brief,
    *,
    model: LanguageModel | None,
    deadline: Deadline,
) -> tuple[list[Considered], str]:
    """Each with its score, and who scored."""
    if model is None or Ability.SCORE not in model.abilities:
        return [_plain(one, told, brief) for one in candidates], PLAIN
    prompt = prompt_for(Task.DESCRIBE, _form(thing, told, brief), instructed=model.instructed, language=brief.language)
    likely = log_likelihoods(model, prompt, [continuation(one.text) for one in candidates], deadline=deadline)
    judged = [
        Considered(text=one.text, log_likelihood=each.mean, score=each.mean, written_by=one.written_by)
        for one, each in zip(candidates, likely, strict=True)
    ]
    return judged, model.name


def _form(thing: Thing, told: Sequence[Telling], brief: Brief) -> str:
    facts = {"title": thing.name, **({"brand": thing.brand.printed} if thing.brand else {})}
    facts |= {telling.name: ", ".join(fact.printed for fact in telling.facts) for telling in told}
    return describing(
        facts, language=brief.language, tone=brief.tone.value, length=brief.length.value, audience=brief.audience
    )


def _plain(candidate: Judged, told: Sequence[Telling], brief: Brief) -> Considered:
    """What is told, each fact by its weight; minus words said again, minus sentences outside the length."""
    said = {(fact.field, fact.printed) for one in candidate.statements for fact in one.facts}
    weight = sum(it.weight for it in told if all((fact.field, fact.printed) in said for fact in it.facts))
    words = cut(candidate.text)
    again = 1 - len(set(words)) / len(words) if words else 0.0
    least, most = SENTENCES[brief.length]
    count = len(candidate.statements)
    score = TOLD * weight - REPEATED * again - OUT_OF_LENGTH * max(0, least - count, count - most)
    return Considered(text=candidate.text, score=score, written_by=candidate.written_by)
