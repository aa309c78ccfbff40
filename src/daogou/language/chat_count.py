"""Tokens of a text from a model server that has an address for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from daogou.errors import BackendError
from daogou.language.chat_http import Wire
from daogou.language.chat_refusals import Refused
from daogou.ports import Deadline

MOST_CONTEXT = 2**24


@dataclass(frozen=True, kw_only=True)
class Counter:
    """How one kind of server counts."""

    path: str
    body: Callable[[str, str], Mapping[str, object]]  # of the model's name and the text
    marks: int = 0  # tokens that it puts before and behind every text
    context: int = 0  # tokens that the model can read, where the server says it

    def count(self, wire: Wire, model: str, text: str, *, deadline: Deadline) -> int:
        """Without any that mark the text's start or end."""
        answer = wire.post(self.path, self.body(model, text), deadline=deadline)
        return max(0, _count(answer) - self.marks) if text else 0


KNOWN = (
    Counter(
        path="/tokenize", body=lambda model, text: {"model": model, "prompt": text, "add_special_tokens": False}
    ),  # vLLM
    Counter(path="/tokenize", body=lambda _, text: {"content": text, "add_special": False}),  # llama.cpp
    Counter(path="/extras/tokenize", body=lambda model, text: {"model": model, "input": text}),  # llama-cpp-python
)


def found_counter(wire: Wire, model: str, *, deadline: Deadline) -> Counter | None:
    """The first that counts more tokens for more text; None where there is none."""
    for counter in KNOWN:
        try:
            none, one, two = (
                wire.post(counter.path, counter.body(model, text), deadline=deadline, retries=0)
                for text in ("", "a lamp", "a lamp and a bag")
            )
            if _count(none) < _count(one) < _count(two):
                return Counter(path=counter.path, body=counter.body, marks=_count(none), context=_context(two))
        except Refused:
            continue
    return None


def _count(answer: object) -> int:
    tokens = answer.get("tokens") if isinstance(answer, Mapping) else None
    if not isinstance(tokens, list):
        raise BackendError("the model server does not count tokens")
    return len(tokens)


def _context(answer: object) -> int:
    said = answer.get("max_model_len") if isinstance(answer, Mapping) else None
    return said if isinstance(said, int) and 0 < said < MOST_CONTEXT else 0
