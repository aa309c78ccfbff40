"""What a product shall not have, in all the ways of saying it: without X, X-free, 不含X, 无X, allergic to X, decaf."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from daogou.ask.lexicon import Lexicon
from daogou.ask.nouns.things import Named, fused, named
from daogou.ask.tokens.chunks import Chunk, spoken
from daogou.ask.tokens.cues import Cue
from daogou.ask.tokens.phrases import Kind
from daogou.ask.wishes.refusal_words import IDLE, NOT_WANTED, STRONG, WANTED
from daogou.ask.wishes.refusals import names_something, next_place, refusals, run, skipped
from daogou.catalog.products.need import TEXT, Constraint, Operator
from daogou.text.substances import substance

_HAVING = "含带加"  # before a thing, in one Chinese word with it: 含酒精
_EMPTY = "…"


@dataclass(frozen=True, kw_only=True)
class Exclusions:
    """The wishes; the chunks with what said them emptied; the places of values that are turned down as values."""

    chunks: tuple[Chunk, ...]
    constraints: tuple[Constraint, ...] = ()
    values: frozenset[int] = frozenset()
    taken_back: tuple[str, ...] = ()


@dataclass(kw_only=True)
class _Found:
    """Exclusions while they are gathered."""

    constraints: list[Constraint] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    values: set[int] = field(default_factory=set)
    taken_back: list[str] = field(default_factory=list)


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
        if chunk.has(Cue.FORGET, Cue.INDIFFERENT):
            _forget(found, chunks, place)
        elif chunk.text in WANTED:
            _want(found, chunks, place, lexicon)
        elif chunk.word and chunk.text[0] in _HAVING and substance(chunk.text[1:]) is not None:
            had = replace(chunk, text=chunk.text[1:])
            if (wanted := named(had.text, [had], lexicon, strong=False)) is not None:
                _add(found, wanted, had.text, (place,), operator=Operator.IS)
        for cues, items in refusals(chunks, place):
            _take(found, chunks, cues, items, lexicon)
    hidden = [_emptied(chunk) if place in found.hidden else chunk for place, chunk in enumerate(chunks)]
    return Exclusions(
        chunks=tuple(hidden),
        constraints=tuple(dict.fromkeys(found.constraints)),
        values=frozenset(found.values),
        taken_back=tuple(found.taken_back),
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
        chunk, text = chunks[item[0]], spoken([chunks[place] for place in item])
        strong = opener in STRONG or not chunks[cues[0]].has(Cue.NOT) or _unable(chunks, cues, item)
        thing = named(text, [chunks[place] for place in item], lexicon, strong=strong)
        if text in IDLE or (thing is None and not _said_otherwise(chunk, chunks[cues[0]])):
            continue
        places = {*cues, *item, *_between(chunks, cues[-1], item[0])}
        if thing is None:
            found.values |= places
        elif back := _taken_back(chunks, max(places)):
            found.taken_back.append(text)
            found.hidden |= {*places, *back}
        else:
            _add(found, thing, text, sorted(places))


def _between(chunks: Sequence[Chunk], left: int, right: int) -> list[int]:
    """The small words between a refusal and its thing: the 带 of 不要带涂层的."""
    return [place for place in range(left + 1, right) if skipped(chunks[place])]


def _unable(chunks: Sequence[Chunk], cues: Sequence[int], item: Sequence[int]) -> bool:
    """Whether it says what a thing shall not be able to do: 不能上网的手机."""
    after = item[-1] + 1
    able = chunks[cues[-1]].text in ("能", "不能", "会", "支持", "不会", "不支持")
    return able and after < len(chunks) and chunks[after].text == "的"


def _forget(found: _Found, chunks: Sequence[Chunk], place: int) -> None:
    """What does not matter any more: forget the alcohol, sugar doesn't matter."""
    item = run(chunks, next_place(chunks, place + 1)) if chunks[place].has(Cue.FORGET) else []
    item = item or [near for near in range(place - 1, place) if near >= 0 and names_something(chunks[near])]
    text = spoken([chunks[near] for near in item])
    if item and substance(text) is not None:
        found.taken_back.append(text)
        found.hidden |= {place, *item}


def _want(found: _Found, chunks: Sequence[Chunk], place: int, lexicon: Lexicon) -> None:
    """The mirror: with fluoride, 含酒精的; a kind or a value of the shop is read as such."""
    item = run(chunks, next_place(chunks, place + 1))
    text = spoken([chunks[near] for near in item])
    told = any(chunks[near].means(Kind.TYPE, Kind.VALUE, Kind.BRAND) for near in item)
    thing = named(text, [chunks[near] for near in item], lexicon, strong=False) if item and not told else None
    if thing is not None and substance(text) is not None:
        _add(found, thing, text, (place, *item), operator=Operator.IS)


def _said_otherwise(chunk: Chunk, opener: Chunk) -> bool:
    """Whether a value is refused in a way that "not" does not know: latex-free, allergic to wool."""
    return bool(chunk.means(Kind.VALUE)) and not opener.has(Cue.NOT, Cue.EXCEPT)


_NEAR = 40  # chunks: what comes later takes nothing back


def _taken_back(chunks: Sequence[Chunk], place: int) -> list[int]:
    """The chunks that say it does not matter after all: is not needed any more, 也行."""
    for near in range(place + 1, min(len(chunks), place + 1 + _NEAR)):
        if chunks[near].has(Cue.STOP, Cue.BUT):
            return []
        if chunks[near].has(Cue.INDIFFERENT) or " ".join(c.text for c in chunks[near : near + 3]).startswith(
            NOT_WANTED
        ):
            return [p for p in range(place + 1, len(chunks)) if not chunks[p].has(Cue.STOP)]
    return []


def _add(
    found: _Found, thing: Named, said: str, places: Sequence[int], *, operator: Operator = Operator.IS_NOT
) -> None:
    value = thing.names[0] if len(thing.names) == 1 else thing.names
    found.constraints.append(
        Constraint(attribute=TEXT, operator=operator, value=value, said=said, kinds=thing.kinds, absent=thing.absent)
    )
    found.hidden.update(places)
