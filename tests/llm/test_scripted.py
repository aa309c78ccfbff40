"""The scripted model signs the same contract as the real ones, and nothing more than it was given."""

import time

import pytest

from daogou.errors import CannotDo, TooLate
from daogou.llm.scripted import Scripted
from daogou.ports import Ability, Deadline, LogLikelihood
from tests.contracts.language_model import LanguageModelContract
from tests.tiny_models import LIKELY, PROMPT, UNLIKELY

JSON = '{"act": "find", "most": 900, "colours": ["红"]}'


def likely(prompt: str, text: str) -> float:
    """Every character costs something, boats much, and what was taught gives some of it back: a sum over the text."""
    taught = PROMPT + LIKELY
    newly = taught in prompt + text and taught not in prompt
    return -0.1 * len(text) - 50 * text.count("boats") + (1 if newly else 0)


class TestScripted(LanguageModelContract):
    @pytest.fixture
    def model(self) -> Scripted:
        return Scripted(texts=[LIKELY, UNLIKELY, " 有的，这里有很多包。\n"], json_texts=[JSON], likelihoods=likely)


class TestScriptedWriter(LanguageModelContract):
    @pytest.fixture
    def model(self) -> Scripted:
        return Scripted(texts=[LIKELY, " a red bag"])


class TestScriptedJudge(LanguageModelContract):
    @pytest.fixture
    def model(self) -> Scripted:
        return Scripted(likelihoods=likely)


def test_it_does_only_what_it_was_given_something_for() -> None:
    assert Scripted().abilities == {Ability.COUNT}
    assert Scripted(texts=["a"]).abilities == {Ability.COUNT, Ability.WRITE}
    assert Scripted(likelihoods={}).abilities == {Ability.COUNT, Ability.SCORE}
    assert Scripted(json_texts=["{}"]).abilities == {Ability.COUNT, Ability.CONSTRAIN}
    with pytest.raises(CannotDo, match="'mute' cannot write"):
        Scripted(name="mute").write("", n=1, max_tokens=1, seed=1)


def test_texts_come_in_turn_from_where_the_seed_says() -> None:
    model = Scripted(texts=["one", "two", "three"])
    assert model.write("", n=4, max_tokens=9, seed=0) == ["one", "two", "three", "one"]
    assert model.write("", n=2, max_tokens=9, seed=2) == ["three", "one"]
    assert model.write("", n=2, max_tokens=9, seed=2, temperature=0) == ["one", "one"]


def test_a_mapping_says_how_likely_each_is() -> None:
    model = Scripted(likelihoods={" yes": -1.5})
    assert model.log_likelihood("", [" yes", " no no", ""]) == [
        LogLikelihood(total=-1.5, tokens=1),
        LogLikelihood(total=-20.0, tokens=2),
        LogLikelihood(total=0.0, tokens=0),
    ]


def test_a_slow_model_is_waited_for_no_longer_than_the_deadline() -> None:
    model = Scripted(texts=["late"], likelihoods={}, delay_s=60)
    began = time.monotonic()
    with pytest.raises(TooLate):
        model.write("", n=1, max_tokens=1, seed=1, deadline=Deadline.within(0.01))
    with pytest.raises(TooLate):
        model.log_likelihood("", ["late"], deadline=Deadline.within(0.01))
    assert time.monotonic() - began < 30
