"""What a product shall not have, in all the ways of saying it: where a refusal stands, what it reaches, and what it excludes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from daogou.ask.lexicon import Lexicon
from daogou.ask.nouns.nouns import names_of
from daogou.ask.tokens.chunks import Chunk, spoken
from daogou.ask.tokens.phrases import Cue, Kind
from daogou.catalog.products.need import BRAND, CATEGORY, PRICE, TEXT, Constraint, Operator
from daogou.text.substances import Substance, left_out_by, substance
from daogou.text.words import is_chinese

_JOINS = (Cue.OR, Cue.AND)
_SMALL = (Cue.FILLER, Cue.OF, Cue.ANY, Cue.BRAND, Cue.WITH, Cue.BETWEEN, Cue.FOR, Cue.WANT, Cue.SUBJECTIVE, Cue.SELL)
_MOST_WORDS = 3  # of one thing
_NAMING = (Kind.TYPE, Kind.BRAND, Kind.VALUE, Kind.ATTRIBUTE)
# What refuses whatever follows, known or not; a bare "not" or 不 only what the shop knows: "not sure", 不急.
_STRONG_WORDS = (
    "without|w/o|no|free of|without any|with no|never any|excluding|avoid|zero|nothing with|don't want|do not want|dont want"
    "|no more|not any|hate|不含|无|零|没有|不带|不要|别要|不能有|没|非|不加|不添加|0|不想要|拒绝|避免|勿"
)
STRONG = frozenset(_STRONG_WORDS.split("|"))
_IDLE_WORDS = (
    "idea thanks thank problem rush hurry worries clue doubt preference need way matter more longer less sure bad yet one thing"
    " difference limit 想法 问题 所谓 要求 限制 特别 关系"
)
IDLE = frozenset(_IDLE_WORDS.split())  # what follows "no" without being a thing
_UNABLE = (
    "can't have|can't eat|can't stand|can't tolerate|cannot have|cannot eat|cannot tolerate|can not have|can not eat"
    "|不能 吃|不能 碰|不 能 吃|不 能 碰|不 能|不 支持|不 会|不能|不支持|吃不了|不吃|不添加|不加"
)
_OPENERS = [tuple(words.split()) for words in _UNABLE.split("|")]
# The wanted kind may follow at once: no peat compost.
_PREFIXES = ("no", "zero", "non", "无", "零", "非", "0", "0 %", "0%")
_ALLERGIC = ("allergic", "allergy", "allergies", "intolerant", "intolerance", "allergen", "sensitive")
_ALLERGY_AFTER = ("过敏", "不耐受", "过敏的")
_STOPS_FREE = frozenset(
    ["of", "range", "shipping", "delivery", "gift", "gifts", "returns", "standing", "sample", "size", "style"]
)


def refusals(chunks: Sequence[Chunk], place: int) -> Iterator[tuple[list[int], list[list[int]]]]:
    """The places of the words that refuse, and of each thing that they refuse."""
    chunk = chunks[place]
    following = chunks[place + 1].text if place + 1 < len(chunks) else ""
    if chunk.text == "free" and following == "from":
        yield [place, place + 1], _forward(chunks, place + 2)
    elif chunk.text == "free" and following not in _STOPS_FREE:
        yield [place], _backward(chunks, place - 1)
    elif chunk.text in _ALLERGIC:
        if following in ("to", "of", "against"):
            yield [place, place + 1], _forward(chunks, place + 2)
        elif chunk.text != "sensitive" and not (place + 1 < len(chunks) and names_something(chunks[place + 1])):
            yield [place], _backward(chunks, place - 1)  # a nut allergy, but no allergy tablets
    elif chunk.text in _ALLERGY_AFTER:
        items = _backward(chunks, place - 1)
        opened = min((p for item in items for p in item), default=place) - 1
        yield [place, *([opened] if opened >= 0 and chunks[opened].text in ("对", "会对", "my", "a") else [])], items
    elif chunk.has(Cue.NOT) and following in ("included", "supplied"):
        yield [place, place + 1], _backward(chunks, place - 1)
    elif (length := _opened(chunks, place)) > 0:
        items = _forward(chunks, place + length, prefix=chunk.text in _PREFIXES)
        after = not items and chunk.has(Cue.NOT_AFTER)
        yield list(range(place, place + length)), _backward(chunks, place - 1) if after else items
    elif chunk.has(Cue.EXCEPT_AFTER, Cue.NOT_AFTER) and not chunk.meanings:
        yield [place], _backward(chunks, place - 1)


def _opened(chunks: Sequence[Chunk], place: int) -> int:
    """How many chunks say "without" there; 0 where none does."""
    chunk = chunks[place]
    if chunk.amount is not None and chunk.text.replace(" ", "") in ("0", "0%", "zero", "零"):
        return 1
    for words in _OPENERS:
        if tuple(near.text for near in chunks[place : place + len(words)]) == words:
            return len(words)
    return int(chunk.has(Cue.NOT, Cue.EXCEPT) and not chunk.meanings)


def _forward(chunks: Sequence[Chunk], place: int, *, prefix: bool = False) -> list[list[int]]:
    """Each thing that stands after a refusal: its words run on, and "or", "and" or 、 tie the next to it."""
    items: list[list[int]] = []
    while item := run(chunks, next_place(chunks, place), prefix=prefix):
        items.append(item)
        place = item[-1] + 1
        if place >= len(chunks) or not (chunks[place].has(*_JOINS) or _listed(chunks, place)):
            break
        place += 1 + (place + 1 < len(chunks) and chunks[place + 1].has(Cue.NOT, *_JOINS))
    return items


def _listed(chunks: Sequence[Chunk], place: int) -> bool:
    """Whether a comma stands in a list that an "or" closes: no sugar, salt or fat."""
    commas = (",", "，")
    following = chunks[place + 1 : place + 5]
    end = next((n for n, one in enumerate(following) if one.has(*_JOINS)), None)
    stopped = any(one.has(Cue.STOP) and one.text not in commas for one in following[:end])
    return chunks[place].text in commas and end is not None and not stopped


def _backward(chunks: Sequence[Chunk], place: int) -> list[list[int]]:
    items: list[list[int]] = []
    while place >= 0 and chunks[place].has(Cue.OF, Cue.FILLER, Cue.BRAND) and not chunks[place].meanings:
        place -= 1
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
        wanted = (prefix or not chunks[place].text.isascii()) and any(m.count for m in chunks[place].means(Kind.TYPE))
        if found and (wanted or not (chunks[place].word or chunks[found[-1]].word)):
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
        and (chunk.has(*_SMALL) or chunk.text in ("含", "带", "有", "contain", "contains"))
    )


def names_something(chunk: Chunk) -> bool:
    """Whether it may name what is refused."""
    return chunk.names and not chunk.amount and (chunk.word or bool(chunk.means(*_NAMING)))


_EMPTY = "…"
_VACUOUS = ("added", "extra", "any", "additional", "添加", "额外", "任何")
_SURE = ("无", "不含", "零")  # what these are put before is left out; 去 and 脱 also make other words: 去屑
_MAYBE = ("0", "去", "脱", "免", "非", "无", "零", "低")
_OF_A_PRODUCT = (PRICE, BRAND, CATEGORY, "colour", "size", "condition")


@dataclass(frozen=True, kw_only=True)
class Named:
    """The names of a thing, of its kinds, and of its absence."""

    names: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


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
        for cues, items in refusals(chunks, place):
            _take(found, chunks, cues, items, lexicon)
    # Nothing is left to be read of what said it: "free" after a kind would make an adjective of the kind.
    emptied = (Chunk(chunk.start, chunk.end, _EMPTY, (Cue.FILLER,)) for chunk in chunks)
    return Exclusions(
        chunks=tuple(
            empty if place in found.hidden else chunk
            for place, (chunk, empty) in enumerate(zip(chunks, emptied, strict=True))
        ),
        constraints=tuple(dict.fromkeys(found.constraints)),
        values=frozenset(found.values),
        taken_back=tuple(found.taken_back),
    )


def _within(chunk: Chunk, lexicon: Lexicon) -> tuple[Named, Chunk | None] | None:
    """A refusal in one phrase (gluten free, 无氟, decaf), and what is left of it: the coffee of "decaf coffee"."""
    if any(lexicon.trusts(m.attribute) for m in chunk.means(Kind.ATTRIBUTE, Kind.VALUE)) or chunk.amount:
        return None
    thing = _fused(chunk, lexicon)
    if thing is not None:
        return thing, None
    first, _, rest = chunk.text.partition(" ")
    thing = (
        _fused(replace(chunk, text=first, meanings=(), cues=()), lexicon) if rest and chunk.means(Kind.TYPE) else None
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
        thing = _named(text, [chunks[place] for place in item], lexicon, strong=strong)
        # With the small words between: the 带 of 不要带涂层的.
        places = {*cues, *item, *(near for near in range(cues[-1] + 1, item[0]) if skipped(chunks[near]))}
        if thing is None:
            found.values |= places
        else:
            _add(found, thing, text, sorted(places))


def _unable(chunks: Sequence[Chunk], cues: Sequence[int], item: Sequence[int]) -> bool:
    """Whether it says what a thing shall not be able to do: 不能上网的手机."""
    able = chunks[cues[-1]].text in ("能", "不能", "会", "支持", "不会", "不支持")
    return able and [chunk.text for chunk in chunks[item[-1] + 1 : item[-1] + 2]] == ["的"]


def _forget(found: _Found, chunks: Sequence[Chunk], place: int) -> None:
    """What does not matter any more: forget the alcohol, sugar doesn't matter."""
    item = run(chunks, next_place(chunks, place + 1)) if chunks[place].has(Cue.FORGET) else []
    item = item or [near for near in range(place - 1, place) if near >= 0 and names_something(chunks[near])]
    text = spoken([chunks[near] for near in item])
    if item and substance(text) is not None:
        found.taken_back.append(text)
        found.hidden |= {place, *item}


