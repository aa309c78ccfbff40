"""One way of describing a thing: which facts in which order, opened and continued with which wordings; seeded."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from daogou.reply.describe.facts import Telling
from daogou.reply.describe.thing import Thing
from daogou.reply.describe.words import FACTS, SENTENCES, Brief
from daogou.reply.draft import Statement
from daogou.reply.verify.gather import Fact

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
