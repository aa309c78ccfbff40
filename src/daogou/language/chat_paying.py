"""Calls on a model server that are paid for: the budget is asked before, and told after what a call took."""

from collections.abc import Iterator, Mapping, Sequence

from daogou.errors import BackendError, TooLate
from daogou.language.chat_answers import usage
from daogou.language.chat_budget import Purse, Spent
from daogou.language.chat_http import Call, Wire
from daogou.ports import Deadline

BYTES_PER_TOKEN = 3  # a guess: four letters of English, one character of Chinese


class PaidWire:
    """The same wire with a purse."""

    def __init__(self, wire: Wire, purse: Purse) -> None:
        self._wire = wire
        self._purse = purse

    def post_all(self, calls: Sequence[Call], *, deadline: Deadline) -> list[object]:
        """The answers in order. What was refused cost nothing, what came too late may have been written."""
        spent = self._take(calls)
        try:
            answers = self._wire.post_all(calls, deadline=deadline)
        except TooLate:
            raise
        except BackendError:
            self._purse.settle(spent, read=0, written=0)
            raise
        counts = [usage(answer) for answer in answers]
        told = [count for count in counts if count is not None]
        if len(told) == len(counts):
            self._purse.settle(spent, read=sum(read for read, _ in told), written=sum(written for _, written in told))
        return answers

    def stream(self, call: Call, *, deadline: Deadline) -> Iterator[object]:
        """The events of one call; few servers say what a stream took, so the guess stands."""
        self._take([call])
        yield from self._wire.stream(*call, deadline=deadline)

    def _take(self, calls: Sequence[Call]) -> Spent:
        bodies = [body for _, body in calls]
        return self._purse.take(read=sum(map(_read, bodies)), written=sum(map(_written, bodies)))


def _read(body: Mapping[str, object]) -> int:
    """Tokens of the texts in a body, about."""
    prompt = body.get("prompt", body.get("messages"))
    return len(str(prompt).encode("utf-8", errors="replace")) // BYTES_PER_TOKEN + 1


def _written(body: Mapping[str, object]) -> int:
    """Tokens that may come back, at most."""
    return int(str(body["max_tokens"])) * int(str(body.get("n", 1)))
