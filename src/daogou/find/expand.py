"""From what the shopper said to what is searched: compounds, synonyms, and the catalogue's language.

"head set" also looks for headset, "laptop" for notebook where that is the catalogue's word, and 蓝牙音箱 for a bluetooth
speaker in an English catalogue.
"""

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from types import MappingProxyType

from daogou.catalog.matching.matching import OWN
from daogou.catalog.matching.wording import plain_letters
from daogou.catalog.products.need import CATEGORY, FITS, MODEL, TEXT, Constraint, Operator, ShopperNeed
from daogou.catalog.products.vocabulary import Vocabulary
from daogou.text.thesaurus import called_otherwise, named_otherwise, thesaurus
from daogou.text.words import cut, is_chinese, language_of, normalize, pairs, segment, stem

LONGEST = 10  # words of English, characters of Chinese

_PIECES = re.compile(r"[\u3400-\u9fff]|[^\s\u3400-\u9fff]+")
_SPACES_WITHIN = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")

Phrases = Mapping[str, tuple[str, ...]]  # of one concept, by language


def translate(text: str, language: str) -> str:
    """The phrases that the thesaurus knows, longest first, by their label in that language; the rest stays.

    A type's phrase may say a property as well: 无线鼠标 is a "wireless mouse", not any mouse.
    """
    types, properties = _names(language)
    pieces = _PIECES.findall(plain_letters(text))
    said: list[str] = []
    while pieces:
        length = _longest(pieces, types, properties)
        phrase = _phrase(pieces[:length])
        inner = _inner(pieces[:length], properties) if phrase in types else []
        said += [*inner, types.get(phrase) or properties.get(phrase) or phrase]
        pieces = pieces[length:]
    return _joined(said)


def _longest(pieces: list[str], *tables: Mapping[str, str]) -> int:
    """How many pieces the longest known phrase at the start takes; 1 where none is known."""
    lengths = range(min(LONGEST, len(pieces)), 1, -1)
    return next((n for n in lengths if any(_phrase(pieces[:n]) in table for table in tables)), 1)


def _inner(pieces: list[str], properties: Mapping[str, str]) -> list[str]:
    """The properties that are said inside a phrase; one Chinese character alone may be part of any word."""
    least = 2 if is_chinese(pieces[0]) else 1
    spans = [(start, end) for start in range(len(pieces)) for end in range(start + least, len(pieces) + 1)]
    phrases = [_phrase(pieces[start:end]) for start, end in spans if end - start < len(pieces)]
    return list(dict.fromkeys(properties[phrase] for phrase in phrases if phrase in properties))


def _phrase(pieces: list[str]) -> str:
    """Pieces as they are written: English words apart, Chinese together."""
    return _SPACES_WITHIN.sub("", " ".join(pieces))


def _joined(said: list[str]) -> str:
    """With spaces, but none between pieces of Chinese that stayed as they were."""
    text = "".join(piece if is_chinese(piece) and len(piece) == 1 else f" {piece} " for piece in said)
    return " ".join(text.split())


