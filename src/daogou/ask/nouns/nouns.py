"""What kind of thing is asked for: the head of each noun, and what stands before and after it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from daogou.ask.lexicon import Lexicon
from daogou.ask.tokens.chunks import Chunk, spoken
from daogou.ask.tokens.phrases import Cue, Kind, keys_of
from daogou.ask.wishes.values import in_text
from daogou.catalog.products.need import Constraint, Operator
from daogou.text.words import is_chinese

_FEW_TITLES, _FEW_SHARE = 2, 0.005
_MOST_TITLES = 0.8  # a word in nearly every title of a kind is the kind's name
_SUFFIX_WORDS = (
    "free based proof friendly resistant style like shaped themed inspired scented flavored flavoured flavor"
    " flavour colored coloured print printed powered washable mounted safe 味 风 色 型 式 状"
)
_SUFFIXES = frozenset(_SUFFIX_WORDS.split())


@dataclass(frozen=True, kw_only=True)
class Nouns:
    """The kinds that were asked for; all but `category` and `unsold` are places of chunks.

    `modifiers` are kinds that only describe the head: the laptop of "laptop stand", of "stand for a laptop".
    """

    category: tuple[str, ...] = ()
    heads: tuple[int, ...] = ()
    modifiers: tuple[int, ...] = ()
    complements: tuple[int, ...] = ()  # named after "with" or "for" without being part of the head's name
    unsold: tuple[str, ...] = ()
    excluded: tuple[int, ...] = ()  # kinds that are turned down
    used: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True, kw_only=True)
class _Noun:
    """One noun: its head, the kinds before it, the kinds after "for" and "with"."""

    head: int
    modifiers: tuple[int, ...]
    complements: tuple[int, ...] = ()
    asked: bool
    opened: bool = False  # it stands after a verb like 有, which is no "with" then

    def types(self, chunks: Sequence[Chunk], lexicon: Lexicon) -> tuple[str, ...]:
        """The product types it names: of the head, narrowed to those that what describes it names as well."""
        kinds = types_of(chunks[self.head]) or broader_kinds(chunks[self.head], lexicon)
        for place in (*self.modifiers, *self.complements):
            kinds = _common(kinds, chunks[place]) or kinds
        return kinds

    def loose(self, places: Sequence[int], chunks: Sequence[Chunk]) -> tuple[int, ...]:
        """Those of these places that the product types do not carry already."""
        return tuple(place for place in places if not _common(types_of(chunks[self.head]), chunks[place]))

    def text(self, chunks: Sequence[Chunk]) -> str:
        """The head with the kinds before it, as it was said."""
        start = self.head
        while start - 1 in self.modifiers:
            start -= 1
        return spoken(chunks[start : self.head + 1])


def nouns(chunks: Sequence[Chunk], negated: frozenset[int], lexicon: Lexicon, *, first: bool = True) -> Nouns:
    """The kinds of things in a message; `first` says that nothing was asked for before."""
    chunks = [
        replace(chunk, meanings=tuple(one for one in chunk.meanings if one.kind is not Kind.TYPE))
        if not first and _property(chunks, place)
        else chunk
        for place, chunk in enumerate(chunks)
    ]
    clauses: list[list[int]] = [[]]  # without what is turned down
    for place, chunk in enumerate(chunks):
        if chunk.has(Cue.STOP, Cue.BUT) and not chunk.meanings:
            clauses.append([])
        elif place not in negated:
            clauses[-1].append(place)
    found = [noun for clause in clauses for noun in _nouns(clause, chunks)]
    wanted = [noun for noun in found if noun.asked] or found
    refused = [place for place in sorted(negated) if _is_type(chunks, place)]
    return Nouns(
        category=tuple(dict.fromkeys(kind for noun in wanted for kind in noun.types(chunks, lexicon))),
        heads=tuple(noun.head for noun in wanted),
        modifiers=tuple(place for noun in wanted for place in noun.loose(noun.modifiers, chunks)),
        complements=tuple(place for noun in wanted for place in noun.loose(noun.complements, chunks)),
        unsold=tuple(noun.text(chunks) for noun in wanted if _unsold(noun, chunks, lexicon)),
        excluded=tuple(place for place in refused if not chunks[place].means(Kind.VALUE, Kind.ATTRIBUTE)),
        used=frozenset(place for noun in found for place in (noun.head, *noun.modifiers, *noun.complements)),
    )


def _unsold(noun: _Noun, chunks: Sequence[Chunk], lexicon: Lexicon) -> bool:
    """Whether the shop has no such kind; where many titles have the word it must sell it, whatever kinds were made of them."""
    chunk, vocabulary = chunks[noun.head], lexicon.vocabulary
    spoken = ("zh" if is_chinese(chunk.text) else "en") in vocabulary.languages
    names = {chunk.text} if spoken else {chunk.text, *_every_name(chunk, lexicon)}
    forms = {form for name in names for form in lexicon.forms(name)}
    titles = sum(vocabulary.words.get(form, 0) for form in forms)
    return not noun.types(chunks, lexicon) and titles <= max(_FEW_TITLES, vocabulary.product_count * _FEW_SHARE)


def _property(chunks: Sequence[Chunk], place: int) -> bool:
    """Whether a name that is a kind and a property is meant as a property, once the talk is about something."""
    chunk, following = chunks[place], chunks[place + 1 : place + 2]
    if any(one.means(Kind.MORE, Kind.LESS) for one in (chunk, *following)):
        return True
    opener = next((one for one in reversed(chunks[:place]) if one.has(Cue.WANT, Cue.SELL, Cue.STOP)), None)
    return bool(chunk.means(Kind.ATTRIBUTE)) and (opener is None or opener.has(Cue.STOP))


def _nouns(clause: Sequence[int], chunks: Sequence[Chunk]) -> Iterator[_Noun]:
    """The nouns of a clause, in order."""
    asked = any(chunks[place].has(Cue.WANT, Cue.SELL) for place in clause)
    last: _Noun | None = None
    run: list[int] = []
    after: list[int] = []
    complement = False
    for place in [*clause, None]:
        chunk = chunks[place] if place is not None else None
        if chunk is None or (chunk.has(Cue.OR, Cue.AND) and not chunk.meanings):
            noun = last
            if run:
                noun = _Noun(head=run[-1], modifiers=tuple(run[:-1]), complements=tuple(after), asked=asked)
            elif after and last:
                last = noun = replace(last, complements=(*last.complements, *after))
            elif after and not any(chunks[p].word and chunks[p].text.isalpha() for p in clause if p < after[0]):
                noun = _Noun(head=after[-1], modifiers=tuple(after[:-1]), asked=asked, opened=True)
            if last is not None and noun is not last:
                yield last
            last = noun
            run, after, complement = [], [], complement and last is not None and not last.opened
        elif place is not None and _is_type(chunks, place):
            (after if complement else run).append(place)
        elif chunk.has(Cue.FOR, Cue.WITH) and not chunk.meanings:
            complement = True
        elif chunk.has(Cue.FOR_AFTER) or (chunk.has(Cue.OF) and chunk.text == "的"):
            run, after, complement = [*after, *run], [], False
    if last is not None:
        yield last


def _is_type(chunks: Sequence[Chunk], place: int) -> bool:
    """Whether a chunk is meant as a kind of thing here, and not as a brand, a value or an adjective of that name."""
    chunk, kinds = chunks[place], chunks[place].means(Kind.TYPE)
    following = chunks[place + 1].text if place + 1 < len(chunks) else ""
    if not kinds or (chunk.cues and not chunk.has(Cue.GIFT, Cue.PERSON, Cue.SUBJECTIVE, Cue.WANT, Cue.PRICE)):
        return False
    if following in ("me", "us") and all(before.has(Cue.FILLER) for before in chunks[:place]):
        return False  # an order that somebody do something: book me a flight
    if (chunk.has(Cue.GIFT) and kinds[0].count == 0) or following in _SUFFIXES:
        return False  # whatever is given may be one; plant based, oil free
    if not chunk.means(Kind.BRAND, Kind.VALUE, Kind.MORE, Kind.LESS):
        return True
    if kinds[0].count == 0 or (following == "的" and chunk.means(Kind.VALUE)):
        return False  # 有没有祛痘的 asks for a property
    return kinds[0].count >= max((meaning.count for meaning in chunk.means(Kind.BRAND)), default=0)


def types_of(chunk: Chunk) -> tuple[str, ...]:
    """The product types that a chunk names."""
    return tuple(dict.fromkeys(key for meaning in chunk.means(Kind.TYPE) for key in meaning.values))


def _common(kinds: tuple[str, ...], modifier: Chunk) -> tuple[str, ...]:
    """The head's kinds that the modifier names as well."""
    return tuple(kind for kind in kinds if kind in types_of(modifier))


