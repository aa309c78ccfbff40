"""Texts side by side in a GGUF model's memory: each token stands at its place in a row."""

from typing import NamedTuple

BATCH = 128  # tokens in one step: of texts side by side, each is held against all the others' tokens too
ROWS = 64  # texts side by side, the shared beginning among them


class Token(NamedTuple):
    """A token at its place in a text; `asked` where what may follow it is wanted."""

    id: int
    position: int
    row: int
    asked: bool = True
