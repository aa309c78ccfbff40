"""Texts from a model server: several, one as JSON under a schema, or one in pieces."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from daogou.errors import BackendError
from daogou.language.chat_answers import Delta, texts
from daogou.language.chat_asking import (
    FROM_NOTHING,
    PLAIN,
    Body,
    Constraint,
    Endpoint,
    Sampling,
    constrained,
    in_words,
    writing,
)
from daogou.language.chat_paying import PaidWire
from daogou.language.chat_probe import Found
from daogou.language.chat_stop import Cutting, cut
from daogou.language.repair import repaired
from daogou.ports import Deadline

SEED_STEP = 7919  # between texts that are drawn one by one


class Writer:
    """Writes as the server was found to write."""

    def __init__(self, wire: PaidWire, model: str, found: Found) -> None:
        self._wire = wire
        self._model = model
        self._found = found

    def write(self, prompt: str, n: int, sampling: Sampling, deadline: Deadline) -> list[str]:
        """n texts, each before the first stop."""
        endpoint = self._found.writes or Endpoint.CHAT
        drawn = self._draw(endpoint, self._body(endpoint, prompt, sampling), n, deadline)
        return [cut(text, sampling.stop) for text in drawn]

    def write_json(
        self, prompt: str, n: int, sampling: Sampling, schema: Mapping[str, object], deadline: Deadline
    ) -> list[str]:
        """n texts that follow the schema; what doesn't is drawn once more, then BackendError."""
        endpoint, how = self._found.constrains or (Endpoint.CHAT, Constraint.WORDS)
        asked = in_words(prompt, schema) if how is Constraint.WORDS else prompt
        body = self._body(endpoint, asked, replace(sampling, stop=()))
        if how is not Constraint.WORDS:
            body = constrained(body, how, schema)
        return [self._whole(text, endpoint, body, schema, deadline) for text in self._draw(endpoint, body, n, deadline)]

    def pieces(self, prompt: str, sampling: Sampling, deadline: Deadline) -> Iterator[str]:
        """One text in pieces; BackendError when it breaks off without an end."""
        endpoint = self._found.writes or Endpoint.CHAT
        body = self._body(endpoint, prompt, sampling) | {"stream": True}
        cutting, ended = Cutting(sampling.stop), False
        for event in self._wire.stream((endpoint, body), deadline=deadline):
            delta = Delta(event)
            if piece := cutting.feed(delta.text):
                yield piece
            ended = ended or delta.ends
            if cutting.ended:
                return
        if not ended:
            raise BackendError("the model server broke off in mid-stream")
        if rest := cutting.rest():
            yield rest

    def _body(self, endpoint: Endpoint, prompt: str, sampling: Sampling) -> Body:
        body = writing(endpoint, self._model, prompt or FROM_NOTHING, sampling)
        return {**body, **PLAIN} if self._found.plain else body

    def _draw(self, endpoint: Endpoint, body: Body, n: int, deadline: Deadline) -> list[str]:
        """n texts in as few requests as the server allows; greedy ones are all the same."""
        if n < 1:
            return []
        if not body["temperature"]:
            return self._ask([(endpoint, body)], deadline) * n
        if self._found.draws and n > 1:
            return _many(self._ask([(endpoint, body | {"n": n})], deadline), n)
        return self._ask([(endpoint, body | {"seed": _seed(body, number)}) for number in range(n)], deadline)

    def _ask(self, calls: Sequence[tuple[Endpoint, Body]], deadline: Deadline) -> list[str]:
        """The texts of every answer: as many as the call asked for, at most."""
        answers = self._wire.post_all(calls, deadline=deadline)
        most = [int(str(body.get("n", 1))) for _, body in calls]
        return [text for number, answer in zip(most, answers, strict=True) for text in texts(answer)[:number]]

    def _whole(
        self, text: str, endpoint: Endpoint, body: Body, schema: Mapping[str, object], deadline: Deadline
    ) -> str:
        try:
            return repaired(text, schema)
        except BackendError:
            again = body | {"seed": _seed(body, 1), "temperature": 0.0}
            return repaired(self._ask([(endpoint, again)], deadline)[0], schema)


def _seed(body: Body, number: int) -> int:
    return (int(str(body["seed"])) + number * SEED_STEP) % 2**31


def _many(drawn: list[str], n: int) -> list[str]:
    if len(drawn) < n:
        raise BackendError(f"the model server wrote {len(drawn)} texts of {n}")
    return drawn
