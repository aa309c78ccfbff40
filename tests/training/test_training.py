"""Training: what a step sees, what is compared with what, and that a killed run goes on as if nothing had been."""

import math
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest

from daogou_training.language.batches import choice_batch, lay_out, text_batch
from daogou_training.language.card import curve_svg
from daogou_training.language.examples import Choice, Encoded, EncodedChoice, Example, encode
from daogou_training.language.measuring import Trigram
from daogou_training.language.model import BEGIN_ID, END_ID, learn_tokenizer
from daogou_training.language.training import CHECKPOINT, Course, Moment, learning_rate
from tests.training.killing import kill_after_a_checkpoint, run

DICE = np.random.default_rng(0)


def _tokens(length: int) -> np.ndarray:  # type: ignore[type-arg]
    return DICE.integers(2, 90, size=length).astype(np.int32)


def _of(*tokens: int) -> np.ndarray:  # type: ignore[type-arg]
    return np.array(tokens, dtype=np.int32)


ENCODED = Encoded(
    texts=[_tokens(length) for length in range(5, 40)],
    choices=[
        EncodedChoice(prompts=[_tokens(6 + n % 5)], continuations=[_tokens(4 + n % 7 + k) for k in range(3)])
        for n in range(20)
    ],
)


def test_prompt_and_continuation_are_cut_apart_and_closed() -> None:
    tokenizer = learn_tokenizer(["guide: there you are"] * 9, vocabulary=300)
    example = Example(prompt="guide:", continuation=" there\n", domain="answer", language="en")
    choice = Choice(prompts=("guide:",), continuations=(" there\n", " you\n"), language="en")
    encoded = encode(tokenizer, [example], [choice])
    parts = [*tokenizer.encode("guide:").ids, *tokenizer.encode(" there\n").ids]
    assert encoded.texts[0].tolist() == [BEGIN_ID, *parts, END_ID]
    pair = encoded.choices[0]
    assert [*pair.prompts[0].tolist(), *pair.continuations[0].tolist()] == [BEGIN_ID, *parts]


def test_the_same_step_sees_the_same_batch() -> None:
    def drawn() -> list[object]:
        dice = np.random.default_rng([1, 7])
        texts = text_batch(ENCODED, dice, rows=3, length=16).tokens.tolist()
        return [texts, choice_batch(ENCODED, dice, choices=4, most_tokens=90).tokens.tolist()]

    assert drawn() == drawn()


def test_a_continuation_sees_the_prompt_and_itself_and_no_other() -> None:
    batch = lay_out([EncodedChoice(prompts=[_of(0, 5)], continuations=[_of(6, 7), _of(8)])])
    assert batch.tokens.tolist() == [[0, 5, 6, 7, 8]]
    assert batch.positions.tolist() == [[0, 1, 2, 3, 2]]
    assert batch.sees[0].astype(int).tolist() == [
        [1, 0, 0, 0, 0],
        [1, 1, 0, 0, 0],
        [1, 1, 1, 0, 0],
        [1, 1, 1, 1, 0],
        [1, 1, 0, 0, 1],
    ]
    assert batch.sources.tolist() == [[0, 1], [0, 2], [0, 1]]
    assert batch.targets.tolist() == [6, 7, 8]
    assert batch.owners.tolist() == [0, 0, 1]


def test_prompts_of_their_own_see_nothing_of_each_other() -> None:
    batch = lay_out([EncodedChoice(prompts=[_of(0, 5), _of(0, 6)], continuations=[_of(7, 8)])])
    assert batch.tokens.tolist() == [[0, 5, 7, 8, 0, 6, 7, 8]]
    assert batch.positions.tolist() == [[0, 1, 2, 3, 0, 1, 2, 3]]
    assert batch.sees[0, 4:, :4].sum() == batch.sees[0, :4, 4:].sum() == 0
    assert batch.sees[0, 7].astype(int).tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
    assert batch.sources[:, 1].tolist() == [1, 2, 5, 6]
    assert batch.lengths.tolist() == [[2, 2]]


def test_the_rate_rises_holds_and_falls_to_almost_nothing() -> None:
    course = Course(steps=100, learning_rate=1.0, warm_up=0.1)
    rates = [learning_rate(step, course) for step in range(100)]
    assert rates[0] == pytest.approx(0.1)
    assert rates[30] == 1.0
    assert rates[-1] == pytest.approx(1 / 35)
    assert all(rate > 0 for rate in rates)


