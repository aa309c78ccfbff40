"""Names that say more than the kind they are filed under: an iPhone is not just any phone, a straw hat not any hat."""

import re
from collections.abc import Collection, Iterable

from daogou.ask.chunks import Chunk
from daogou.ask.features import known_forms
from daogou.ask.lexicon import Lexicon
from daogou.ask.meanings import Kind, Meaning
from daogou.ask.phrases import keys_of
from daogou.ask.values import in_text
from daogou.shop.need import Constraint, Operator
from daogou.text.normalize import is_chinese
from daogou.text.thesaurus import TypeConcept
from daogou.text.words import stem

# The thesaurus' kinds of food are broad; their further names are narrower things (crab is filed under seafood).
_BROAD_DEPARTMENTS = ("food",)
_GIFT_PACK = re.compile(r"(?:大?礼[盒包]|组合|套装)$| gift (?:box|set)$")
_MOST_TITLES = 0.8  # a word in nearly every title of a kind is the kind's name
_TELLING_SHARE = 0.5  # a word in more titles than this share of the kind's tells nothing within the kind
_FEWEST_TITLES = 2
# Say nothing that the kind does not say by itself: a mobile phone, a facial cleanser.
_EMPTY_WORDS = (
    "mobile cell cellular personal digital electronic electric computer pc office home household face facial"
    " skin hair body standard regular normal wet data video audio"
)
_EMPTY = frozenset(_EMPTY_WORDS.split())


def narrower(chunk: Chunk, lexicon: Lexicon) -> list[Constraint]:
    """What a name requires beyond its kind, as words of the text; empty where it says no more than the kind."""
    meaning = chunk.means(Kind.TYPE)[0]
    concept = lexicon.thesaurus.types.get(meaning.concept)
    if not meaning.values or any(chunk.text in value.split() for value in meaning.values):
        return []
    if concept is None:
        return _line(chunk, meaning, lexicon)
    group = _group(chunk, concept)
    if group and _titles(group, lexicon) < _MOST_TITLES * meaning.count:
        return _required(chunk, group, concept, lexicon)
    if concept.department in _BROAD_DEPARTMENTS:
        return [in_text(_forms(chunk, lexicon), Operator.IS, chunk.text)] if _further(chunk, concept) else []
    if chunk.text.isascii():
        words = _qualifiers(chunk, concept)
        return [in_text(lexicon.forms(w), Operator.IS, w) for w in words if _tells(w, meaning, lexicon)]
    telling = _further(chunk, concept) and concept.department == "beauty" and _tells(chunk.text, meaning, lexicon)
    return [in_text(_forms(chunk, lexicon), Operator.IS, chunk.text)] if telling else []


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


def nowhere(chunk: Chunk, lexicon: Lexicon) -> bool:
    """Whether a narrower name is in no title: who sells fruit tea sells no bananas."""
    concept = lexicon.thesaurus.types.get(chunk.means(Kind.TYPE)[0].concept)
    spoken = ("zh" if is_chinese(chunk.text) else "en") in lexicon.vocabulary.languages
    filed = concept is not None and concept.department in _BROAD_DEPARTMENTS
    return spoken and filed and bool(narrower(chunk, lexicon)) and not known_forms(chunk.text, lexicon)


def _group(chunk: Chunk, concept: TypeConcept) -> tuple[str, ...]:
    """The names of the kind that mean just what was said, where that is narrower than the kind."""
    said = keys_of(chunk.text)
    return next((group for group in concept.groups if any(keys_of(name) == said for name in group)), ())


def _required(chunk: Chunk, group: tuple[str, ...], concept: TypeConcept, lexicon: Lexicon) -> list[Constraint]:
    """Each word of an English name beside the kind's own, wherever it stands; else any of the names as a whole."""
    kind = keys_of(concept.phrases["en"][0])
    words = [word for word in chunk.text.split() if stem(word) not in kind]
    if " " in chunk.text and chunk.text.isascii() and words and all(map(lexicon.forms, words)):
        return [in_text(lexicon.forms(word), Operator.IS, word) for word in words]
    names = tuple(dict.fromkeys(form for name in (chunk.text, *group) for form in lexicon.forms(name) or (name,)))
    known = [name for name in names if any(map(lexicon.forms, name.split()))]
    return [in_text(names, Operator.IS, chunk.text)] if known else []


def _further(chunk: Chunk, concept: TypeConcept) -> bool:
    """Whether it is one of the further names of a kind, and none of its labels."""
    labels = {concept.key, *(phrases[0] for phrases in concept.phrases.values() if phrases)}
    name = _GIFT_PACK.sub("", chunk.text)
    return name not in labels and stem(name) not in labels


def _forms(chunk: Chunk, lexicon: Lexicon) -> tuple[str, ...]:
    return lexicon.forms(chunk.text) or (chunk.text,)


def _qualifiers(chunk: Chunk, concept: TypeConcept) -> tuple[str, ...]:
    """The words of a name before another name of the same kind: the straw of "straw hat"."""
    keys = keys_of(chunk.text)
    names = {keys_of(name) for name in (concept.key, *concept.phrases.get("en", ()))}
    for start in range(1, len(keys)):
        if keys[start:] in names:
            return keys[:start]
    return ()


def _tells(word: str, meaning: Meaning, lexicon: Lexicon) -> bool:
    """Whether some titles of the kind have the word and others don't."""
    if word in _EMPTY or (word.isascii() and lexicon.meanings(word, Kind.TYPE)):
        return False
    return _FEWEST_TITLES <= _titles(lexicon.forms(word), lexicon) <= _TELLING_SHARE * meaning.count


def _titles(forms: Iterable[str], lexicon: Lexicon) -> int:
    return sum(lexicon.vocabulary.words.get(form, 0) for form in forms)


def _line(chunk: Chunk, meaning: Meaning, lexicon: Lexicon) -> list[Constraint]:
    """A product line that the catalogue files under one kind."""
    forms = lexicon.forms(chunk.text)
    if chunk.end - chunk.start > 1 or not chunk.text.isascii() or not forms or len(meaning.values) != 1:
        return []
    known = _titles(forms, lexicon) < _MOST_TITLES * meaning.count
    return [in_text(forms, Operator.IS, chunk.text)] if known else []
