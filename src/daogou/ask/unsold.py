"""Things asked for that no title of the shop speaks of: told honestly instead of guessed."""

from collections.abc import Collection, Sequence

from daogou.ask.chunks import Chunk
from daogou.ask.cues import Cue
from daogou.ask.features import known_forms
from daogou.ask.lexicon import Lexicon

_SHORTEST = 3


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
    wants = asked or any(chunk.has(Cue.WANT, Cue.SELL) for chunk in chunks)
    if heads or not wants:
        return ()
    run = _noun(chunks, [place for place in words if place not in negated])
    if not run or known_forms(chunks[run[-1]].text, lexicon) or len(chunks[run[-1]].text) < _shortest(chunks[run[-1]]):
        return ()
    if any(character.isdigit() for character in chunks[run[-1]].text):
        return ()
    texts = [chunks[place].text for place in run]
    return (" ".join(texts) if all(text.isascii() for text in texts) else "".join(texts),)


def _shortest(chunk: Chunk) -> int:
    return _SHORTEST if chunk.text.isascii() else 1


def _noun(chunks: Sequence[Chunk], words: Sequence[int]) -> list[int]:
    """The first run of neighbouring words: what stands before "for", "with" or a comma."""
    run: list[int] = []
    for place in words:
        if run and place != run[-1] + 1:
            break
        run.append(place)
    return run
