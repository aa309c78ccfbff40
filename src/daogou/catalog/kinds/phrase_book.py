"""The names of types, laid out for finding them in titles: the thesaurus's, and phrases that only this catalogue knows."""

import functools
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from daogou.catalog.matching.wording import plain_letters
from daogou.text.heads import WORD
from daogou.text.thesaurus import thesaurus
from daogou.text.words import is_chinese, normalize
from daogou.text.words import stem as plain_stem

Stems: TypeAlias = tuple[str, ...]
K = TypeVar("K", Stems, str)
V = TypeVar("V", Stems, str)

stem = functools.lru_cache(maxsize=100_000)(plain_stem)


@dataclass(frozen=True, kw_only=True)
class PhraseBook:
    """Names of types -> the keys that have that name. English names are stemmed words, Chinese ones are strings."""

    english: Mapping[Stems, tuple[str, ...]]
    english_by_end: Mapping[str, tuple[Stems, ...]]  # a name's last word -> the names
    lines: Mapping[Stems, tuple[str, ...]]  # product lines, English
    line_ends: frozenset[str]  # their last words
    chinese: Mapping[str, tuple[str, ...]]
    chinese_lines: Mapping[str, tuple[str, ...]]
    contexts: Mapping[str, frozenset[str]]  # type key -> words of a title that speak for it
    chinese_contexts: tuple[str, ...]  # the Chinese words among them
    longest: int  # English words in the longest name
    longest_chinese: int  # characters


@functools.cache
def phrase_book() -> PhraseBook:
    """Of the thesaurus that comes with the package."""
    types = thesaurus().types
    named = [
        (language, phrase, key)
        for key, concept in types.items()
        for language, phrases in concept.phrases.items()
        for phrase in phrases
    ]
    english = _index((tuple(stems_of(phrase)), key) for language, phrase, key in named if language != "zh")
    chinese = _index((plain_letters(normalize(phrase)), key) for language, phrase, key in named if language == "zh")
    lines = [(plain_letters(normalize(line)), key) for key, concept in types.items() for line in concept.lines]
    english_lines = _index((tuple(stems_of(line)), key) for line, key in lines if not is_chinese(line))
    return PhraseBook(
        english=english,
        english_by_end=_index((name[-1], name) for name in english if name),
        lines=english_lines,
        line_ends=frozenset(line[-1] for line in english_lines),
        chinese=chinese,
        chinese_lines=_index((line, key) for line, key in lines if is_chinese(line)),
        contexts={
            key: frozenset(
                word for text in concept.context for word in ([text] if is_chinese(text) else stems_of(text))
            )
            for key, concept in types.items()
            if concept.context
        },
        chinese_contexts=tuple({word for concept in types.values() for word in concept.context if is_chinese(word)}),
        longest=max(len(stems) for stems in english),
        longest_chinese=max(len(phrase) for phrase in chinese),
    )


def stems_of(text: str) -> list[str]:
    """The words of a normalised text, stemmed, in order: "USB-Cables 2.0" -> usb, cable, 2.0."""
    return [stem(word) for word in WORD.findall(plain_letters(normalize(text)))]


def choose(keys: Sequence[str], around: Iterable[str], prior: Mapping[str, float]) -> str:
    """Of the types that share a name, the one that the words around it speak for; `prior` breaks ties."""
    if len(keys) == 1:
        return keys[0]
    words, contexts = set(around), phrase_book().contexts
    return max(keys, key=lambda key: (len(contexts.get(key, frozenset()) & words), prior.get(key, 0.0)))


def _index(pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    index: dict[K, dict[V, None]] = {}
    for phrase, key in pairs:
        if phrase:
            index.setdefault(phrase, {})[key] = None
    return {phrase: tuple(keys) for phrase, keys in index.items()}


FEWEST = 3  # titles that a phrase must end
FEWEST_SINGLE = 5  # the same for a single word
LONGEST = 3
HEADWARDS = 0.5  # share of a single word's uses that must stand at the end of a noun phrase
SPECIFIC = 0.25  # a longer phrase wins where it makes up this share of its shorter ending


Tail: TypeAlias = tuple[Stems, str]  # the noun phrase of a title that no known name was found in, and whose brand it is


def mine(tails: Sequence[Tail], *, plain: Collection[str], word_uses: Counter[str]) -> dict[Stems, int]:
    """Phrases of up to three words that end several noun phrases, under several brands, with their counts.

    `plain` words (colours, materials, brands) end no phrase; `word_uses` counts each word over all titles.
    """
    ends: Counter[Stems] = Counter()
    brands: defaultdict[Stems, set[str]] = defaultdict(set)
    for words, brand in tails:
        for size in range(1, min(LONGEST, len(words)) + 1):
            ends[words[-size:]] += 1
            brands[words[-size:]].add(brand)
    several_brands = len({brand for _, brand in tails}) > 1
    return {
        phrase: count
        for phrase, count in ends.items()
        if count >= (FEWEST if len(phrase) > 1 else FEWEST_SINGLE)
        and not any(word in plain for word in (phrase[0], phrase[-1]))
        and len(phrase[-1]) > 2
        and (len(brands[phrase]) > 1 or not several_brands)
        and (len(phrase) > 1 or count >= HEADWARDS * word_uses[phrase[0]])
    }


def longest_mined(words: Stems, mined: dict[Stems, int]) -> Stems:
    """The most specific mined phrase that ends a noun phrase; empty if none does."""
    best: Stems = ()
    for size in range(1, LONGEST + 1):
        phrase = words[-size:]
        if len(phrase) == size and phrase in mined and mined[phrase] >= SPECIFIC * mined.get(best, 0):
            best = phrase
    return best
