"""What a product shall not have, in all the ways of saying it: without X, X-free, 不含X, 无X, allergic to X, decaf."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from daogou.ask.lexicon import Lexicon
from daogou.ask.nouns.things import Named, fused, named
from daogou.ask.tokens.chunks import Chunk, spoken
from daogou.ask.tokens.cues import Cue
from daogou.ask.tokens.phrases import Kind
from daogou.ask.wishes.refusals import (
    IDLE,
    STRONG,
    refusals,
    skipped,
)
from daogou.catalog.products.need import TEXT, Constraint, Operator

_EMPTY = "…"


@dataclass(frozen=True, kw_only=True)
class Exclusions:
    """The wishes; the chunks with what said them emptied; the places of values that are turned down as values."""

    chunks: tuple[Chunk, ...]
    constraints: tuple[Constraint, ...] = ()
    values: frozenset[int] = frozenset()


@dataclass(kw_only=True)
class _Found:
    """Exclusions while they are gathered."""

    constraints: list[Constraint] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    values: set[int] = field(default_factory=set)


def exclusions(chunks: Sequence[Chunk], lexicon: Lexicon) -> Exclusions:
    """Everything that a message refuses or stops refusing, but for values of columns: not black, 不要小米的."""
    found = _Found()
    chunks = list(chunks)
    for place, chunk in enumerate(chunks):
        if place in found.hidden:
            continue
        if (rest := _within(chunk, lexicon)) is not None:
            thing, left = rest
            _add(found, thing, chunk.text, (place,) if left is None else ())
            chunks[place] = left or chunk
        for cues, items in refusals(chunks, place):
            _take(found, chunks, cues, items, lexicon)
    hidden = [_emptied(chunk) if place in found.hidden else chunk for place, chunk in enumerate(chunks)]
    return Exclusions(
        chunks=tuple(hidden),
        constraints=tuple(dict.fromkeys(found.constraints)),
        values=frozenset(found.values),
    )


def _emptied(chunk: Chunk) -> Chunk:
    """Nothing is left to be read of it: "free" after a kind would make an adjective of the kind."""
    return Chunk(chunk.start, chunk.end, _EMPTY, (Cue.FILLER,))


def _within(chunk: Chunk, lexicon: Lexicon) -> tuple[Named, Chunk | None] | None:
    """A refusal in one phrase (gluten free, 无氟, decaf), and what is left of it: the coffee of "decaf coffee"."""
    if any(lexicon.trusts(m.attribute) for m in chunk.means(Kind.ATTRIBUTE, Kind.VALUE)) or chunk.amount:
        return None
    thing = fused(chunk, lexicon)
    if thing is not None:
        return thing, None
    first, _, rest = chunk.text.partition(" ")
    thing = (
        fused(replace(chunk, text=first, meanings=(), cues=()), lexicon) if rest and chunk.means(Kind.TYPE) else None
    )
    return (thing, replace(chunk, text=rest)) if thing is not None else None


def _take(found: _Found, chunks: Sequence[Chunk], cues: list[int], items: list[list[int]], lexicon: Lexicon) -> None:
    """Each thing becomes a wish, unless it is a value of a column, or is no longer asked to be left out."""
    opener = chunks[cues[0]].text
    for item in items:
        text = spoken([chunks[place] for place in item])
        if text in IDLE:
            continue
        strong = opener in STRONG or not chunks[cues[0]].has(Cue.NOT) or _unable(chunks, cues, item)
        thing = named(text, [chunks[place] for place in item], lexicon, strong=strong)
        places = {*cues, *item, *_between(chunks, cues[-1], item[0])}
        if thing is None:
            found.values |= places
        else:
            _add(found, thing, text, sorted(places))


def _between(chunks: Sequence[Chunk], left: int, right: int) -> list[int]:
    """The small words between a refusal and its thing: the 带 of 不要带涂层的."""
    return [place for place in range(left + 1, right) if skipped(chunks[place])]


def _unable(chunks: Sequence[Chunk], cues: Sequence[int], item: Sequence[int]) -> bool:
    """Whether it says what a thing shall not be able to do: 不能上网的手机."""
    able = chunks[cues[-1]].text in ("能", "不能", "会", "支持", "不会", "不支持")
    return able and [chunk.text for chunk in chunks[item[-1] + 1 : item[-1] + 2]] == ["的"]


def _add(found: _Found, thing: Named, said: str, places: Sequence[int]) -> None:
    value = thing.names[0] if len(thing.names) == 1 else thing.names
    found.constraints.append(
        Constraint(
            attribute=TEXT, operator=Operator.IS_NOT, value=value, said=said, kinds=thing.kinds, absent=thing.absent
        )
    )
    found.hidden.update(places)
