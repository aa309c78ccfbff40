"""Model servers that fail in every way we know: each call ends by its deadline, with a result or an error that says whose fault it is."""

import contextlib
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from daogou.errors import BackendError, CannotDo
from daogou.llm.openai.api import ChatApi
from daogou.ports import Ability, Deadline
from tests.hostile_server import SCENARIOS, hostile_server

pytestmark = pytest.mark.slow

KEY = "sk-very-secret"
WITHIN_S = 1.0
PATIENCE_S = 9.0  # beyond the deadline: the machine may be busy; a server that hangs does so for 30 s


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_call_ends_by_its_deadline_whatever_the_server_does(scenario: str) -> None:
    with hostile_server("kind") as url, contextlib.closing(ChatApi.open("lamp", url=url, key=KEY, retries=1)) as model:
        assert model.abilities
        url.play(scenario)
        for call in (
            lambda deadline: model.write("guide:", n=2, max_tokens=20, seed=1, deadline=deadline),
            lambda deadline: model.log_likelihood("guide:", [" yes\n", " no\n"], deadline=deadline),
        ):
            started = time.monotonic()
            _tolerate(call)
            assert time.monotonic() - started < WITHIN_S + PATIENCE_S


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_what_a_server_can_do_is_found_out_in_time(scenario: str) -> None:
    with (
        hostile_server(scenario) as url,
        contextlib.closing(ChatApi.open("lamp", url=url, key=KEY, retries=0)) as model,
    ):
        started = time.monotonic()
        assert model.abilities <= frozenset(Ability)
        assert time.monotonic() - started < 20  # a probe's own limit, and no more than that


@pytest.mark.parametrize("scenario", ["short_logprobs", "nan_logprobs", "infinite_logprobs", "positive_logprobs"])
def test_numbers_that_cannot_be_are_not_believed(scenario: str) -> None:
    with hostile_server("kind") as url, contextlib.closing(ChatApi.open("lamp", url=url, retries=0)) as model:
        assert model.abilities
        url.play(scenario)
        with pytest.raises(BackendError):
            model.log_likelihood("guide:", [" yes\n", " no\n"], deadline=Deadline.within(5))


def test_log_probabilities_that_are_off_by_one_are_found_out_before_they_are_used() -> None:
    with hostile_server("shifted_logprobs") as url, contextlib.closing(ChatApi.open("lamp", url=url)) as model:
        assert Ability.SCORE not in model.abilities
        assert Ability.WRITE in model.abilities


def test_who_closes_a_model_breaks_off_what_it_is_waiting_for() -> None:
    with hostile_server("hangs_before_headers") as url:
        model = ChatApi.open("lamp", url=url, retries=0)
        with ThreadPoolExecutor() as pool:
            waiting = pool.submit(
                lambda: model.write("guide:", n=1, max_tokens=9, seed=1, deadline=Deadline.within(15))
            )
            time.sleep(0.3)
            model.close()
            with pytest.raises(BackendError):
                waiting.result(timeout=5)
        model.close()
        with pytest.raises(BackendError):
            model.write("guide:", n=1, max_tokens=9, seed=1)


def _tolerate(call) -> None:  # type: ignore[no-untyped-def]
    """A result, or one of our errors without the key in it; anything else is a bug."""
    try:
        said = str(call(Deadline.within(WITHIN_S)))
    except (BackendError, CannotDo) as error:
        said = str(error)
    assert KEY not in said