def names_of(chunk: Chunk, lexicon: Lexicon) -> tuple[str, ...]:
    """Every name of the kind that a chunk means, in both languages; its own words first."""
    return tuple(dict.fromkeys((chunk.text, *_every_name(chunk, lexicon, sold=True))))


def _every_name(chunk: Chunk, lexicon: Lexicon, *, sold: bool = False) -> Iterator[str]:
    """The thesaurus' names of the kinds that a chunk means, or of those that the shop has."""
    for meaning in chunk.means(Kind.TYPE):
        if meaning.concept and (meaning.count or not sold):
            for phrases in lexicon.thesaurus.types[meaning.concept].phrases.values():
                yield from phrases


def product_line(chunk: Chunk, lexicon: Lexicon) -> list[Constraint]:
    """A name that the catalogue files under one kind, and that says more: an iPhone is not just any phone."""
    meaning, forms = chunk.means(Kind.TYPE)[0], lexicon.forms(chunk.text)
    named = any(chunk.text in value.split() for value in meaning.values)
    if meaning.concept in lexicon.thesaurus.types or named or len(meaning.values) != 1 or chunk.end - chunk.start > 1:
        return []
    titles = sum(lexicon.vocabulary.words.get(form, 0) for form in forms)
    telling = chunk.text.isascii() and 0 < titles < _MOST_TITLES * meaning.count
    return [in_text(forms, Operator.IS, chunk.text)] if telling else []