def _add(found: _Found, thing: Named, said: str, places: Sequence[int]) -> None:
    value = thing.names[0] if len(thing.names) == 1 else thing.names
    wish = Constraint(attribute=TEXT, operator=Operator.IS_NOT, value=value, said=said)
    found.constraints.append(replace(wish, kinds=thing.kinds, absent=thing.absent))
    found.hidden.update(places)


def _fused(chunk: Chunk, lexicon: Lexicon) -> Named | None:
    """The thing that one phrase leaves out: the gluten of "gluten free", 氟 of 无氟, the caffeine of "decaf"."""
    text = chunk.text
    unnamed = chunk.word or any(m.attribute.endswith("_free") for m in chunk.meanings)
    if (known := left_out_by(text)) is not None and unnamed:
        return _of(known, ())
    if text.endswith((" free", "-free")) and (chunk.meanings or chunk.word):
        return _thing(text[: -len(" free")].strip(), lexicon)
    if not is_chinese(text) or not unnamed:
        return None
    prefix = next((prefix for prefix in (*_SURE, *_MAYBE) if text.startswith(prefix)), "")
    rest = text.removeprefix(prefix)
    known = substance(rest) if prefix and rest else None
    return _of(known, (rest,)) if known is not None and prefix != "低" else None


def _named(text: str, chunks: Sequence[Chunk], lexicon: Lexicon, *, strong: bool) -> Named | None:
    """The thing that these chunks name; None where they name a value of a column, or nothing that can be left out."""
    bare = " ".join(word for word in text.split() if word not in _VACUOUS) or text
    bare = next((bare.removeprefix(word) for word in _VACUOUS if is_chinese(word) and bare.startswith(word)), bare)
    last = chunks[-1]
    if len(chunks) == 1 and (last.means(Kind.BRAND) or _kept_in_a_column(last, lexicon)):
        return None
    if substance(bare) is not None:
        return _thing(bare, lexicon)
    if any(meaning.attribute in _OF_A_PRODUCT for chunk in chunks for meaning in chunk.means(Kind.ATTRIBUTE)):
        return None
    if last.means(Kind.VALUE) or (last.means(Kind.TYPE) and not strong):
        return None
    if last.means(Kind.ATTRIBUTE):
        return Named(names=_attribute_names(last, lexicon)) if strong else None
    if last.means(Kind.TYPE):
        return Named(names=(bare, *(name for name in names_of(last, lexicon) if len(chunks) == 1 and name != bare)))
    sayable = len(bare) > 1 or (strong and is_chinese(bare))  # 不含苯
    return _thing(bare, lexicon) if sayable and (strong or lexicon.forms(bare)) else None


def _kept_in_a_column(chunk: Chunk, lexicon: Lexicon) -> bool:
    """Whether enough rows keep it as a value, or any as a yes or no."""
    yes_no = [m for m in chunk.means(Kind.ATTRIBUTE) if lexicon.yes_no(m.attribute)]
    kept = [m for m in chunk.means(Kind.VALUE) if m.count and lexicon.trusts(m.attribute)]
    return bool(yes_no or kept)


def _attribute_names(chunk: Chunk, lexicon: Lexicon) -> tuple[str, ...]:
    concepts = [lexicon.thesaurus.attributes.get(m.attribute) for m in chunk.means(Kind.ATTRIBUTE)]
    names = (name for concept in concepts if concept for phrases in concept.phrases.values() for name in phrases)
    return tuple(dict.fromkeys((chunk.text, *names)))


def _thing(word: str, lexicon: Lexicon) -> Named:
    known = substance(word)
    return _of(known, (word,)) if known is not None else Named(names=tuple(dict.fromkeys((word, *lexicon.forms(word)))))


def _of(known: Substance, said: tuple[str, ...]) -> Named:
    return Named(names=tuple(dict.fromkeys((*said, *known.names))), kinds=known.kinds, absent=known.absent)
