"""Things asked for that no title of the shop speaks of: told honestly instead of guessed."""

from collections.abc import Collection, Sequence

from daogou.ask.chunks import Chunk
from daogou.ask.cues import Cue
from daogou.ask.features import known_forms
from daogou.ask.lexicon import Lexicon
from daogou.ask.polarity import content

_SHORTEST = 3
_WEAK = (
    "要",
    "想",
    "需要",
    "need",
    "i need",
    "想要",
    "想要的",
)  # in the middle of a talk these ask for properties as well
_LONGEST = 3  # words of a noun that are said back


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
    run = _noun(chunks, [place for place in words if place not in negated])
    head = chunks[run[-1]] if run else None
    if run and _service(chunks):
        return (" ".join(chunks[place].text for place in run[-_LONGEST:]),)
    if (
        head is None
        or _adjective(chunks, run[-1])
        or not head.word
        or len(head.text) < _shortest(head)
        or known_forms(head.text, lexicon)
    ):
        return ()
    if any(character.isdigit() for character in head.text):
        return ()
    texts = [chunks[place].text for place in run[-_LONGEST:]]
    return (" ".join(texts) if all(text.isascii() for text in texts) else "".join(texts),)


def _service(chunks: Sequence[Chunk]) -> bool:
    """Whether somebody shall arrange something instead of selling it: book me a flight, 帮我订机票."""
    words = [chunk.text for chunk in chunks if not chunk.has(Cue.FILLER) or chunk.text in ("me", "us")]
    return words[:2] in (["book", "me"], ["book", "us"], ["reserve", "me"]) or words[:1] in (["订"], ["预订"], ["预定"])


def _adjective(chunks: Sequence[Chunk], place: int) -> bool:
    """Whether a Chinese word describes rather than names: 要皮实的."""
    return place + 1 < len(chunks) and chunks[place + 1].text == "的"


def _shortest(chunk: Chunk) -> int:
    return _SHORTEST if chunk.text.isascii() else 1


def _noun(chunks: Sequence[Chunk], words: Sequence[int]) -> list[int]:
    """The noun that the first unknown word belongs to: everything named around it, up to "for", "with" or a comma."""
    if not words:
        return []
    start = end = words[0]
    while start > 0 and content(chunks[start - 1]):
        start -= 1
    while end + 1 < len(chunks) and content(chunks[end + 1]):
        end += 1
    return list(range(start, end + 1))
