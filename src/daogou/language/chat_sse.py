"""Server-sent events: bytes as they come in, payloads out (WHATWG HTML, "9.2 Server-sent events")."""

import re
from collections.abc import Iterator

_LINE_END = re.compile(rb"\r\n|\n|\r(?!$)")  # a carriage return at the very end may be half of a pair


class EventStream:
    """Feed it pieces of any size; it gives the data of every event that is whole."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[bytes] = []

    def feed(self, piece: bytes) -> Iterator[str]:
        """The events that this piece completes."""
        *lines, self._rest = _LINE_END.split(self._rest + piece)
        for line in lines:
            yield from self._line(line)

    def end(self) -> Iterator[str]:
        """What the stream left without a blank line behind it: servers forget it."""
        yield from self._line(self._rest.rstrip(b"\r"))
        yield from self._line(b"")

    def _line(self, line: bytes) -> Iterator[str]:
        field, _, value = line.partition(b":")
        if field == b"data":
            self._data.append(value.removeprefix(b" "))
        elif not line and self._data:
            yield b"\n".join(self._data).decode("utf-8", errors="replace")
            self._data = []
