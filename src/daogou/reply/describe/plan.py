"""One way of describing a thing: which facts in which order, opened and continued with which wordings; seeded."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from daogou.catalog.matching.wording import place
from daogou.catalog.products.need import BRAND
from daogou.catalog.products.product import Product
from daogou.reply.context import TITLE, Fact, Statement, gather, passage
from daogou.reply.describe.facts import Telling
from daogou.reply.describe.words import FACTS, SENTENCES, Brief, tables
from daogou.reply.sentences.phrases import cased, clean, is_mass, plural, quoted
from daogou.text.thesaurus import thesaurus
from daogou.text.words import is_chinese

BRAND_LENGTH = 30  # characters; a longer one is no brand
NAMED_SHARE = 0.6  # of the descriptions with room for it end with the thing's name
SHUFFLE = 0.25  # how far a fact may move from its place: the most telling come first, not always the same first
_TAGGED = re.compile(r"^(?:\s*(?:【[^】]*】|\[[^\]]*\]|（[^）]*）))+\s*")  # what a shop shouts in front: 【限时抢】
_LOUD = re.compile(r"[!！]{2,}|[?？]{2,}|\*{2,}|#|(?:\+?\d[\d -]{7,}\d)")
_LITTLE = frozenset(["a", "an", "the", "and", "or", "of", "in", "on", "for", "to", "with", "at", "by", "from", "set"])
_DENIED = re.compile(r"(?:不含|不带|无|非|替代|适用|\bfor|\bwithout|\bno|\bnot|\bfits) ?(?:\w+ ){0,2}$", re.I)
_SMALL = 3  # letters of a word that stays as it is when a shouted name is written quietly
_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, kw_only=True)
class Thing:
    """What every sentence may speak of; `noun` and `brand` are empty where the row does not bear them out."""

    product: Product
    title: Fact
    name: str  # in quotes
    brand: Fact | None
    noun: str
    noun_fact: Fact | None

    @property
    def several(self) -> bool:
        """Whether English speaks of it in the plural: headphones."""
        last = re.split(r"[ -]", self.noun)[-1]
        ends = last.endswith("s") and not last.endswith(("ss", "us", "is")) and last.isascii() and last.isalpha()
        return ends and not is_mass(self.noun) and plural(last) == last

    @property
    def uncounted(self) -> bool:
        """Whether English gives it no article: tea."""
        return bool(self.noun) and is_mass(self.noun)


def thing_of(product: Product, *, at: datetime, language: str) -> Thing:
    """The thing of a row, in that language. In a Chinese sentence any brand stands as it is; in an English one no Chinese one."""
    [title] = gather(product, TITLE, at=at, language=language)
    brand = next(iter(gather(product, BRAND, at=at, language=language)), None)
    if brand and (len(brand.printed) > BRAND_LENGTH or _LOUD.search(brand.printed)):
        brand = None
    if brand and language == "en" and is_chinese(brand.printed):
        brand = None
    noun, noun_fact = _noun(product, language)
    name = quoted(_quiet(title.printed))
    return Thing(product=product, title=title, name=name, brand=brand, noun=noun, noun_fact=noun_fact)


def _quiet(title: str) -> str:
    """The title without what shouts: tags in front, everything from a phone number or a row of marks on, capitals."""
    plain = _TAGGED.sub("", title) or title
    loud = _LOUD.search(plain)
    if loud and loud.start() > 1:
        plain = plain[: loud.start()].rstrip(" ,;:-–|/，、：")
    if not plain.isupper() or not plain.isascii():
        return plain
    return " ".join(map(_quiet_word, plain.split()))


def _quiet_word(word: str) -> str:
    if word.casefold() in _LITTLE:
        return word.lower()
    return word.capitalize() if len(word) > _SMALL and word.replace("'", "").isalpha() else word


def _noun(product: Product, language: str) -> tuple[str, Fact | None]:
    """The longest name of its kind that the row itself uses: a kind that was only guessed is not told."""
    concept = thesaurus().types.get(product.product_type)
    phrases = concept.phrases.get(language, ()) if concept else ()
    for phrase in sorted(phrases, key=len, reverse=True):
        said = _as_said(phrase, product, language)
        found = passage(product, said) if said else None
        if found is not None:
            return (cased(said) if language == "en" else said), found
    return "", None


def _as_said(phrase: str, product: Product, language: str) -> str:
    """The phrase, in the number that the title has it in; "" where it stands in no title or category, or is denied there."""
    singular = phrase.removesuffix("s") if language == "en" and not phrase.endswith("ss") else phrase
    for text in (clean(product.title_in(language)), *map(clean, product.category)):
        for form in dict.fromkeys((phrase, singular)):
            start = place(text, form)
            exact = start >= 0 and text[start : start + len(form)].casefold() == form.casefold()
            ends = language == "zh" or not text[start + len(form) : start + len(form) + 1].isalpha()
            if exact and ends and form[-1:].isalpha() and len(form) > 1 and not _DENIED.search(text[:start]):
                return form
    return ""


@dataclass(kw_only=True)
class Writing:
    """A description as it comes about; what was told is taken from the pool."""

    thing: Thing
    brief: Brief
    pool: list[Telling]
    rng: random.Random
    statements: list[Statement] = field(default_factory=list)
    cited: list[Fact] = field(default_factory=list)  # by the sentence under way
    used: set[str] = field(default_factory=set)  # wordings, so that none is said twice
    named: bool = False

    @classmethod
    def of(cls, thing: Thing, tellings: Sequence[Telling], brief: Brief, *, variant: int) -> "Writing":
        """The same product, brief and variant give the same text."""
        rng = random.Random(f"{thing.product.id}|{brief.seed}|{brief.tone}|{brief.audience}|{variant}")
        own = [it for it in tellings if "_" in it.name or it.name != thing.noun]
        first = sorted(own[: FACTS[brief.length]], key=lambda it: -it.weight + rng.uniform(0, SHUFFLE))
        return cls(thing=thing, brief=brief, pool=first, rng=rng)

    @property
    def full(self) -> bool:
        """Whether nothing may or can be added."""
        return not self.pool or not self._room

    @property
    def _room(self) -> bool:
        return len(self.statements) < SENTENCES[self.brief.length][1]

    def ends_with_name(self) -> bool:
        """Whether the name comes last, by chance: where it was not said and there is room."""
        return not self.named and self._room and self.rng.random() < NAMED_SHARE

    def cite(self, *facts: Fact | None) -> None:
        """What the sentence under way rests on."""
        self.cited += filter(None, facts)

    def take(self, telling: Telling) -> Telling:
        """Out of the pool into the sentence under way: it is told once."""
        self.pool.remove(telling)
        self.cite(*telling.facts)
        return telling

    def pick(self, wordings: Sequence[str]) -> str:
        """One that was not used yet, where there is one."""
        chosen = self.rng.choice([wording for wording in wordings if wording not in self.used] or list(wordings))
        self.used.add(chosen)
        return chosen

    def question(self) -> str:
        """What the audience is asked in front, in the description's language; most are asked nothing."""
        asks = tables()["audience"][self.brief.audience_key].get(self.brief.language, ())
        return self.rng.choice(asks) if asks else ""

    def say(self, text: str) -> None:
        """One more statement, on what it has cited."""
        told = tuple({(fact.field, fact.printed): fact for fact in self.cited}.values()) or (self.thing.title,)
        self.statements.append(Statement(text=text, product=self.thing.product, facts=told))
        self.cited.clear()


def places(wording: str) -> set[str]:
    """The names in braces."""
    return set(_PLACE.findall(wording))


def fill(wording: str, values: dict[str, str]) -> str:
    """The places filled in one pass: what a value says is never read as a place."""
    return _PLACE.sub(lambda match: values.get(match[1], ""), wording)
