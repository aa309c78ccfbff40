"""What is turned down: the reach of not, without, except, 不要, 除了 ... 以外."""

from collections.abc import Sequence

from daogou.ask.tokens.chunks import Chunk
from daogou.ask.tokens.cues import Cue
from daogou.ask.tokens.phrases import Kind

_CARRIED = (Cue.FILLER, Cue.OF, Cue.ANY, Cue.BRAND, Cue.WITH, Cue.BETWEEN, Cue.FOR, Cue.WANT, Cue.SUBJECTIVE, Cue.SELL)
_JOINS = (Cue.OR, Cue.AND)


def negated(chunks: Sequence[Chunk]) -> frozenset[int]:
    """The places of the chunks that the shopper does not want, the negating words themselves included."""
    found: set[int] = set()
    for place, chunk in enumerate(chunks):
        if place in found or (chunk.meanings and not chunk.has(Cue.NOT, Cue.EXCEPT)):
            continue
        if chunk.has(Cue.NOT, Cue.EXCEPT):
            reached = _forward(chunks, place + 1)
            if not reached and chunk.has(Cue.NOT_AFTER):
                reached = _backward(chunks, place - 1)
            found |= reached and {place, *reached}
        elif chunk.has(Cue.EXCEPT_AFTER, Cue.NOT_AFTER):
            reached = _backward(chunks, place - 1)
            found |= reached and {place, *reached}
    return frozenset(found)


def _forward(chunks: Sequence[Chunk], place: int) -> set[int]:
    """The first thing after the negation, its neighbours in the same words, and what "or" joins to it."""
    while place < len(chunks) and _carries(chunks[place]):
        place += 1
    reached: set[int] = set()
    while place < len(chunks) and content(chunks[place]):
        reached.add(place)
        if place + 1 < len(chunks) and _one_thing(chunks[place], chunks[place + 1]):
            place += 1
            continue
        following = _joined(chunks, place)
        if following is None:
            break
        place = following
    return reached


def _backward(chunks: Sequence[Chunk], place: int) -> set[int]:
    while place >= 0 and chunks[place].has(Cue.OF, Cue.FILLER, Cue.BRAND) and not chunks[place].meanings:
        place -= 1
    reached: set[int] = set()
    while place >= 0 and content(chunks[place]):
        reached.add(place)
        if place < 2 or not chunks[place - 1].has(*_JOINS):
            break
        place -= 2
    return reached


def _joined(chunks: Sequence[Chunk], place: int) -> int | None:
    """The place of the next thing that "or" / "and" / 、 ties to this one, of the same kind."""
    following = place + 1
    if following >= len(chunks) or not chunks[following].has(*_JOINS):
        return None
    following += 1
    while (
        following < len(chunks)
        and chunks[following].has(Cue.NOT, Cue.FILLER, Cue.OF)
        and not chunks[following].meanings
    ):
        following += 1
    alike = following < len(chunks) and content(chunks[following]) and _alike(chunks[place], chunks[following])
    return following if alike else None


def _alike(left: Chunk, right: Chunk) -> bool:
    kinds = {(m.kind, m.attribute) for m in left.meanings}
    return left.word or right.word or bool(kinds & {(m.kind, m.attribute) for m in right.meanings})


def _one_thing(left: Chunk, right: Chunk) -> bool:
    """Unknown words run on: "without fake leather"; a known one ends the reach unless it makes the noun of it."""
    return left.word and right.word


def _carries(chunk: Chunk) -> bool:
    return not chunk.meanings and chunk.has(*_CARRIED) and not chunk.has(Cue.STOP)


def content(chunk: Chunk) -> bool:
    """Whether it names something: a word, or a phrase of the shop that is no small word."""
    named = bool(chunk.means(Kind.TYPE, Kind.BRAND, Kind.VALUE, Kind.ATTRIBUTE, Kind.MORE, Kind.LESS))
    return (chunk.word and chunk.text[0].isalnum()) or (named and not chunk.has(Cue.FILLER, Cue.STOP))
