"""One way of describing a thing: which facts in which order, opened and continued with which wordings; seeded."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from daogou.catalog.products.conversation import Considered
from daogou.ports import Ability, Deadline, LanguageModel, log_likelihoods
from daogou.reply.describe.facts import Telling
from daogou.reply.describe.thing import Thing
from daogou.reply.describe.words import FACTS, SENTENCES, Brief
from daogou.reply.draft import Statement
from daogou.reply.verify.gather import Fact
from daogou.text.prompts import Task, continuation, describing, prompt_for
from daogou.text.words import cut

SHUFFLE = 0.25  # how far a fact may move from its place: the most telling come first, not always the same first
_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(kw_only=True)
class Writing:
    """A description as it comes about; what was told is taken from the pool."""

    thing: Thing
    brief: Brief
    pool: list[Telling]
    rng: random.Random
    statements: list[Statement] = field(default_factory=list)
    used: set[str] = field(default_factory=set)  # wordings, so that none is said twice
    named: bool = False

    @classmethod
    def of(cls, thing: Thing, tellings: Sequence[Telling], brief: Brief, *, variant: int) -> "Writing":
        """The same product, brief and variant give the same text."""
        rng = random.Random(f"{thing.product.id}|{brief.seed}|{brief.tone}|{brief.audience}|{variant}")
        own = [it for it in tellings if it.name.partition("_")[0] != thing.noun or it.name.count("_") > 0]
        first = sorted(own[: FACTS[brief.length]], key=lambda it: -it.weight + rng.uniform(0, SHUFFLE))
        return cls(thing=thing, brief=brief, pool=first, rng=rng)

    @property
    def most(self) -> int:
        """Sentences, at most."""
        return SENTENCES[self.brief.length][1]

    @property
    def full(self) -> bool:
        """Whether nothing may or can be added."""
        return not self.pool or len(self.statements) >= self.most

    def take(self, telling: Telling) -> Telling:
        """Out of the pool: it is told once."""
        self.pool.remove(telling)
        return telling

    def pick(self, wordings: Sequence[str]) -> str:
        """One that was not used yet, where there is one."""
        fresh = [wording for wording in wordings if wording not in self.used] or list(wordings)
        chosen = self.rng.choice(fresh)
        self.used.add(chosen)
        return chosen

    def say(self, text: str, facts: Sequence[Fact]) -> None:
        """One more statement."""
        told = tuple({(fact.field, fact.printed): fact for fact in facts}.values()) or (self.thing.title,)
        self.statements.append(Statement(text=text, product=self.thing.product, facts=told))


def places(wording: str) -> set[str]:
    """The names in braces."""
    return set(_PLACE.findall(wording))


def fill(wording: str, values: dict[str, str]) -> str:
    """The places filled in one pass: what a value says is never read as a place."""
    return _PLACE.sub(lambda match: values.get(match[1], ""), wording)


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
