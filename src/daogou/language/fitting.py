"""A prompt cut to what a model can read: of a longer one the oldest tokens are left out."""

from collections.abc import Callable, Sequence


def newest(before: Sequence[int], ids: Sequence[int], most: int) -> list[int]:
    """The mark that a text begins with, and as many of the last tokens as there is room for."""
    return [*before, *ids[-max(1, most - len(before)) :]]


def fitting_message(
    prompt: str,
    most: int,
    *,
    asked: Callable[[str], list[int]],
    ids: Callable[[str], list[int]],
    text: Callable[[Sequence[int]], str],
) -> list[int]:
    """A user's message in a chat's form, `asked`: the form stays whole, the message loses its beginning."""
    whole = asked(prompt)
    words = ids(prompt) if len(whole) > most else []
    room = len(words)
    while len(whole) > most and room > 0:
        room = max(0, room - (len(whole) - most))
        whole = asked(text(words[len(words) - room :]))
    return whole
