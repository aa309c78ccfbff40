"""Things asked for that no title of the shop speaks of: a doubt whether they are sold, and a new subject of the talk."""

from collections.abc import Collection, Sequence

from daogou.ask.chunks import Chunk, spoken
from daogou.ask.cues import Cue
from daogou.ask.features import known_forms
from daogou.ask.lexicon import Lexicon
from daogou.ask.thing import LONGEST, noun_run

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
    if run and _service(chunks):
        return (" ".join(chunks[place].text for place in run[-LONGEST:]),)
    if head is None or not head.word or len(head.text) < _shortest(head) or known_forms(head.text, lexicon):
        return ()
    if any(character.isdigit() for character in head.text):
        return ()
    return (spoken(chunks[place] for place in run[-LONGEST:]),)


def _shortest(chunk: Chunk) -> int:
    return _SHORTEST if chunk.text.isascii() else 1


def _service(chunks: Sequence[Chunk]) -> bool:
    """Whether somebody shall arrange something instead of selling it: book me a flight, 帮我订机票."""
    words = [chunk.text for chunk in chunks if not chunk.has(Cue.FILLER) or chunk.text in ("me", "us")]
    return words[:2] in (["book", "me"], ["book", "us"], ["reserve", "me"]) or words[:1] in (["订"], ["预订"], ["预定"])