def unfiled(chunk: Chunk, lexicon: Lexicon) -> list[Constraint]:
    """A kind that no product was filed under, though titles speak of it: its words are asked for instead."""
    if types_of(chunk):
        return []
    broader = [lexicon.thesaurus.types[m.concept].broader for m in chunk.means(Kind.TYPE) if m.concept]
    shared = {key for name in broader for key in keys_of(name)}  # the words of what it is a kind of
    own = [key for key in keys_of(chunk.text) if key not in shared] if chunk.text.isascii() else []
    forms = [lexicon.forms(word) for word in own or [chunk.text]]
    return [in_text(form, Operator.IS, chunk.text) for form in forms] if all(forms) else []


def broader_kinds(chunk: Chunk, lexicon: Lexicon) -> tuple[str, ...]:
    """The kinds that one which no product was filed under belongs to, where titles have its own words: hats, for a straw hat."""
    concepts = [m.concept for m in chunk.means(Kind.TYPE) if m.concept and not m.values]
    broader = lexicon.thesaurus.types[concepts[0]].broader if concepts and unfiled(chunk, lexicon) else ""
    while broader:
        if kinds := tuple(kind for kind in lexicon.thesaurus.narrower(broader) if kind in lexicon.types):
            return kinds
        broader = lexicon.thesaurus.types[broader].broader
    return ()