@functools.cache
def _names(language: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Phrase of another language -> name in this one: of types, and of attributes and their values."""
    words = thesaurus()
    attributes = [concept.phrases for concept in words.attributes.values()]
    values = [concept.phrases for concept in words.values.values()]
    types = [concept.phrases for concept in words.types.values()]
    return _table(types, language), _table([*attributes, *values], language)


def _table(concepts: Iterable[Phrases], language: str) -> Mapping[str, str]:
    return MappingProxyType(
        {
            plain_letters(phrase): phrases[language][0]
            for phrases in concepts
            if phrases.get(language)
            for other in phrases
            if other != language
            for phrase in phrases[other]
        }
    )


OTHER_NAME_WEIGHT = 0.7  # of what titles call a thing that none calls so
SYNONYM_WEIGHT = 0.1  # of a word that the shopper did not say; chosen in docs/experiments.md
REFUSED_WEIGHT = 0.5  # of what is refused: the rows that say "free of it" name it; those that have it go later
PAIR_WEIGHT = 0.3  # of two Chinese characters that jieba cuts no word of (benchmarks/chinese_words.py)
_APART = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")  # Chinese is written without spaces
LEAST_PRODUCTS = 2  # that a compound or synonym must stand in: once may be a typo


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What to search for: weighted words for the text index, a text for the encoders."""

    words: Mapping[str, float]
    text: str
    foreign: str = ""  # the same as the shopper said it, where that is in another language than the catalogue's


def wording(need: ShopperNeed, vocabulary: Vocabulary) -> Wording:
    """The query and the wishes in a language of the catalogue; the category's name where there is no query."""
    language = vocabulary.languages[0]
    query = _in_language(normalize(need.query), need, vocabulary) or _labels(need, vocabulary)
    text = _APART.sub("", " ".join(dict.fromkeys([query, *_wished(need, language)])).strip())
    said = list(dict.fromkeys(cut(text)))
    foreign = _foreign(need, vocabulary)
    typed = _typed(need, vocabulary)
    words = dict.fromkeys(cut(" ".join(_refused(need))), REFUSED_WEIGHT)
    words |= dict.fromkeys(pairs(text), PAIR_WEIGHT)
    words |= dict.fromkeys(_otherwise(need, text, vocabulary, foreign=bool(foreign)), OTHER_NAME_WEIGHT)
    words |= dict.fromkeys(_synonym(need, said, vocabulary), SYNONYM_WEIGHT)
    words |= {word: 1.0 for word in cut(typed) if word in vocabulary.words}
    words |= dict.fromkeys([*said, *_compounds(said, vocabulary)], 1.0)
    if foreign:
        words = _standing(words, need, vocabulary)
    return Wording(words=words, text=typed or text, foreign=foreign)


def _standing(words: Mapping[str, float], need: ShopperNeed, vocabulary: Vocabulary) -> dict[str, float]:
    """A question in another language by its translation, and those of its own words that titles have or nothing stands for.

    A thing would else count twice, and one of the two is in no title.
    """
    known, language = vocabulary.words, vocabulary.languages[0]
    kept = {word: weight for word, weight in words.items() if word in known or language_of(word) == language}
    rest = normalize(need.query)
    for name in named_otherwise(rest, vocabulary.other_names):
        rest = rest.replace(name, " ")
    unknown = [word for word in segment(rest) if word[0].isalnum() and word not in known]
    return kept | {word: 1.0 for word in unknown if not any(each in known for each in cut(translate(word, language)))}


def _otherwise(need: ShopperNeed, text: str, vocabulary: Vocabulary, *, foreign: bool) -> list[str]:
    """Words of titles for what no title calls so: of each name in another language, of the noun alone in this one."""
    known = vocabulary.other_names
    found = named_otherwise(text, known).values() if foreign else (called_otherwise(need.thing, known),)
    words = (word for names in found for name in names for word in cut(name))
    return [word for word in words if word in vocabulary.words]


def _typed(need: ShopperNeed, vocabulary: Vocabulary) -> str:
    """A message of names alone as it is: 爱的教育 is a title, though 的 by itself says nothing."""
    message = normalize(need.typed) if need.bare else ""
    spoken = language_of(message, default=vocabulary.languages[0])
    return _APART.sub("", message) if spoken in vocabulary.languages else ""


def _foreign(need: ShopperNeed, vocabulary: Vocabulary) -> str:
    query = normalize(need.query)
    spoken = language_of(query, default=vocabulary.languages[0])
    return "" if spoken in vocabulary.languages else " ".join(dict.fromkeys([query, *_wished(need, spoken)])).strip()


def _in_language(query: str, need: ShopperNeed, vocabulary: Vocabulary) -> str:
    """The query as it is where the catalogue speaks its language; else also translated, with the category's name.

    The shopper's own words stay: a merchant may have translated some titles.
    """
    language = vocabulary.languages[0]
    if language_of(query, default=language) in vocabulary.languages:
        return query
    return " ".join(dict.fromkeys(f"{query} {translate(query, language)} {_labels(need, vocabulary)}".split()))


def _labels(need: ShopperNeed, vocabulary: Vocabulary) -> str:
    """The category's name, and the one that this catalogue prefers: 笔记本电脑 is a laptop, but here a notebook."""
    label = " ".join(thesaurus().type_label(key, vocabulary.languages[0]) for key in need.category[:1])
    return " ".join(dict.fromkeys([label, " ".join(_synonym(need, cut(label), vocabulary))])).strip()


def _stands_in_titles(wish: Constraint) -> bool:
    """An amount or a model as it was said: 64 oz, 24v; what it costs is in no title."""
    amount = isinstance(wish.value, Decimal) and wish.attribute not in OWN
    return wish.operator is not Operator.IS_NOT and (amount or wish.attribute in (MODEL, FITS))


def _wished(need: ShopperNeed, language: str) -> list[str]:
    """The texts that the shopper wants, so that a product which says them is found first."""
    wanted = [c for c in need.constraints if c.operator is Operator.IS and c.attribute != CATEGORY]
    texts = [text for constraint in wanted for text in _texts(constraint, language)]
    texts += [c.said for c in need.constraints if _stands_in_titles(c)]
    soft = [translate(text, language) for text in (need.purpose, need.recipient) if text]
    return [text for text in (*texts, *soft) if text.casefold() not in need.query.casefold()]


def _refused(need: ShopperNeed) -> list[str]:
    """What is refused, and the words that say it is not there."""
    refused = [c for c in need.constraints if c.operator is Operator.IS_NOT and c.attribute == TEXT]
    return [text for c in refused for text in (*c.texts, *c.absent)]


def _texts(constraint: Constraint, language: str) -> tuple[str, ...]:
    if not isinstance(constraint.value, str | tuple):
        return ()
    return tuple(thesaurus().value_label(constraint.attribute, value, language) for value in constraint.texts[:1])


def _compounds(said: list[str], vocabulary: Vocabulary) -> list[str]:
    """Neighbouring words that the catalogue writes as one: head set -> headset."""
    joined = (stem(left + right) for left, right in pairwise(said))
    return [word for word in joined if vocabulary.words.get(word, 0) >= LEAST_PRODUCTS]


def _synonym(need: ShopperNeed, said: list[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    """The words of the catalogue's commonest other name for the category; a name that shares a word says no more."""
    concept = thesaurus().types.get(need.category[0]) if need.category else None
    if concept is None:
        return ()
    stems = {stem(word) for word in said}
    names = [tuple(cut(name)) for name in concept.phrases[vocabulary.languages[0]]]
    others = [name for name in names if not stems & {stem(word) for word in name}]
    best = max(others, key=lambda name: _products(name, vocabulary), default=())
    return best if _products(best, vocabulary) >= LEAST_PRODUCTS else ()


def _products(name: Iterable[str], vocabulary: Vocabulary) -> int:
    """In how many titles the name can stand at most."""
    return min((vocabulary.words.get(word, 0) for word in name), default=0)
