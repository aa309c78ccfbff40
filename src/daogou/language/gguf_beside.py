"""Many prompts with one continuation each, side by side in a GGUF model's memory: what they begin with is read once."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from daogou.language.gguf_rows import ROWS, Token
from daogou.ports import Deadline

if TYPE_CHECKING:
    from daogou.language.gguf_context import Context


def log_probabilities(
    context: "Context", prompts: Sequence[Sequence[int]], continuation: Sequence[int], deadline: Deadline
) -> list[list[float]]:
    """log P of each of the continuation's tokens, for each prompt; the caller has its turn, and no prompt is empty."""
    found: list[list[float]] = []
    for some in _held(prompts, len(continuation), context.cells):
        found += _together(context, some, continuation, deadline)
    return found


def _held(prompts: Sequence[Sequence[int]], behind: int, cells: int) -> Iterator[Sequence[Sequence[int]]]:
    """The prompts in order, as many at a time as the memory holds."""
    start, held = 0, 0
    for place, prompt in enumerate(prompts):
        held += len(prompt) + behind
        if place > start and (held > cells or place - start >= ROWS - 1):
            yield prompts[start:place]
            start, held = place, len(prompt) + behind
    yield prompts[start:]


def _together(
    context: "Context", prompts: Sequence[Sequence[int]], continuation: Sequence[int], deadline: Deadline
) -> list[list[float]]:
    """Row 0 is what all prompts begin with, and each of the others goes on from there in its own words."""
    shared = _shared(prompts)
    context.clear(None)
    list(
        context.read([Token(token, place, 0, asked=False) for place, token in enumerate(prompts[0][:shared])], deadline)
    )
    for row in range(1, len(prompts) + 1):
        context.share(row)
    rows = list(enumerate(prompts, start=1))
    before = [
        Token(token, place, row, asked=False)
        for row, prompt in rows
        for place, token in enumerate(prompt[shared:-1], start=shared)
    ]
    list(context.read(before, deadline))  # apart from what is asked about: the steps with logits are few and full
    asked = [
        Token(token, place, row)
        for row, prompt in rows
        for place, token in enumerate((prompt[-1], *continuation[:-1]), start=len(prompt) - 1)
    ]
    logs = list(context.log_probabilities(asked, [*continuation] * len(prompts), deadline))
    return [logs[start : start + len(continuation)] for start in range(0, len(logs), len(continuation))]


def _shared(prompts: Sequence[Sequence[int]]) -> int:
    """How many tokens all of them begin with; each keeps its last one to itself."""
    least = min(map(len, prompts)) - 1
    alike = (place for place in range(least) if len({prompt[place] for prompt in prompts}) > 1)
    return next(alike, least)
