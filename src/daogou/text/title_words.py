"""Words that help to find the head noun of a product title; they stand in `title_words.toml`."""

import functools
import re
from dataclasses import dataclass

from daogou.catalog.matching.letters import plain_letters
from daogou.text.lists import table
from daogou.text.normalize import normalize
from daogou.text.thesaurus import thesaurus
from daogou.text.words import stem

_PLAIN_ATTRIBUTES = ("colour", "material", "size", "gender", "age_group", "pattern", "occasion", "season", "flavour")
WORD = re.compile(r"[a-z]+[a-z0-9]*|[0-9]+(?:[.][0-9]+)?[a-z]*")


@dataclass(frozen=True, kw_only=True)
class TitleWords:
    """English words are stemmed."""

    stops: frozenset[str]  # "for", "with": the head noun stands before
    articles: frozenset[str]  # a new noun phrase begins behind
    containers: frozenset[str]  # "set" in "set of 3 spoons": the head noun stands behind
    heads: frozenset[str]  # "holder": heads a compound
    loose: frozenset[str]  # "original": may stand behind the head noun
    forms: frozenset[str]  # "roll": changes the form, not the kind of thing
    pictures: frozenset[str]  # "design": what stands before it is a picture
    gifts: tuple[str, ...]  # "送": what follows is a present
    sets: tuple[str, ...]  # "套装": several things together
    denials: tuple[str, ...]  # "无": what follows is not in it
    tails: tuple[str, ...]  # "套装": says nothing about the type; longest first


@functools.cache
def title_words() -> TitleWords:
    """Read once."""
    tables = table("title_words.toml")
    english, chinese = tables["english"], tables["chinese"]
    return TitleWords(
        stops=frozenset(_listed(english.get("stops", ""))),
        articles=frozenset(_listed(english.get("articles", ""))),
        containers=frozenset(_listed(english.get("containers", ""))),
        heads=frozenset(stem(word) for word in _listed(english.get("heads", ""))),
        loose=frozenset(stem(word) for word in _listed(english.get("loose", ""))),
        forms=frozenset(stem(word) for word in _listed(english.get("forms", ""))),
        pictures=frozenset(stem(word) for word in _listed(english.get("pictures", ""))),
        gifts=tuple(sorted(_listed(chinese.get("gifts", "")), key=len, reverse=True)),
        sets=tuple(_listed(chinese.get("sets", ""))),
        denials=tuple(_listed(chinese.get("denials", ""))),
        tails=tuple(sorted(_listed(chinese.get("tails", "")), key=len, reverse=True)),
    )


@functools.cache
def plain_words() -> frozenset[str]:
    """Words that name no thing when they stand behind one: colours, materials, sizes, occasions, tastes."""
    phrases = (
        phrase
        for (attribute, _), concept in thesaurus().values.items()
        if attribute in _PLAIN_ATTRIBUTES
        for phrase in concept.phrases["en"]
    )
    return frozenset(stem(word) for phrase in phrases for word in WORD.findall(plain_letters(normalize(phrase))))


def _listed(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