def test_a_trigram_shares_out_all_of_its_probability() -> None:
    trigram = Trigram.learn([[0, 1, 2, 1, 2, 3, 1]] * 3, vocabulary=5)
    for context in ([0], [0, 1], [1, 2], [3, 3], [4, 0]):
        total = sum(
            math.exp(trigram.log_likelihood([*context, token]) - trigram.log_likelihood(context)) for token in range(5)
        )
        assert total == pytest.approx(1.0)


def test_a_trigram_expects_what_it_has_seen() -> None:
    trigram = Trigram.learn([[0, 1, 2, 3]] * 5, vocabulary=50)
    assert trigram.log_likelihood([0, 1, 2, 3]) > trigram.log_likelihood([0, 1, 2, 4])


def test_the_curve_is_a_picture_with_both_losses() -> None:
    moments = [
        Moment(step=n, text=5 - n / 100, listwise=math.nan if n < 20 else 1.5, correct=0.5, tokens=n * 10, took_s=n)
        for n in range(300)
    ]
    picture = ElementTree.fromstring(curve_svg(moments, "5m <small>"))
    lines = picture.findall("{http://www.w3.org/2000/svg}polyline")
    assert len(lines) == 2


@pytest.mark.slow
class TestWithTorch:
    def test_one_row_of_branches_says_what_every_branch_says_alone(self) -> None:
        torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'daogou[train]'")
        from daogou_training.language.losses import mean_log_likelihoods

        model, batch = _model(), lay_out(ENCODED.choices[:5])
        with torch.no_grad():
            together = mean_log_likelihoods(model, batch)
            alone = torch.tensor(
                [[_alone(model, it.prompts[0], one) for one in it.continuations] for it in ENCODED.choices[:5]]
            )
        assert torch.allclose(together, alone, atol=1e-5)

    def test_training_learns_which_continuation_is_right(self, tmp_path: Path) -> None:
        pytest.importorskip("torch", reason="torch is not installed: pip install 'daogou[train]'")
        from daogou_training.language.training import train

        course = Course(steps=60, learning_rate=3e-3, rows=2, length=32, choices=8, alone=0.0, half=False)
        moments = train(_model(), ENCODED, course, tmp_path)
        assert moments[-1].listwise < 0.5 * moments[0].listwise
        assert moments[-1].correct > 0.8

    def test_a_run_that_was_killed_ends_as_if_it_had_not_been(self, tmp_path: Path) -> None:
        torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'daogou[train]'")
        whole, killed = tmp_path / "whole", tmp_path / "killed"
        assert run(_PROGRAM, whole).wait(timeout=120) == 0
        for _ in range(2):
            kill_after_a_checkpoint(run(_PROGRAM, killed), killed, CHECKPOINT)
        assert run(_PROGRAM, killed).wait(timeout=120) == 0
        first, second = (torch.load(folder / CHECKPOINT, weights_only=True) for folder in (whole, killed))
        assert len(second["moments"]) == len(first["moments"]) == STEPS
        for name, values in first["model"].items():
            assert torch.equal(values, second["model"][name]), name


STEPS = 300
_PROGRAM = f"""
import sys
from pathlib import Path
import torch
torch.set_num_threads(1)
from daogou_training.language.training import Course, train
from tests.training.test_training import ENCODED, _model
Path(sys.argv[1]).mkdir(exist_ok=True)
course = Course(steps={STEPS}, learning_rate=1e-3, rows=2, length=32, choices=4, every_s=0.2, half=False)
train(_model(), ENCODED, course, Path(sys.argv[1]))
"""


def _model():  # type: ignore[no-untyped-def]
    import torch

    from daogou_training.language.model import Size, new_llama

    torch.manual_seed(0)
    return new_llama(Size(hidden=32, layers=2, heads=2, inner=64, learning_rate=1e-3), vocabulary=96)


def _alone(model, prompt, continuation) -> float:  # type: ignore[no-untyped-def]
    import torch

    tokens = torch.tensor(np.concatenate([prompt, continuation]).astype(np.int64))[None]
    likely = torch.log_softmax(model(input_ids=tokens).logits[0], dim=-1)
    return float(likely[len(prompt) - 1 : -1].gather(1, tokens[0, len(prompt) :, None]).mean())
