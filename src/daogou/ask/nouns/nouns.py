"""What kind of thing is asked for: the head of the noun, and what stands before and after it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from daogou.ask.lexicon import Lexicon
from daogou.ask.nouns.groups import clauses, groups_of, is_type
from daogou.ask.tokens.chunks import Chunk
from daogou.ask.tokens.cues import Cue
from daogou.ask.tokens.phrases import Kind


@dataclass(frozen=True, kw_only=True)
class Nouns:
    """The kinds that were asked for; `heads` and `modifiers` are places of chunks.

    `modifiers` are kinds that only describe the head: the laptop of "laptop stand", of "stand for a laptop".
    """

    category: tuple[str, ...] = ()
    heads: tuple[int, ...] = ()
    modifiers: tuple[int, ...] = ()
    complements: tuple[int, ...] = ()  # named after "with" or "for" without being part of the head's name
    unsold: tuple[str, ...] = ()
    excluded: tuple[int, ...] = ()  # places of kinds that are turned down
    used: frozenset[int] = field(default_factory=frozenset)


def nouns(chunks: Sequence[Chunk], negated: frozenset[int], lexicon: Lexicon, *, first: bool = True) -> Nouns:
    """The kinds of things in a message; `first` says that nothing was asked for before."""
    chunks = [_plain(chunk) if not first and _property(chunks, place) else chunk for place, chunk in enumerate(chunks)]
    groups = [group for clause in clauses(chunks, negated) for group in groups_of(clause, chunks, lexicon)]
    wanted = [group for group in groups if group.asked] or groups
    category = dict.fromkeys(key for group in wanted for key in group.types(chunks, lexicon))
    unsold = tuple(group.text(chunks) for group in wanted if not group.types(chunks, lexicon))
    return Nouns(
        category=tuple(category),
        heads=tuple(group.head for group in wanted),
        modifiers=tuple(place for group in wanted for place in group.loose(chunks, lexicon)),
        complements=tuple(place for group in wanted for place in group.loose_complements(chunks, lexicon)),
        unsold=unsold,
        excluded=_excluded(chunks, negated, lexicon),
        used=frozenset(place for group in groups for place in group.places),
    )


def _property(chunks: Sequence[Chunk], place: int) -> bool:
    """Whether a name that is a kind and a property is meant as a property, once the talk is about something."""
    chunk = chunks[place]
    if chunk.means(Kind.MORE, Kind.LESS) or _measured_next(chunks, place):
        return True
    clause = range(place - 1, -1, -1)
    asked = next((p for p in clause if chunks[p].has(Cue.WANT, Cue.SELL, Cue.STOP)), None)
    return bool(chunk.means(Kind.ATTRIBUTE)) and (asked is None or chunks[asked].has(Cue.STOP))


def _measured_next(chunks: Sequence[Chunk], place: int) -> bool:
    """Whether an adjective is said of it: the battery should be big, 电池要大."""
    for chunk in chunks[place + 1 : place + 3]:
        if chunk.means(Kind.MORE, Kind.LESS):
            return True
        if not chunk.has(Cue.WITH, Cue.WANT, Cue.FILLER):
            return False
    return False


def _plain(chunk: Chunk) -> Chunk:
    """The chunk without its meanings as a kind."""
    return replace(chunk, meanings=tuple(meaning for meaning in chunk.meanings if meaning.kind is not Kind.TYPE))


def _excluded(chunks: Sequence[Chunk], negated: frozenset[int], lexicon: Lexicon) -> tuple[int, ...]:
    """The places of kinds that are turned down, where the word is nothing but a kind."""
    places = [place for place in sorted(negated) if is_type(chunks, place)]
    return tuple(place for place in places if not chunks[place].means(Kind.VALUE, Kind.ATTRIBUTE))


def names_of(chunk: Chunk, lexicon: Lexicon) -> tuple[str, ...]:
    """Every name of the kind that a chunk means, in both languages; its own words first."""
    concepts = [lexicon.thesaurus.types[m.concept] for m in chunk.means(Kind.TYPE) if m.concept and m.count]
    names = (name for concept in concepts for phrases in concept.phrases.values() for name in phrases)
    return tuple(dict.fromkeys((chunk.text, *names)))
