"""One noun of a message: its head, the kinds that describe it, and what the shop has of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from daogou.ask.lexicon import Lexicon
from daogou.ask.nouns.narrower import broader_kinds
from daogou.ask.tokens.chunks import Chunk
from daogou.ask.tokens.cues import Cue
from daogou.ask.tokens.phrases import Kind, Meaning, keys_of

_BREAKS = (Cue.STOP, Cue.BUT)
_JOINS = (Cue.OR, Cue.AND)
_SUFFIX_WORDS = (
    "free based proof friendly resistant style like shaped themed inspired scented flavored flavoured flavor"
    " flavour colored coloured print printed powered washable mounted safe 味 风 色 型 式 状"
)
_SUFFIXES = frozenset(_SUFFIX_WORDS.split())
_MOST_GUESSES = 3  # kinds
_SAID_BEFORE = 3  # chunks


@dataclass(frozen=True, kw_only=True)
class Group:
    """One noun: its head, the kinds before it, the kinds after "for" and "with"."""

    head: int
    modifiers: tuple[int, ...]
    complements: tuple[int, ...]
    asked: bool
    fed: tuple[str, ...] = ()  # the kinds of "dog food", said as "food for my dog"
    opened: bool = False  # it stands after a verb like 有, which is no "with" then

    @property
    def places(self) -> tuple[int, ...]:
        """Every place that belongs to it."""
        return (self.head, *self.modifiers, *self.complements)

    def types(self, chunks: Sequence[Chunk], lexicon: Lexicon) -> tuple[str, ...]:
        """The product types it names: of the head, narrowed by what describes it where the shop has such a kind."""
        kinds = self.fed or types_of(chunks[self.head]) or broader_kinds(chunks[self.head], lexicon)
        for place in (*self.modifiers, *self.complements):
            kinds = _narrowed(kinds, chunks[place], chunks[self.head], lexicon) or kinds
        return self._sure(kinds, chunks)

    def _sure(self, kinds: tuple[str, ...], chunks: Sequence[Chunk]) -> tuple[str, ...]:
        """Without the guesses of a word that ends many names ("case"), where other words say which one is meant."""
        mined = all(not meaning.concept for meaning in chunks[self.head].means(Kind.TYPE))
        if not mined or len(kinds) <= _MOST_GUESSES:
            return kinds
        near = range(self.head - 1, max(-1, self.head - 1 - _SAID_BEFORE), -1)
        words = [_key(chunks[place]) for place in near if _describes(chunks[place])]
        bearing = tuple(kind for kind in kinds if any(word in keys_of(kind) for word in words))
        if bearing:
            return bearing[:_MOST_GUESSES]
        return () if words else kinds

    def loose(self, chunks: Sequence[Chunk], lexicon: Lexicon) -> tuple[int, ...]:
        """The modifiers that the product types do not carry already."""
        return self._uncarried(self.modifiers, chunks, lexicon)

    def loose_complements(self, chunks: Sequence[Chunk], lexicon: Lexicon) -> tuple[int, ...]:
        """The complements that the product types do not carry already."""
        return self._uncarried(self.complements, chunks, lexicon)

    def _uncarried(self, places: Sequence[int], chunks: Sequence[Chunk], lexicon: Lexicon) -> tuple[int, ...]:
        head = chunks[self.head]
        return tuple(place for place in places if not _narrowed(types_of(head), chunks[place], head, lexicon))

    def text(self, chunks: Sequence[Chunk]) -> str:
        """The head with the kinds before it, as it was said."""
        start = self.head
        while start - 1 in self.modifiers:
            start -= 1
        named = " ".join(chunks[place].text for place in range(start, self.head + 1))
        return named if named.isascii() else named.replace(" ", "")


def _key(chunk: Chunk) -> str:
    return keys_of(chunk.text)[-1] if keys_of(chunk.text) else ""


def _describes(chunk: Chunk) -> bool:
    """Whether it tells which thing of a name is meant: a name or an unknown word, no colour and no adjective."""
    mined = any(not meaning.concept for meaning in chunk.means(Kind.VALUE))
    return mined or (chunk.word and chunk.text[0].isalnum()) or bool(chunk.means(Kind.BRAND, Kind.TYPE))


def fed(head: int, chunks: Sequence[Chunk], lexicon: Lexicon) -> tuple[str, ...]:
    """The kinds that are called by what stands after "for" and the head: food for my dog is dog food."""
    place = head + 1
    if place >= len(chunks) or not chunks[place].has(Cue.FOR):
        return ()
    while place < len(chunks) and chunks[place].has(Cue.FOR, Cue.FILLER):
        place += 1
    if place >= len(chunks) or chunks[place].amount is not None:
        return ()
    named = lexicon.book.get(keys_of(chunks[place].text) + keys_of(chunks[head].text))
    return tuple(dict.fromkeys(key for m in named if m.kind is Kind.TYPE and m.concept for key in m.values))


def clauses(chunks: Sequence[Chunk], negated: frozenset[int]) -> list[list[int]]:
    """The places of each clause, without what is turned down."""
    clauses: list[list[int]] = [[]]
    for place, chunk in enumerate(chunks):
        if chunk.has(*_BREAKS) and not chunk.meanings:
            clauses.append([])
        elif place not in negated:
            clauses[-1].append(place)
    return clauses


def groups_of(clause: Sequence[int], chunks: Sequence[Chunk], lexicon: Lexicon) -> list[Group]:
    """The nouns of a clause, in order."""
    groups: list[Group] = []
    asked = any(chunks[place].has(Cue.WANT, Cue.SELL) for place in clause)
    run: list[int] = []
    after: list[int] = []
    complement = False
    for place in [*clause, None]:
        chunk = chunks[place] if place is not None else None
        if chunk is None or (chunk.has(*_JOINS) and not chunk.meanings):
            if run:
                groups.append(_group(run, after, asked))
            elif after and groups:
                groups[-1] = _with_complements(groups[-1], after)
            elif (
                after
                and not groups
                and not any(chunks[p].word and chunks[p].text.isalpha() for p in clause if p < after[0])
            ):
                groups.append(replace(_group(after, [], asked), opened=True))
            run, after, complement = [], [], complement and bool(groups) and not groups[-1].opened
        elif place is not None and is_type(chunks, place):
            (after if complement else run).append(place)
        elif chunk.has(Cue.FOR, Cue.WITH) and not chunk.meanings:
            complement = True
        elif chunk.has(Cue.FOR_AFTER) or (chunk.has(Cue.OF) and chunk.text == "的"):
            run, after, complement = [*after, *run], [], False
    return groups


def _group(run: Sequence[int], after: Sequence[int], asked: bool) -> Group:
    return Group(head=run[-1], modifiers=tuple(run[:-1]), complements=tuple(after), asked=asked)


def _with_complements(group: Group, after: Sequence[int]) -> Group:
    return Group(
        head=group.head, modifiers=group.modifiers, complements=(*group.complements, *after), asked=group.asked
    )


def is_type(chunks: Sequence[Chunk], place: int) -> bool:
    """Whether a chunk is meant as a kind of thing here, and not as a brand, a value or an adjective of that name."""
    chunk = chunks[place]
    kinds = chunk.means(Kind.TYPE)
    if not kinds or (chunk.cues and not chunk.has(Cue.GIFT, Cue.PERSON, Cue.SUBJECTIVE, Cue.WANT, Cue.PRICE)):
        return False
    if chunk.has(Cue.GIFT) and kinds[0].count == 0:
        return False  # whatever is given may be one
    if place + 1 < len(chunks) and chunks[place + 1].text in _SUFFIXES:
        return False  # plant based, oil free
    if _verb(chunks, place):
        return False
    others = chunk.means(Kind.BRAND, Kind.VALUE, Kind.MORE, Kind.LESS)
    if not others:
        return True
    if _adjective(chunks, place) or kinds[0].count == 0:
        return False
    return kinds[0].count >= max(_weight(meaning) for meaning in others)


def _verb(chunks: Sequence[Chunk], place: int) -> bool:
    """Whether it opens an order that somebody do something: book me a flight."""
    opens = all(chunk.has(Cue.FILLER) for chunk in chunks[:place])
    return opens and place + 1 < len(chunks) and chunks[place + 1].text in ("me", "us")


def _adjective(chunks: Sequence[Chunk], place: int) -> bool:
    """Whether a value of the same name ends in 的 with no noun after it: 有没有祛痘的."""
    return bool(chunks[place].means(Kind.VALUE)) and place + 1 < len(chunks) and chunks[place + 1].text == "的"


def _weight(meaning: Meaning) -> int:
    return 0 if meaning.kind in (Kind.MORE, Kind.LESS) else meaning.count if meaning.kind is Kind.BRAND else 0


def types_of(chunk: Chunk) -> tuple[str, ...]:
    """The product types that a chunk names."""
    return tuple(dict.fromkeys(key for meaning in chunk.means(Kind.TYPE) for key in meaning.values))


def _narrowed(kinds: tuple[str, ...], modifier: Chunk, head: Chunk, lexicon: Lexicon) -> tuple[str, ...]:
    """The head's kinds that the modifier names as well: by being such a kind, or by bearing its name."""
    common = tuple(kind for kind in kinds if kind in types_of(modifier))
    if common:
        return common
    compounds = (
        keys_of(name) + keys_of(noun) for name in _labels(modifier, lexicon) for noun in _labels(head, lexicon)
    )
    named = (meaning for compound in compounds for meaning in lexicon.book.get(compound) if meaning.kind is Kind.TYPE)
    return tuple(dict.fromkeys(kind for meaning in named for kind in meaning.values))


def _labels(chunk: Chunk, lexicon: Lexicon) -> tuple[str, ...]:
    """What a kind is called first of all: as the shopper says it, and its label in each language."""
    concepts = [lexicon.thesaurus.types[m.concept] for m in chunk.means(Kind.TYPE) if m.concept]
    labels = (phrases[0] for concept in concepts for phrases in concept.phrases.values() if phrases)
    return tuple(dict.fromkeys((chunk.text, *labels)))
