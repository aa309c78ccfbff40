"""Where a refusal stands in a message, and what it reaches: before its thing, after it, around it, over a list."""

from collections.abc import Iterator, Sequence

from daogou.ask.tokens.chunks import Chunk
from daogou.ask.tokens.cues import Cue
from daogou.ask.tokens.phrases import Kind
from daogou.ask.wishes.refusal_words import ALLERGIC, ALLERGY_AFTER, OPENERS, PREFIXES, STOPS_FREE

_JOINS = (Cue.OR, Cue.AND)
_MOST_WORDS = 3  # of one thing


def refusals(chunks: Sequence[Chunk], place: int) -> Iterator[tuple[list[int], list[list[int]]]]:
    """The places of the words that refuse, and of each thing that they refuse."""
    chunk = chunks[place]
    following = chunks[place + 1].text if place + 1 < len(chunks) else ""
    if chunk.text == "free" and following == "from":
        yield [place, place + 1], _forward(chunks, place + 2)
    elif chunk.text == "free" and following not in STOPS_FREE:
        yield [place], _backward(chunks, place - 1)
    elif chunk.text in ALLERGIC:
        if following in ("to", "of", "against"):
            yield [place, place + 1], _forward(chunks, place + 2)
        elif chunk.text != "sensitive" and not (place + 1 < len(chunks) and names_something(chunks[place + 1])):
            yield [place], _backward(chunks, place - 1)  # a nut allergy, but no allergy tablets
    elif chunk.text in ALLERGY_AFTER:
        items = _backward(chunks, place - 1)
        opened = min((p for item in items for p in item), default=place) - 1
        yield [place, *([opened] if opened >= 0 and chunks[opened].text in ("对", "会对", "my", "a") else [])], items
    elif chunk.has(Cue.NOT) and following in ("included", "supplied"):
        yield [place, place + 1], _backward(chunks, place - 1)
    elif (length := _opened(chunks, place)) > 0:
        yield (
            list(range(place, place + length)),
            _forward(chunks, place + length, prefix=chunk.text in PREFIXES),
        )


def _opened(chunks: Sequence[Chunk], place: int) -> int:
    """How many chunks say "without" there; 0 where none does."""
    chunk = chunks[place]
    if chunk.amount is not None and chunk.text.replace(" ", "") in ("0", "0%", "zero", "零"):
        return 1
    for words in OPENERS:
        if tuple(near.text for near in chunks[place : place + len(words)]) == words:
            return len(words)
    return int(chunk.has(Cue.NOT, Cue.EXCEPT) and not chunk.meanings)


def _forward(chunks: Sequence[Chunk], place: int, *, prefix: bool = False) -> list[list[int]]:
    """Each thing that stands after a refusal: its words run on, and "or", "and" or 、 tie the next to it."""
    items: list[list[int]] = []
    while place < len(chunks):
        place = next_place(chunks, place)
        item = run(chunks, place, prefix=prefix)
        if not item:
            break
        items.append(item)
        place = item[-1] + 1
        if place >= len(chunks) or not (chunks[place].has(*_JOINS) or _listed(chunks, place)):
            break
        place += 1
        if place < len(chunks) and chunks[place].has(*_JOINS):
            place += 1
    return items


def _listed(chunks: Sequence[Chunk], place: int) -> bool:
    """Whether a comma stands in a list that an "or" closes: no sugar, salt or fat."""
    if chunks[place].text not in (",", "，"):
        return False
    after = [chunk.has(*_JOINS) for chunk in chunks[place + 1 : place + 5]]
    stops = [chunk.has(Cue.STOP) and chunk.text not in (",", "，") for chunk in chunks[place + 1 : place + 5]]
    return any(after) and not any(stops[: after.index(True)])


def _backward(chunks: Sequence[Chunk], place: int) -> list[list[int]]:
    items: list[list[int]] = []
    while place >= 0 and names_something(chunks[place]):
        items.append([place])
        if place < 2 or not chunks[place - 1].has(*_JOINS):
            break
        place -= 2
    return items


def run(chunks: Sequence[Chunk], place: int, *, prefix: bool = False) -> list[int]:
    """The words of one thing; after "no" the kind that is wanted may follow: no peat compost."""
    found: list[int] = []
    while place < len(chunks) and names_something(chunks[place]) and len(found) < _MOST_WORDS:
        ends = (
            found
            and (prefix or not chunks[place].text.isascii())
            and any(m.count for m in chunks[place].means(Kind.TYPE))
        )
        if ends or (found and not chunks[place].word and not chunks[found[-1]].word):
            break
        found.append(place)
        place += 1
    return found


def next_place(chunks: Sequence[Chunk], place: int) -> int:
    """The first place from there on that is no small word."""
    while place < len(chunks) and skipped(chunks[place]):
        place += 1
    return place


def skipped(chunk: Chunk) -> bool:
    """Whether it may stand between a refusal and its thing: without any, 不要带."""
    return (
        not chunk.meanings
        and not chunk.has(Cue.STOP)
        and (chunk.has(Cue.FILLER, Cue.ANY, Cue.OF) or chunk.text in ("含", "带", "有", "contain", "contains"))
    )


def names_something(chunk: Chunk) -> bool:
    """Whether it may name what is refused."""
    means = chunk.means(Kind.TYPE, Kind.BRAND, Kind.VALUE, Kind.ATTRIBUTE)
    return (bool(means) or chunk.word) and chunk.text[0].isalnum() and not chunk.has(Cue.STOP) and not chunk.amount
