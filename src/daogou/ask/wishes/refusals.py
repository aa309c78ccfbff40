"""Where a refusal stands in a message, and what it reaches: before its thing, after it, around it, over a list."""

from collections.abc import Iterator, Sequence

from daogou.ask.tokens.chunks import Chunk
from daogou.ask.tokens.cues import Cue
from daogou.ask.tokens.phrases import Kind

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
_PREFIXES = (
    "no",
    "zero",
    "non",
    "无",
    "零",
    "非",
    "0",
    "0 %",
    "0%",
)  # the wanted kind may follow at once: no peat compost
_ALLERGIC = ("allergic", "allergy", "allergies", "intolerant", "intolerance", "allergen", "sensitive")
_ALLERGY_AFTER = ("过敏", "不耐受", "过敏的")
_NO_REFUSAL = "of range shipping delivery gift gifts returns standing sample size style"  # after "free"
_STOPS_FREE = frozenset(_NO_REFUSAL.split())


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
