"""Names that say more than the kind they are filed under: an iPhone is not just any phone, a straw hat not any hat."""

from collections.abc import Collection, Iterable

from daogou.ask.lexicon import Lexicon
from daogou.ask.tokens.chunks import Chunk
from daogou.ask.tokens.phrases import Kind, keys_of
from daogou.ask.wishes.values import in_text
from daogou.catalog.products.need import Constraint, Operator
from daogou.text.words import stem

_MOST_TITLES = 0.8  # a word in nearly every title of a kind is the kind's name
_TELLING_SHARE = 0.5  # a word in more titles than this share of the kind's tells nothing within the kind
_FEWEST_TITLES = 2


def line(chunk: Chunk, lexicon: Lexicon) -> list[Constraint]:
    """A product line that the catalogue files under one kind: an iPhone is not just any phone."""
    meaning = chunk.means(Kind.TYPE)[0]
    forms = lexicon.forms(chunk.text)
    named = any(chunk.text in value.split() for value in meaning.values)
    if meaning.concept in lexicon.thesaurus.types or named or len(meaning.values) != 1 or chunk.end - chunk.start > 1:
        return []
    known = chunk.text.isascii() and 0 < _titles(forms, lexicon) < _MOST_TITLES * meaning.count
    return [in_text(forms, Operator.IS, chunk.text)] if known else []


def head_of_compound(chunk: Chunk, category: Collection[str], lexicon: Lexicon) -> list[Constraint]:
    """The noun that a compound's kind does not go by: a backpack for a laptop is filed under laptop bags."""
    if not category or not chunk.text.isascii() or any(set(m.values) & set(category) for m in chunk.means(Kind.TYPE)):
        return []
    count = sum(lexicon.types.get(key, 0) for key in category)
    named = any(stem(chunk.text) in keys_of(key) for key in category)
    titles = _titles(lexicon.forms(chunk.text), lexicon)
    if named or not _FEWEST_TITLES <= titles <= _TELLING_SHARE * count:
        return []
    return [in_text(lexicon.forms(chunk.text), Operator.IS, chunk.text)]


def unfiled(chunk: Chunk, lexicon: Lexicon) -> list[Constraint]:
    """A kind that no product was filed under, though titles speak of it: its words are required instead."""
    if any(meaning.values for meaning in chunk.means(Kind.TYPE)):
        return []
    forms = [lexicon.forms(word) for word in _own_words(chunk, lexicon)]
    return [in_text(form, Operator.IS, chunk.text) for form in forms] if all(forms) else []


def broader_kinds(chunk: Chunk, lexicon: Lexicon) -> tuple[str, ...]:
    """The kinds of the shop that a kind which nothing is filed under belongs to, where titles have its own words:
    the hats, for a straw hat.
    """
    concepts = [m.concept for m in chunk.means(Kind.TYPE) if m.concept and not m.values]
    if not concepts or not all(lexicon.forms(word) for word in _own_words(chunk, lexicon)):
        return ()
    broader = lexicon.thesaurus.types[concepts[0]].broader
    while broader:
        if kinds := tuple(kind for kind in lexicon.thesaurus.narrower(broader) if kind in lexicon.types):
            return kinds
        broader = lexicon.thesaurus.types[broader].broader
    return ()


def _own_words(chunk: Chunk, lexicon: Lexicon) -> list[str]:
    """The words of a kind's name, without those of what it is a kind of."""
    if not chunk.text.isascii():
        return [chunk.text]
    broader = [lexicon.thesaurus.types[m.concept].broader for m in chunk.means(Kind.TYPE) if m.concept]
    shared = {key for name in broader for key in keys_of(name)}
    return [key for key in keys_of(chunk.text) if key not in shared] or [chunk.text]


def _titles(forms: Iterable[str], lexicon: Lexicon) -> int:
    return sum(lexicon.vocabulary.words.get(form, 0) for form in forms)
