"""What the asked thing has to fit, or which model it has to be: ink for my DeskJet 2050, V8的滤芯, an iPhone 12.

A name with a number is firm, whatever the shop knows of it; "for my moka pot" only moves the order. The words of what
something has to fit name no kind, brand or amount of the thing asked for: they are hidden from the rest of the reading.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from daogou.ask.lexicon import Lexicon
from daogou.ask.quantities.quantities import Quantity
from daogou.ask.tokens.chunks import Chunk
from daogou.ask.tokens.phrases import Cue, Kind
from daogou.catalog.matching.amount_outcome import sizes
from daogou.catalog.matching.designations import designations
from daogou.catalog.products.need import FITS, MODEL, Constraint, Operator, Strength
from daogou.text.heads import names_part
from daogou.text.words import is_chinese

_GOES = ("go", "goes", "fit", "fits", "works", "work", "pairs", "搭配", "配", "搭")
_OWNED = ("my", "a", "an", "the", "our", "his", "her", "their", "我的", "我家")
_CLOSES = ("的", "用的", "用", "使用的", "上", "上的", "when", "that", "which")
_ENDS = (Cue.STOP, Cue.BUT, Cue.WITH, Cue.AND, Cue.OR, Cue.AT_MOST, Cue.AT_LEAST, Cue.CHEAP, Cue.CHEAPEST, Cue.PRICE)


@dataclass(frozen=True, kw_only=True)
class Relations:
    """The wishes, and the places of chunks that mean nothing else.

    `silent` ones are nothing to search for either; `fitted` ones say what has to be fitted, whatever else they mean.
    """

    constraints: tuple[Constraint, ...] = ()
    hidden: frozenset[int] = field(default_factory=frozenset)
    silent: frozenset[int] = field(default_factory=frozenset)
    fitted: frozenset[int] = field(default_factory=frozenset)


def relations(chunks: Sequence[Chunk], amounts: Sequence[Quantity], lexicon: Lexicon) -> Relations:
    """What the message says of that: a complement behind "for" or before 的, else a name with a number by itself."""
    taken = [range(amount.start, amount.end) for amount in amounts if amount.currency or amount.compared]
    # An amount may take the number of a name and words beside it: under 500, but not the plus of a 14 Plus.
    models = [run for run in _models(chunks) if all(set(one) <= set(run) for one in taken if set(one) & set(run))]
    complement = _complement(chunks, models)
    if complement is not None:
        return _fitting(chunks, complement, models)
    if models:
        return _named(chunks, _extended(chunks, models), models, lexicon)
    return Relations()


def _models(chunks: Sequence[Chunk]) -> list[range]:
    """The places of each name with a number; what the shop knows as a value (i5, ddr4) is none."""
    text, starts = _text(chunks)
    found: list[range] = []
    for name in designations(text):
        places = [p for p, start in enumerate(starts) if start < name.end and start + len(chunks[p].text) > name.start]
        if places and name.series and _may_name(chunks, places):  # none: a letter that folds into several moved it
            found.append(range(places[0], places[-1] + 1))
    return found


def _may_name(chunks: Sequence[Chunk], places: Sequence[int]) -> bool:
    """Whether the number is bound to a name: "iphone 13", and no "phone 13", no i5 that the shop has as a value."""
    numbered = [p for p in places if any(c.isdigit() for c in chunks[p].text)]
    if any(chunks[p].means(Kind.VALUE, Kind.ATTRIBUTE) for p in numbered):
        return False
    if any(amount.counts for p in numbered if (amount := chunks[p].amount)):
        return False
    words = [chunks[p] for p in places if p < min(numbered, default=0)]
    # A kind of thing that everybody knows is no name; a line of the shop's is.
    things = (c for c in words if not c.means(Kind.BRAND) and any(m.concept for m in c.means(Kind.TYPE)))
    return not any(things) and not any(c.cues or c.means(Kind.VALUE, Kind.ATTRIBUTE) for c in words)


def _text(chunks: Sequence[Chunk]) -> tuple[str, list[int]]:
    """The chunks as one text, with the place where each starts."""
    text, starts = "", []
    for chunk in chunks:
        glued = not text or is_chinese(text[-1] + chunk.text[0])
        text += "" if glued else " "
        starts.append(len(text))
        text += chunk.text
    return text, starts


def _complement(chunks: Sequence[Chunk], models: Sequence[range]) -> range | None:
    """The places of what has to be fitted, without the word that says so."""
    for place, chunk in enumerate(chunks):
        if (chunk.has(Cue.FOR) or _goes_with(chunks, place)) and not chunk.meanings:
            span = _behind(chunks, place + 1)
            person = any(chunks[p].has(Cue.PERSON) for p in span)  # of whatever age: my 4 year old niece
            if span and not person and (_has_name(span, models) or _is_thing(chunks, span)):
                return span
        before = [run for run in models if place - 1 in run or (place - 2 in run and chunks[place - 1].text == "上")]
        behind = chunks[place + 1 : place + 2]
        follows = any(one.word or one.means(Kind.TYPE) for one in behind)
        if before and follows and (chunk.has(Cue.FOR_AFTER) or chunk.text == "的"):
            return _extended(chunks, before)
    return None


def _goes_with(chunks: Sequence[Chunk], place: int) -> bool:
    """What goes with the camera; 和相机搭配的."""
    return chunks[place].has(Cue.WITH) and place > 0 and chunks[place - 1].text in _GOES


def _behind(chunks: Sequence[Chunk], start: int) -> range:
    """From the word after "for" to where the phrase ends; in Chinese the head stands behind 的."""
    end = start
    while end < len(chunks) and not chunks[end].has(*_ENDS) and chunks[end].text not in _CLOSES:
        amount = chunks[end].amount
        if amount and amount.currency:
            break
        end += 1
    while start < end and chunks[start].has(Cue.FILLER, Cue.OF):
        start += 1
    while end > start and chunks[end - 1].has(Cue.FILLER, Cue.OF):
        end -= 1
    return range(start, end)


def _has_name(span: range, models: Sequence[range]) -> bool:
    return any(set(run) <= set(span) for run in models)


def _is_thing(chunks: Sequence[Chunk], span: range) -> bool:
    """Whether a thing stands there, and not a person, a use or a skin: "for my moka pot", "for a 20 kg dog"."""
    if any(size.dimension == "age" for p in span for size in sizes(chunks[p].text)):
        return True
    if any(chunks[p].has(Cue.PERSON, Cue.GIFT) for p in span):
        return False
    owned = chunks[span.start - 1].text in _OWNED
    return any(chunks[p].means(Kind.TYPE, Kind.BRAND) for p in span) or (owned and any(chunks[p].word for p in span))


def _extended(chunks: Sequence[Chunk], models: Sequence[range]) -> range:
    """The names with the brand and the line before them: HP DeskJet 2050."""
    start, end = models[0].start, models[-1].stop
    while start and (
        (chunks[start - 1].word and chunks[start - 1].text.isalpha()) or chunks[start - 1].means(Kind.BRAND)
    ):
        start -= 1
    return range(start, end)


def _fitting(chunks: Sequence[Chunk], span: range, models: Sequence[range]) -> Relations:
    """Firm where a name with a number or a size is said; else only the order moves, and the words keep their meanings."""
    value = _text([chunks[p] for p in span])[0]
    named, sized = _has_name(span, models), [p for p in span if sizes(chunks[p].text)]
    strength = Strength.MUST if named or sized else Strength.PREFER
    wish = Constraint(attribute=FITS, operator=Operator.IS, value=value, strength=strength, said=value)
    goes = [p for p in range(span.start) if _goes_with(chunks, p)]
    if not goes:
        return Relations(constraints=(wish,), hidden=frozenset(span if named else sized), fitted=frozenset(span))
    itself = Constraint(attribute=MODEL, operator=Operator.IS_NOT, value=value, said=value)
    opening = frozenset((goes[0] - 1, goes[0]))
    return Relations(constraints=(wish, itself), hidden=opening | frozenset(span), silent=opening)


def _named(chunks: Sequence[Chunk], span: range, models: Sequence[range], lexicon: Lexicon) -> Relations:
    """A name without "for": of the thing itself ("iPhone 12手机"), or of what the part beside it fits ("V12滤芯")."""
    behind = list(_nouns(chunks, range(span.stop, len(chunks))))
    head = behind or list(_nouns(chunks, range(span.start - 1, -1, -1)))[:1]
    value = _text([chunks[p] for p in span])[0]
    if head and _made_for_others(chunks[head[-1]], lexicon):
        wish = Constraint(attribute=FITS, operator=Operator.IS, value=value, said=value)
        return Relations(constraints=(wish,), hidden=frozenset(span))
    wish = Constraint(attribute=MODEL, operator=Operator.IS, value=value, said=value)
    hidden = frozenset(p for run in models for p in run if not chunks[p].means(Kind.TYPE, Kind.BRAND))
    return Relations(constraints=(wish,), hidden=hidden)


def _nouns(chunks: Sequence[Chunk], places: range) -> Iterator[int]:
    for place in places:
        chunk = chunks[place]
        if chunk.has(*_ENDS, Cue.FOR, Cue.FILLER) or chunk.amount:
            return
        if chunk.means(Kind.TYPE) or chunk.word:
            yield place


def _made_for_others(chunk: Chunk, lexicon: Lexicon) -> bool:
    """Whether a noun names what is made for other things: by its own head, by what the thesaurus knows of it."""
    keys = [meaning.concept for meaning in chunk.means(Kind.TYPE) if meaning.concept]
    return names_part(chunk.text) or (bool(keys) and lexicon.accessory(keys))
