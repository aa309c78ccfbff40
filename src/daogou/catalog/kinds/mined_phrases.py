"""Names of types that only this catalogue knows: phrases that recur where head nouns stand."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from daogou.catalog.kinds.phrase_book import Stems

FEWEST = 3  # titles that a phrase must end
FEWEST_SINGLE = 5  # the same for a single word
LONGEST = 3
HEADWARDS = 0.5  # share of a single word's uses that must stand at the end of a noun phrase
SPECIFIC = 0.25  # a longer phrase wins where it makes up this share of its shorter ending


@dataclass(frozen=True, kw_only=True)
class Tail:
    """The noun phrase of a title that no known name was found in, and whose brand it is."""

    words: Stems
    brand: str


def mine(tails: Sequence[Tail], *, plain: Collection[str], word_uses: Counter[str]) -> dict[Stems, int]:
    """Phrases of up to three words that end several noun phrases, under several brands, with their counts.

    `plain` words (colours, materials, brands) end no phrase; `word_uses` counts each word over all titles.
    """
    ends, brands = _count(tails)
    several_brands = len({tail.brand for tail in tails}) > 1
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


def _count(tails: Iterable[Tail]) -> tuple[Counter[Stems], dict[Stems, set[str]]]:
    ends: Counter[Stems] = Counter()
    brands: defaultdict[Stems, set[str]] = defaultdict(set)
    for tail in tails:
        for size in range(1, min(LONGEST, len(tail.words)) + 1):
            ends[tail.words[-size:]] += 1
            brands[tail.words[-size:]].add(tail.brand)
    return ends, brands
