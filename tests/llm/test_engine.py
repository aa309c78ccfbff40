"""Sampling: one loop for every engine that shows its logits."""

from collections.abc import Sequence

import numpy as np
import pytest
from llguidance import LLTokenizer

from daogou.errors import BackendError, TooLate
from daogou.llm.engine import Logits, SchemaMask, Step, Tokens, Wanted, pick, sample
from daogou.ports import NEVER, Deadline
from tests.tiny_models import tiny_tokenizer

END = 256  # behind the bytes
SAID = "红 lamps\nbags"


def test_a_text_goes_on_to_the_models_own_end() -> None:
    assert written(SAID, n=2) == [SAID, SAID]


def test_a_text_ends_before_the_stop_that_comes_first() -> None:
    assert written(SAID, stop=("bags", "\n", "nowhere")) == ["红 lamps"]


def test_an_empty_stop_stops_nothing() -> None:
    assert written(SAID, stop=("",)) == [SAID]


@pytest.mark.parametrize(("tokens", "text"), [(0, ""), (1, ""), (2, ""), (3, "红"), (5, "红 l")])
def test_half_a_character_is_never_shown(tokens: int, text: str) -> None:
    assert written(SAID, max_tokens=tokens) == [text]


def test_a_row_draws_the_same_whatever_is_drawn_beside_it() -> None:
    alone = [_drawn(n=1, first=row)[0] for row in range(5)]
    assert _drawn(n=5) == alone
    assert len(set(alone)) == 5


def test_another_seed_draws_other_texts() -> None:
    assert _drawn(n=3, seed=1) != _drawn(n=3, seed=2)
    assert _drawn(n=3, seed=-1) == _drawn(n=3, seed=-1)


def test_tokens_are_drawn_as_often_as_they_are_likely() -> None:
    logits = np.log(np.array([0.1, 0.6, 0.3], dtype=np.float32))
    random = np.random.default_rng(1)
    drawn = np.bincount([pick(logits, 1.0, random) for _ in range(4000)], minlength=3) / 4000
    assert drawn == pytest.approx([0.1, 0.6, 0.3], abs=0.03)
    sharpened = np.bincount([pick(logits, 0.5, random) for _ in range(4000)], minlength=3) / 4000
    assert sharpened == pytest.approx([0.01 / 0.46, 0.36 / 0.46, 0.09 / 0.46], abs=0.03)


def test_what_is_forbidden_is_never_drawn() -> None:
    logits = np.array([-np.inf, 0.0, -np.inf, 0.0, -np.inf], dtype=np.float32)
    random = np.random.default_rng(1)
    assert {pick(logits, temperature, random) for temperature in (1.0, 50.0) for _ in range(200)} == {1, 3}


def test_finished_rows_are_asked_no_more() -> None:
    asked: list[list[int]] = []

    def step(rows: Sequence[int], tokens: Sequence[int]) -> Logits:
        asked.append(list(rows))
        return np.stack([_sure(END if row < len(asked) else ord("x")) for row in rows])

    wanted = Wanted(n=3, max_tokens=9, seed=1, temperature=0)
    assert sample(_sure(ord("x")), step, wanted, TOKENS, NEVER) == ["x", "xx", "xxx"]
    assert asked == [[0, 1, 2], [1, 2], [2]]


def test_too_late_comes_between_two_tokens() -> None:
    with pytest.raises(TooLate):
        sample(_sure(ord("x")), lambda rows, tokens: np.stack([_sure(ord("x"))]), _wanted(), TOKENS, Deadline(ends=0))


def test_json_that_is_not_whole_in_time_is_an_error() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string", "minLength": 50}}, "required": ["a"]}
    with pytest.raises(BackendError, match="no whole JSON within 8 tokens"):
        _json(schema, max_tokens=8)


def test_json_ends_when_it_is_whole() -> None:
    schema = {"type": "object", "properties": {"a": {"enum": ["红"]}}, "required": ["a"], "additionalProperties": False}
    assert _json(schema, max_tokens=80) == ['{"a":"红"}']


def test_a_schema_that_cannot_be_followed_is_an_error() -> None:
    with pytest.raises(BackendError, match="JSON schema"):
        _json({"type": "no such type"}, max_tokens=8)


def _decode(ids: Sequence[int]) -> str:
    return bytes(ids).decode("utf-8", "replace")


TOKENS = Tokens(decode=_decode, ends={END})


def _wanted(**wanted: object) -> Wanted:
    return Wanted(**{"n": 1, "max_tokens": 40, "seed": 1, "temperature": 0.0, **wanted})  # type: ignore[arg-type]


def written(text: str, **wanted: object) -> list[str]:
    """Byte by byte that text."""
    following = [*text.encode(), END]
    at = {}

    def step(rows: Sequence[int], tokens: Sequence[int]) -> Logits:
        for row in rows:
            at[row] = at.get(row, 0) + 1
        return np.stack([_sure(following[at[row]]) for row in rows])

    return sample(_sure(following[0]), step, _wanted(**wanted), TOKENS, NEVER)


def _drawn(**wanted: object) -> list[str]:
    """Any letters."""
    letters = np.full(END + 1, -np.inf, dtype=np.float32)
    letters[ord("a") : ord("z") + 1] = 0.0
    step: Step = lambda rows, tokens: np.repeat(letters[None], len(rows), axis=0)  # noqa: E731
    return sample(letters, step, _wanted(temperature=1.0, max_tokens=8, **wanted), TOKENS, NEVER)


def _json(schema: dict[str, object], *, max_tokens: int) -> list[str]:
    """What a model without any preference writes under that schema."""
    tokenizer = tiny_tokenizer()
    mask = SchemaMask.of(schema, LLTokenizer(tokenizer.to_str(), n_vocab=400, eos_token=1))
    indifferent = np.zeros(400, dtype=np.float32)
    step: Step = lambda rows, tokens: np.repeat(indifferent[None], len(rows), axis=0)  # noqa: E731
    tokens = Tokens(decode=lambda ids: str(tokenizer.decode(list(ids))), ends={1})
    return sample(indifferent, step, _wanted(mask=mask, max_tokens=max_tokens, temperature=1.0), tokens, NEVER)


def _sure(token: int) -> Logits:
    logits = np.zeros(END + 1, dtype=np.float32)
    logits[token] = 20.0
    return logits
