"""How far a long piece of work has come."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias, TypeVar

Progress: TypeAlias = Callable[[str, int, int], None]  # step, how many are done, of how many (0: nobody knows)
EVERY = 256

T = TypeVar("T")


def silent(step: str, done: int, total: int) -> None:
    """Tell nobody."""


def counted(items: Iterable[T], step: str, total: int, progress: Progress) -> Iterator[T]:
    """The items, telling of every 256th and of the end."""
    done = 0
    for done, item in enumerate(items, start=1):
        if done % EVERY == 0:
            progress(step, done, total)
        yield item
    progress(step, done, total)
