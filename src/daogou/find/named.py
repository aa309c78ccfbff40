"""Where no kind of product was recognised: which products does the query name at all?

Vectors always find a nearest neighbour. Who asks for a flight to Rome in a shop for cables should not be shown the cable
that comes closest to it.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from itertools import pairwise

from daogou.find.translate import translate
from daogou.ports import SearchIndex
from daogou.shop.letters import plain_letters
from daogou.shop.need import Constraint, Operator, ShopperNeed
from daogou.shop.vocabulary import Vocabulary
from daogou.text.normalize import is_chinese, language_of
from daogou.text.words import cut, segment, stem

STATED = {"title": 1.0, "kind": 1.0, "attributes": 1.0}  # what a product is called; a description speaks of much else
TOLD_WEIGHT = 0.5  # of a word that only the description has
LEAST_SHARE = 0.5  # of the weight of the query's words: more than this must stand in a product
STORY = 4  # words from which on a query describes rather than names
LEAST_SHARE_OF_STORY = 0.2
MOST_ROWS = 1_000  # looked at for one word
_LITTLE = frozenset(resources.files("daogou.find").joinpath("little_words.txt").read_text(encoding="utf-8").split())


def named(need: ShopperNeed, musts: Sequence[Constraint], index: SearchIndex) -> frozenset[str] | None:
    """The ids of the products that the query names, of those that pass the musts; None where that is no question.

    It is none where a kind, a brand or a property was understood, or where nothing is said beside numbers.
    """
    if need.category or need.like or need.purpose or need.recipient or any(map(_worded, need.constraints)):
        return None
    words = _content(need.query, index.vocabulary)
    if not words:
        return None
    shares: defaultdict[str, float] = defaultdict(float)
    for word, weight in words.items():
        for product_id, share in _saying([*cut(word), *_joined(word, words)], musts, index).items():
            shares[product_id] += weight * share
    return frozenset(product_id for product_id, share in shares.items() if share > _least(len(words)))


def _least(count: int) -> float:
    return LEAST_SHARE if count < STORY else LEAST_SHARE_OF_STORY


def _worded(constraint: Constraint) -> bool:
    return constraint.operator is Operator.IS and isinstance(constraint.value, str | tuple | bool)


def _content(query: str, vocabulary: Vocabulary) -> Mapping[str, float]:
    """The telling words of the query in the catalogue's language -> their share of what it tells; rare words tell more."""
    language = vocabulary.languages[0]
    foreign = language_of(query, default=language) not in vocabulary.languages
    text = translate(query, language) if foreign else query
    words = [word for word in _words(text) if word not in _LITTLE and (len(word) > 1 or is_chinese(word))]
    telling = {word: math.log(1 + (vocabulary.product_count + 1) / (_count(word, vocabulary) + 1)) for word in words}
    return {word: weight / sum(telling.values()) for word, weight in telling.items()}


def _words(text: str) -> list[str]:
    """Whole words, none overlapping."""
    folded = plain_letters(text)
    return [word for word in segment(folded) if cut(word)] if is_chinese(folded) else folded.split()


def _count(word: str, vocabulary: Vocabulary) -> int:
    return max(vocabulary.words.get(word, 0), vocabulary.words.get(stem(word), 0))


def _joined(word: str, words: Iterable[str]) -> list[str]:
    """The word as a half of a compound: the head of a "head set" stands in every headset."""
    pairs = pairwise(words)
    return [left + right for left, right in pairs if word in (left, right)]


def _saying(written: Sequence[str], musts: Sequence[Constraint], index: SearchIndex) -> Mapping[str, float]:
    """The products that have a word in one of its writings, with 1 where they are called so, less where told so."""
    told = index.lexical(written, musts=musts, limit=MOST_ROWS)
    stated = index.lexical(written, musts=musts, limit=MOST_ROWS, fields=STATED)
    return {hit.product_id: TOLD_WEIGHT for hit in told} | {hit.product_id: 1.0 for hit in stated}
