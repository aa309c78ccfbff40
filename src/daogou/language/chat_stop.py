"""Where a text ends: before the first of the stops, and before half a character; whole or as it streams in."""

from collections.abc import Sequence

HALF = "\ufffd"


def cut(text: str, stop: Sequence[str]) -> str:
    """The text before the first of `stop`, without what a server makes of half a character at its end."""
    return _before(text, stop).rstrip(HALF)


def _before(text: str, stop: Sequence[str]) -> str:
    return text[: min((at for at in map(text.find, filter(None, stop)) if at >= 0), default=len(text))]


class Cutting:
    """The same for a stream: holds back what may be the beginning of a stop."""

    def __init__(self, stop: Sequence[str]) -> None:
        self._stop = [word for word in stop if word]
        self._held = ""
        self.ended = False

    def feed(self, piece: str) -> str:
        """What may be said for certain."""
        self._held += piece
        said = _before(self._held, self._stop)
        if len(said) < len(self._held):
            self.ended, self._held = True, ""
            return said.rstrip(HALF)
        keep = max((_overlap(said, word) for word in self._stop), default=0)
        keep = max(keep, len(said) - len(said[: len(said) - keep].rstrip(HALF)))
        self._held = said[len(said) - keep :]
        return said[: len(said) - keep]

    def rest(self) -> str:
        """What was held back for nothing."""
        held, self._held = self._held, ""
        return held.rstrip(HALF)


def _overlap(text: str, word: str) -> int:
    """Characters at the end of the text that begin the word."""
    return next((n for n in range(min(len(word) - 1, len(text)), 0, -1) if text.endswith(word[:n])), 0)
