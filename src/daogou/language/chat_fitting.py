"""A prompt cut to what a model server can read: of a longer one the oldest is left out."""

from collections.abc import Callable

TRIES = 4
BYTES_PER_TOKEN = 6  # more than any tokenizer makes of running text


def newest(text: str, most_bytes: int) -> str:
    """The end of the text, in whole characters."""
    return text.encode("utf-8")[-max(1, most_bytes) :].decode("utf-8", errors="ignore")


def fitted(prompt: str, room: int, count: Callable[[str], int] | None) -> str:
    """The prompt's end that has at most `room` tokens, as far as that can be told: no token is shorter than a byte."""
    tail = newest(prompt, room * BYTES_PER_TOKEN)
    for _ in range(TRIES if count else 0):
        tokens = count(tail) if count else 0
        if tokens <= room:
            return tail
        tail = newest(tail, int(len(tail.encode("utf-8")) * room / tokens * 0.95))
    return newest(prompt, room)
