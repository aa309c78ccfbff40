"""The words that no phrase explains: what is asked for by all of its names, what nothing here is called, and wishes of the text."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from daogou.ask.lexicon import Lexicon
from daogou.ask.nouns.nouns import Nouns
from daogou.ask.tokens.chunks import Chunk, spoken
from daogou.ask.tokens.phrases import Cue, Kind
from daogou.ask.wishes.values import FEELINGS, in_text
from daogou.catalog.products.need import Constraint, Notice, Operator, Strength
from daogou.text.thesaurus import called_otherwise
from daogou.text.words import cut, stem

LONGEST = 3  # words of a noun that are said back
_NAMES = 12  # of one thing
_SHORTEST = 3  # letters of an English noun
_SOMETHING = ("something", "anything", "sth", "smth", "有什么", "什么", "东西")
_TO_DO = ("to", "that", "which", "可以", "能", "用来")
_WEAK = frozenset(
    ["要", "想", "需要", "need", "i need", "想要", "想要的"]
)  # amid a talk these ask for properties as well


def noun_names(
    chunks: Sequence[Chunk], kinds: Nouns, words: Sequence[int], negated: Collection[int], lexicon: Lexicon
) -> tuple[str, ...]:
    """All names of what is asked for, the shopper's first: the kind with what stands before it, else the noun that the
    unknown words make; then the kind's in both languages, and what the shop's titles call it.
    """
    known: list[str] = []
    if kinds.heads:
        head = start = kinds.heads[0]
        while start > 0 and head - start < LONGEST - 1 and start - 1 not in negated and _describes(chunks[start - 1]):
            start -= 1
        run = list(range(start, head + 1))
        concepts = [lexicon.thesaurus.types[m.concept] for m in chunks[head].means(Kind.TYPE) if m.concept]
        known = [name for one in concepts for names in one.phrases.values() for name in names[: _NAMES // 2]]
    else:
        run = noun_run(chunks, [place for place in words if place not in negated])[-LONGEST:]
    if not run:
        return ()
    said = spoken(chunks[place] for place in run)
    others = called_otherwise(said, lexicon.vocabulary.other_names)
    return tuple(dict.fromkeys((said, chunks[run[-1]].text, *known, *others)))[:_NAMES]


def _describes(chunk: Chunk) -> bool:
    named = chunk.text[:1].isalpha() and not chunk.means(Kind.BRAND, Kind.MORE, Kind.LESS)
    return named and not chunk.cues and not chunk.amount


def unnamed(chunks: Sequence[Chunk]) -> bool:
    """Whether it stays open what is asked for: something to spread on toast names toast, and does not ask for it."""
    said = next((place for place, chunk in enumerate(chunks) if chunk.text in _SOMETHING), len(chunks))
    return any(one.text in _TO_DO or one.has(Cue.FOR, Cue.FOR_AFTER) for one in chunks[said + 1 :])


def noun_run(chunks: Sequence[Chunk], words: Sequence[int]) -> list[int]:
    """The noun that the first unknown word belongs to: everything named around it, up to "for", "with" or a comma."""
    if not words:
        return []
    start = end = words[0]
    while start > 0 and chunks[start - 1].names:
        start -= 1
    while end + 1 < len(chunks) and chunks[end + 1].names:
        end += 1
    return list(range(start, end + 1))


def unsold_words(
    chunks: Sequence[Chunk], words: Sequence[int], negated: Collection[int], lexicon: Lexicon, *, asked: bool
) -> tuple[str, ...]:
    """The noun that was asked for, in the shopper's words, where it is no kind of the shop and in no title.

    `asked` says that a wish is expected anyway, so that even a bare noun asks for something.
    """
    wants = asked or any(chunk.has(Cue.SELL) or (chunk.has(Cue.WANT) and chunk.text not in _WEAK) for chunk in chunks)
    run = noun_run(chunks, [place for place in words if place not in negated]) if wants else []
    if run and _service(chunks):
        return (spoken(chunks[place] for place in run[-LONGEST:]),)
    head = chunks[run[-1]] if run else None
    if head is None or not head.word or any(map(str.isdigit, head.text)) or known_forms(head.text, lexicon):
        return ()
    long = len(head.text) >= _SHORTEST or not head.text.isascii()
    return (spoken(chunks[place] for place in run[-LONGEST:]),) if long else ()


def _service(chunks: Sequence[Chunk]) -> bool:
    """Whether somebody shall arrange something instead of selling it: book me a flight, 帮我订机票."""
    words = [chunk.text for chunk in chunks if not chunk.has(Cue.FILLER) or chunk.text in ("me", "us")]
    return words[:1] in (["订"], ["预订"], ["预定"]) or (
        words[:1] in (["book"], ["reserve"]) and words[1:2] in (["me"], ["us"])
    )


def worded(
    chunks: Sequence[Chunk],
    places: Sequence[int],
    *,
    negated: Collection[int],
    required: Collection[int],
    lexicon: Lexicon,
) -> tuple[list[Constraint], list[Notice]]:
    """The words at these places as wishes of the text, and notices of those that the catalogue does not know.

    `required` are the places beside a kind of thing: there, and behind "with", a word that the catalogue knows is asked for.
    """
    constraints: list[Constraint] = []
    notices: list[Notice] = []
    for place in places:
        word, refused = chunks[place].text, place in negated
        demanded = any(chunk.has(Cue.WITH) for chunk in chunks[max(0, place - 2) : place])
        if not (refused or place in required or demanded):
            continue
        forms = known_forms(word, lexicon)
        found = [in_text(form, Operator.IS_NOT if refused else Operator.IS, word) for form in forms]
        soft = not refused and word in FEELINGS
        constraints += [replace(wish, strength=Strength.PREFER) for wish in found] if soft else found
        if not forms and not refused and len(word) > 1:
            notices.append(Notice(code="unknown_value", params={"value": word}))
    return constraints, notices


def known_forms(word: str, lexicon: Lexicon) -> list[tuple[str, ...]]:
    """How the catalogue's titles write a word; a Chinese compound may be known by its parts; empty: not at all."""
    if len(word) == 1:
        return []  # a single character stands in too many words
    forms = (*lexicon.forms(word), *(form for name in _participles(word) for form in lexicon.forms(name)))
    if forms:
        return [tuple(dict.fromkeys((word, *forms)))]
    return [] if word.isascii() else _parts(word, lexicon)


def _participles(word: str) -> tuple[str, ...]:
    """What has it: hood -> hooded, stripes -> striped, pockets -> pocketed."""
    base = stem(word)
    if not base.isascii() or not base.isalpha() or len(base) <= _SHORTEST or base.endswith("ed"):
        return ()
    return (base + "d",) if base.endswith("e") else (base + "ed",)


def _parts(word: str, lexicon: Lexicon) -> list[tuple[str, ...]]:
    """The known words that a Chinese compound is made of, none overlapping: 礼盒装 is 礼盒 and no 盒装."""
    found: list[tuple[str, ...]] = []
    end = 0
    for part in cut(word):
        start = word.find(part, end)
        if start >= 0 and 1 < len(part) < len(word) and (forms := lexicon.forms(part)):
            found.append(forms)
            end = start + len(part)
    return found
