"""The words that no phrase explains: a requirement where the catalogue knows them, else something to search for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from daogou.ask.lexicon import Lexicon
from daogou.ask.tokens.chunks import Chunk
from daogou.ask.tokens.cues import Cue
from daogou.ask.wishes.values import FEELINGS, in_text
from daogou.catalog.products.need import Constraint, Notice, Operator, Strength
from daogou.text.words import cut, stem

_SHORTEST_NOUN = 4
# What a gift is packed in is no part of it: a wish.
_PACKING = frozenset(["礼盒", "礼盒装", "礼包", "大礼包", "hamper"])


@dataclass(frozen=True, kw_only=True)
class Features:
    """Requirements on the text, and notices about words that the catalogue does not know."""

    constraints: tuple[Constraint, ...] = ()
    notices: tuple[Notice, ...] = ()


def features(
    chunks: Sequence[Chunk],
    places: Sequence[int],
    *,
    negated: Collection[int],
    required: Collection[int],
    lexicon: Lexicon,
    answers: bool = False,
) -> Features:
    """The words at these places as constraints.

    `answers` says that these words are all that was said. `required` are the places beside a kind of thing: there a word that the catalogue knows must be met.
    """
    constraints: list[Constraint] = []
    notices: list[Notice] = []
    for place in places:
        word = chunks[place].text
        operator = Operator.IS_NOT if place in negated else Operator.IS
        forms = known_forms(word, lexicon)
        wanted = place in required or operator is Operator.IS_NOT or _demanded(chunks, place)
        if forms and wanted:
            found = [in_text(form, operator, word) for form in forms]
            soft = operator is Operator.IS and (word in FEELINGS or (word in _PACKING and not answers))
            constraints += [replace(c, strength=Strength.PREFER) for c in found] if soft else found
        elif not forms and wanted and operator is Operator.IS and len(word) > 1:
            notices.append(Notice(code="unknown_value", params={"value": word}))
    return Features(constraints=tuple(constraints), notices=tuple(notices))


def known_forms(word: str, lexicon: Lexicon) -> list[tuple[str, ...]]:
    """How the catalogue's titles write a word; a Chinese compound may be known by its parts; empty: not at all."""
    if len(word) == 1:
        return []  # a single character stands in too many words
    forms = tuple(form for name in (word, *_participles(word)) for form in lexicon.forms(name))
    if forms:
        return [tuple(dict.fromkeys((word, *forms)))]
    return [] if word.isascii() else _parts(word, lexicon)


def _participles(word: str) -> tuple[str, ...]:
    """What has it: hood -> hooded, stripes -> striped, pockets -> pocketed."""
    base = stem(word)
    if not base.isascii() or not base.isalpha() or len(base) < _SHORTEST_NOUN or base.endswith("ed"):
        return ()
    return (base + "d",) if base.endswith("e") else (base + "ed",)


def _parts(word: str, lexicon: Lexicon) -> list[tuple[str, ...]]:
    """The known words that a Chinese compound is made of, none overlapping: 礼盒装 is 礼盒 and no 盒装."""
    found: list[tuple[str, ...]] = []
    end = 0
    for part in cut(word):
        start = word.find(part, end)
        if start >= 0 and 1 < len(part) < len(word) and (forms := lexicon.forms(part)):
            found.append(forms)
            end = start + len(part)
    return found


def _demanded(chunks: Sequence[Chunk], place: int) -> bool:
    return any(chunk.has(Cue.WITH) for chunk in chunks[max(0, place - 2) : place])
