"""The words that no phrase explains: a requirement where the catalogue knows them, else something to search for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from daogou.ask.chunks import Chunk
from daogou.ask.cues import Cue
from daogou.ask.lexicon import Lexicon
from daogou.ask.values import in_text
from daogou.shop.need import Constraint, Notice, Operator
from daogou.text.words import cut


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
) -> Features:
    """The words at these places as constraints.

    `required` are the places beside a kind of thing: there a word that the catalogue knows must be met.
    """
    constraints: list[Constraint] = []
    notices: list[Notice] = []
    for place in places:
        word = chunks[place].text
        operator = Operator.IS_NOT if place in negated else Operator.IS
        forms = known_forms(word, lexicon)
        wanted = place in required or operator is Operator.IS_NOT or _demanded(chunks, place)
        if forms and wanted:
            constraints += [in_text(form, operator, word) for form in forms]
        elif not forms and wanted and operator is Operator.IS and len(word) > 1 and not _model(word):
            notices.append(Notice(code="unknown_value", params={"value": word}))
    return Features(constraints=tuple(constraints), notices=tuple(notices))


def known_forms(word: str, lexicon: Lexicon) -> list[tuple[str, ...]]:
    """How the catalogue's titles write a word; a Chinese compound may be known by its parts; empty: not at all."""
    if len(word) == 1:
        return []  # a single character stands in too many words
    forms = lexicon.forms(word)
    if forms:
        return [forms]
    return [] if word.isascii() else _parts(word, lexicon)


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


def _model(word: str) -> bool:
    """A model's number may stand where no title has it; searching will tell."""
    return any(character.isdigit() for character in word)


def _demanded(chunks: Sequence[Chunk], place: int) -> bool:
    return any(chunk.has(Cue.WITH) for chunk in chunks[max(0, place - 2) : place])
