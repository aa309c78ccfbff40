"""Many prompts, one continuation: side by side they say what each says alone."""

import importlib.util
import math
from collections.abc import Iterator, Sequence

import pytest

from daogou.llm import named
from daogou.llm.gguf import prefix as gguf_prefix
from daogou.llm.gguf.prefix import Token
from daogou.llm.named import MODELS
from daogou.ports import NEVER, Deadline

PROMPTS = ([0, 7, 8, 9], [0, 7, 5], [0, 7, 8, 4, 4])
CONTINUATION = [3, 2, 1]
GEMMA = MODELS["gemma-270m"]


class Memory:
    """A context whose "model" is the sum of everything that a row holds so far."""

    def __init__(self, cells: int = 1000) -> None:
        self.cells = cells
        self.rows: dict[int, dict[int, int]] = {}
        self.read_ids: list[int] = []
        self.cleared = 0

    def clear(self) -> None:
        self.rows = {}
        self.cleared += 1

    def share(self, row: int) -> None:
        self.rows[row] = dict(self.rows.get(0, {}))

    def read(self, tokens: Sequence[Token], deadline: Deadline) -> Iterator[None]:
        assert not any(token.asked for token in tokens)
        for token in tokens:
            self._put(token)
        yield

    def log_probabilities(
        self, tokens: Sequence[Token], following: Sequence[int], deadline: Deadline
    ) -> Iterator[float]:
        for token, next_id in zip(tokens, following, strict=True):
            self._put(token)
            yield -float(sum(self.rows[token.row].values()) * next_id)

    def _put(self, token: Token) -> None:
        row = self.rows.setdefault(token.row, {})
        assert token.position == len(row), "a row has no gaps"
        row[token.position] = token.id
        self.read_ids.append(token.id)


def expected(prompt: Sequence[int]) -> list[float]:
    return [-float((sum(prompt) + sum(CONTINUATION[:place])) * id) for place, id in enumerate(CONTINUATION)]


def beside(memory: Memory, prompts: Sequence[Sequence[int]]) -> list[list[float]]:
    return gguf_prefix.log_probabilities_after(memory, prompts, CONTINUATION, NEVER)  # type: ignore[arg-type]


def test_each_is_what_it_is_alone() -> None:
    assert beside(Memory(), PROMPTS) == [expected(prompt) for prompt in PROMPTS]
    assert [beside(Memory(), [prompt])[0] for prompt in PROMPTS] == [expected(prompt) for prompt in PROMPTS]


def test_what_all_begin_with_is_read_once() -> None:
    memory = Memory()
    beside(memory, PROMPTS)
    assert memory.read_ids.count(0) == 1
    assert memory.read_ids.count(7) == 1
    same = Memory()
    assert beside(same, [PROMPTS[0]] * 3) == [expected(PROMPTS[0])] * 3
    assert same.read_ids.count(9) == 3  # the last one, which the continuation follows, is each one's own


def test_more_than_the_memory_holds_are_read_in_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Memory(cells=15)
    assert beside(memory, PROMPTS) == [expected(prompt) for prompt in PROMPTS]
    assert memory.cleared == 2
    monkeypatch.setattr(gguf_prefix, "ROWS", 2)
    memory = Memory()
    assert beside(memory, PROMPTS) == [expected(prompt) for prompt in PROMPTS]
    assert memory.cleared == 3


@pytest.mark.slow
@pytest.mark.skipif(
    importlib.util.find_spec("llama_cpp") is None or not named.here(GEMMA),
    reason=f"needs pip install 'daogou[gguf]' and {GEMMA.add}",
)
def test_a_real_model_prefers_what_the_title_says() -> None:
    from daogou.llm.gguf.model import GgufModel

    model = GgufModel.open(str(named.files(GEMMA)[0]), threads=2)
    assert not model.instructed
    titles = ["Onda reading lamp, black", "Onda notebook, lined, A5", "Onda office desk, oak"]
    prompts = [f"{title}\nSearch query:" for title in titles]
    beside = [one.total for one in model.log_likelihood_after(prompts, " something to write notes in")]
    assert max(beside) == beside[1]
    alone = [model.log_likelihood(prompt, [" something to write notes in"])[0].total for prompt in prompts]
    assert beside == pytest.approx(alone, abs=1.0)  # activations of eight bits: companions change the last digit
    assert model.log_likelihood_after(prompts, "") == model.log_likelihood("", ["", "", ""])
    assert all(math.isfinite(one) for one in beside)
