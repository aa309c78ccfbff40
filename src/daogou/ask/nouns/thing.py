"""What is asked for, by all of its names: the noun as it was said, and what the thesaurus calls such a thing in both languages."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from daogou.ask.lexicon import Lexicon
from daogou.ask.nouns.features import known_forms
from daogou.ask.nouns.nouns import Nouns
from daogou.ask.tokens.chunks import Chunk, spoken
from daogou.ask.tokens.cues import Cue
from daogou.ask.tokens.phrases import Kind
from daogou.text.dictionary import called_otherwise

LONGEST = 3  # words of a noun that are said back
_SOMETHING = ("something", "anything", "sth", "smth", "有什么", "什么", "东西")
_TO_DO = ("to", "that", "which", "可以", "能", "用来")
_NAMES = 12  # of one thing


@dataclass(frozen=True, kw_only=True)
class Thing:
    """`said` is the shopper's noun; `names` are all of its names, that one first."""

    said: str = ""
    names: tuple[str, ...] = ()


NOTHING = Thing()


def thing(
    chunks: Sequence[Chunk], kinds: Nouns, words: Sequence[int], negated: Collection[int], lexicon: Lexicon
) -> Thing:
    """The kind that was named, with what stands before it; else the noun that the unknown words make."""
    if kinds.heads:
        head = kinds.heads[0]
        said = spoken(chunks[_start(chunks, head, negated) : head + 1])
        return _thing(said, chunks[head].text, *_called(chunks[head], lexicon), lexicon=lexicon)
    run = noun_run(chunks, [place for place in words if place not in negated])[-LONGEST:]
    if not run:
        return NOTHING
    said = spoken(chunks[place] for place in run)
    return _thing(said, chunks[run[-1]].text, lexicon=lexicon)


def _thing(said: str, *names: str, lexicon: Lexicon) -> Thing:
    """The noun with its names, and what the shop's titles call it where they do not say that."""
    every = (said, *names, *called_otherwise(said, lexicon.vocabulary.other_names))
    return Thing(said=said, names=tuple(dict.fromkeys(every))[:_NAMES])


def unnamed(chunks: Sequence[Chunk]) -> bool:
    """Whether it stays open what is asked for: something to spread on toast names toast, and does not ask for it."""
    for place, chunk in enumerate(chunks):
        behind = chunks[place + 1 :]
        if chunk.text in _SOMETHING and any(one.text in _TO_DO or one.has(Cue.FOR, Cue.FOR_AFTER) for one in behind):
            return True
    return False


def _start(chunks: Sequence[Chunk], head: int, negated: Collection[int]) -> int:
    """Where the noun begins: the kinds and names directly before its head."""
    start = head
    while start > 0 and head - start < LONGEST - 1 and start - 1 not in negated and _names(chunks[start - 1]):
        start -= 1
    return start


def _names(chunk: Chunk) -> bool:
    return (
        not chunk.cues
        and not chunk.amount
        and chunk.text[:1].isalpha()
        and not chunk.means(Kind.BRAND, Kind.MORE, Kind.LESS)
    )


def _called(chunk: Chunk, lexicon: Lexicon) -> list[str]:
    """The names of the kind in both languages, some of each."""
    concepts = [lexicon.thesaurus.types[m.concept] for m in chunk.means(Kind.TYPE) if m.concept]
    return [name for concept in concepts for phrases in concept.phrases.values() for name in phrases[: _NAMES // 2]]


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


_SHORTEST = 3
# In the middle of a talk these ask for properties as well.
_WEAK = ("要", "想", "需要", "need", "i need", "想要", "想要的")


def unsold_words(
    chunks: Sequence[Chunk],
    words: Sequence[int],
    negated: Collection[int],
    lexicon: Lexicon,
    *,
    asked: bool,
    heads: Collection[int],
) -> tuple[str, ...]:
    """The noun that was asked for, in the shopper's words, where it is no kind of the shop and in no title.

    `asked` says that a wish is expected anyway, so that even a bare noun asks for something.
    """
    wants = asked or any(chunk.has(Cue.SELL) or (chunk.has(Cue.WANT) and chunk.text not in _WEAK) for chunk in chunks)
    if heads or not wants:
        return ()
    run = noun_run(chunks, [place for place in words if place not in negated])
    head = chunks[run[-1]] if run else None
    if head is None or not head.word or len(head.text) < _shortest(head) or known_forms(head.text, lexicon):
        return ()
    if any(character.isdigit() for character in head.text):
        return ()
    return (spoken(chunks[place] for place in run[-LONGEST:]),)


def _shortest(chunk: Chunk) -> int:
    return _SHORTEST if chunk.text.isascii() else 1
