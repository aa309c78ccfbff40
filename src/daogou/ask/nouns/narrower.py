"""Names that say more than the kind they are filed under: an iPhone is not just any phone, a straw hat not any hat."""

from collections.abc import Iterable

from daogou.ask.lexicon import Lexicon
from daogou.ask.tokens.chunks import Chunk
from daogou.ask.tokens.phrases import Kind
from daogou.ask.wishes.values import in_text
from daogou.catalog.products.need import Constraint, Operator

_MOST_TITLES = 0.8  # a word in nearly every title of a kind is the kind's name


def line(chunk: Chunk, lexicon: Lexicon) -> list[Constraint]:
    """A product line that the catalogue files under one kind: an iPhone is not just any phone."""
    meaning = chunk.means(Kind.TYPE)[0]
    forms = lexicon.forms(chunk.text)
    named = any(chunk.text in value.split() for value in meaning.values)
    if meaning.concept in lexicon.thesaurus.types or named or len(meaning.values) != 1 or chunk.end - chunk.start > 1:
        return []
    known = chunk.text.isascii() and 0 < _titles(forms, lexicon) < _MOST_TITLES * meaning.count
    return [in_text(forms, Operator.IS, chunk.text)] if known else []


def _titles(forms: Iterable[str], lexicon: Lexicon) -> int:
    return sum(lexicon.vocabulary.words.get(form, 0) for form in forms)
