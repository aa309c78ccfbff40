"""One noun of a message: its head, the kinds that describe it, and what the shop has of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from daogou.ask.lexicon import Lexicon
from daogou.ask.tokens.chunks import Chunk
from daogou.ask.tokens.cues import Cue
from daogou.ask.tokens.phrases import Kind, Meaning

_BREAKS = (Cue.STOP, Cue.BUT)
_JOINS = (Cue.OR, Cue.AND)
_SUFFIX_WORDS = (
    "free based proof friendly resistant style like shaped themed inspired scented flavored flavoured flavor"
    " flavour colored coloured print printed powered washable mounted safe 味 风 色 型 式 状"
)
_SUFFIXES = frozenset(_SUFFIX_WORDS.split())


@dataclass(frozen=True, kw_only=True)
class Group:
    """One noun: its head, the kinds before it, the kinds after "for" and "with"."""

    head: int
    modifiers: tuple[int, ...]
    complements: tuple[int, ...]
    asked: bool
    opened: bool = False  # it stands after a verb like 有, which is no "with" then

    @property
    def places(self) -> tuple[int, ...]:
        """Every place that belongs to it."""
        return (self.head, *self.modifiers, *self.complements)

    def types(self, chunks: Sequence[Chunk], lexicon: Lexicon) -> tuple[str, ...]:
        """The product types it names: of the head, narrowed by what describes it where the shop has such a kind."""
        kinds = types_of(chunks[self.head])
        for place in (*self.modifiers, *self.complements):
            kinds = _common(kinds, chunks[place]) or kinds
        return kinds

    def loose(self, chunks: Sequence[Chunk], lexicon: Lexicon) -> tuple[int, ...]:
        """The modifiers that the product types do not carry already."""
        return self._uncarried(self.modifiers, chunks, lexicon)

    def loose_complements(self, chunks: Sequence[Chunk], lexicon: Lexicon) -> tuple[int, ...]:
        """The complements that the product types do not carry already."""
        return self._uncarried(self.complements, chunks, lexicon)

    def _uncarried(self, places: Sequence[int], chunks: Sequence[Chunk], lexicon: Lexicon) -> tuple[int, ...]:
        return tuple(place for place in places if not _common(types_of(chunks[self.head]), chunks[place]))

    def text(self, chunks: Sequence[Chunk]) -> str:
        """The head with the kinds before it, as it was said."""
        start = self.head
        while start - 1 in self.modifiers:
            start -= 1
        named = " ".join(chunks[place].text for place in range(start, self.head + 1))
        return named if named.isascii() else named.replace(" ", "")


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
                groups[-1] = replace(groups[-1], complements=(*groups[-1].complements, *after))
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
    others = chunk.means(Kind.BRAND, Kind.VALUE, Kind.MORE, Kind.LESS)
    if not others:
        return True
    if _adjective(chunks, place) or kinds[0].count == 0:
        return False
    return kinds[0].count >= max(_weight(meaning) for meaning in others)


def _adjective(chunks: Sequence[Chunk], place: int) -> bool:
    """Whether a value of the same name ends in 的 with no noun after it: 有没有祛痘的."""
    return bool(chunks[place].means(Kind.VALUE)) and place + 1 < len(chunks) and chunks[place + 1].text == "的"


def _weight(meaning: Meaning) -> int:
    return 0 if meaning.kind in (Kind.MORE, Kind.LESS) else meaning.count if meaning.kind is Kind.BRAND else 0


def types_of(chunk: Chunk) -> tuple[str, ...]:
    """The product types that a chunk names."""
    return tuple(dict.fromkeys(key for meaning in chunk.means(Kind.TYPE) for key in meaning.values))


def _common(kinds: tuple[str, ...], modifier: Chunk) -> tuple[str, ...]:
    """The head's kinds that the modifier names as well."""
    return tuple(kind for kind in kinds if kind in types_of(modifier))
