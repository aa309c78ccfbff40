"""Of several responses for every turn the best is said, within a budget, and never one that is not borne out."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from daogou.catalog.products.candidate import Candidate, Retrieval
from daogou.catalog.products.conversation import Claim, Recommendation, Response, Session, Verdict
from daogou.catalog.products.need import Act, Constraint, ShopperNeed
from daogou.catalog.products.product import Product
from daogou.errors import BackendError, SettingsError, TooLate
from daogou.ports import Deadline
from daogou.recommend.recommender import Anybody
from daogou.reply.chooser import LEAST, Chooser, log_items, planned, spoken_form, veto
from daogou.reply.compose import plainly, reply_context
from daogou.reply.context import ReplyContext
from daogou.reply.weights import FILE_NAME, Weights
from daogou_evals.truth.answers import Truth
from tests.reply_shop import ALTO, AT, BRISK, CORVO, LAPTOPS, must, session
from tests.talking_model import TalkingModel

NEED = ShopperNeed(query="laptop", category=("laptop",), unknown=("memory",))
NOBODY = Anybody(popularity={})
PATIENT = 30.0  # seconds: a budget that no test here uses up


def context(
    need: ShopperNeed = NEED,
    rows: tuple[Product, ...] = LAPTOPS,
    *,
    total: int = 30,
    given_up: tuple[Constraint, ...] = (),
    before: Session | None = None,
) -> ReplyContext:
    candidates = tuple(Candidate(product_id=row.id) for row in rows)
    return reply_context(
        need,
        before or Session(session_id="s"),
        retrieval=Retrieval(candidates=candidates, total=total if rows else 0, given_up=given_up),
        products={row.id: row for row in LAPTOPS},
        at=AT,
    )


def chosen(model: TalkingModel | None, here: ReplyContext | None = None, **options: object) -> Response:
    here = here or context()
    chooser = Chooser(model, **({"budget_s": PATIENT} | options))  # type: ignore[arg-type]
    return chooser.choose(plainly(here), [here], "a laptop", NOBODY.log_shares)


def likes(*words: str) -> Callable[[str, str], float]:
    """A model that finds texts with one of the words likelier after a question, and all alike after none."""
    return lambda prompt, text: -1.0 if "shopper:" in prompt and any(word in text for word in words) else -2.0


SCENES = {
    "many fit": context(),
    "one fits": context(rows=(ALTO,), total=1),
    "nothing fits": context(rows=()),
    "near misses": context(
        replace(NEED, constraints=(must("price", "at_most", 300, "EUR", said="under 300"),)),
        given_up=(must("price", "at_most", 300, "EUR", said="under 300"),),
    ),
    "not sold": context(replace(NEED, category=(), unsold=("bananas",)), rows=()),
    "named": context(replace(NEED, refers_to=("a", "b")), before=session("a", "b", "c")),
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("act", list(Act))
@pytest.mark.parametrize("what", SCENES)
def test_every_turn_has_at_least_five_different_responses_and_all_are_true(what: str, act: Act, language: str) -> None:
    base = SCENES[what]
    here = context(
        replace(base.need, act=act, language=language),
        base.shortlist,
        total=base.retrieval.total,
        given_up=base.retrieval.given_up,
        before=base.session,
    )
    plain = plainly(here)
    ways = planned(here, plain)

    assert len({way.response.text for way in ways}) == len(ways) >= LEAST
    assert ways[0].response == plain
    others = [replace(BRISK, id=f"brisk {number}") for number in range(here.retrieval.total - len(LAPTOPS))]
    truth = Truth(products={row.id: row for row in (*LAPTOPS, *others)})
    for way in ways:
        assert way.response.recommendations == plain.recommendations
        assert veto(way.response, here) == ""
        assert truth.exceptions(way.response, here.need, at=AT) == [], way.plan


def test_plans_differ_in_what_they_set_out_to_do() -> None:
    here = context()

    assert [way.plan for way in planned(here, plainly(here), most=8)] == [
        "plain", "brief", "explained", "question", "compared", "cheapest", "worded", "closing",
    ]  # fmt: skip


def test_where_something_was_given_up_every_response_says_so() -> None:
    here = SCENES["near misses"]

    assert all("I found no laptops up to €300." in way.response.text for way in planned(here, plainly(here)))


def test_without_a_model_the_plain_answer_is_given_and_the_others_are_told() -> None:
    answer = chosen(None)

    assert answer.text == plainly(context()).text
    assert (answer.written_by, answer.scored_by, answer.unscored) == ("plain", "none", "")
    assert [one.chosen for one in answer.considered] == [True, False, False, False, False]
    assert {one.score for one in answer.considered} == {None}


def test_the_likeliest_response_is_said() -> None:
    answer = chosen(TalkingModel(likes("Side by side", "how they differ")))

    [best] = [one for one in answer.considered if one.chosen]
    assert (best.plan, best.text) == ("compared", answer.text)
    assert (best.log_likelihood, best.log_prior, best.score) == (-1.0, -2.0, pytest.approx(-1.0 + 0.5 * 2.0))
    assert (answer.written_by, answer.scored_by, answer.unscored) == ("plain", "talking", "")


def test_of_equals_the_plain_answer_is_said() -> None:
    assert chosen(TalkingModel()).text == plainly(context()).text


def test_what_is_likely_whatever_was_asked_gains_nothing() -> None:
    generic = TalkingModel(lambda prompt, text: -1.0 if "What I went by" in text or "looked for" in text else -1.2)

    assert chosen(generic, weights=Weights(share=0.0)).considered[2].chosen
    assert not chosen(generic, weights=Weights(share=1.0)).considered[2].chosen


def test_without_a_share_log_p_of_the_response_alone_is_not_asked_for() -> None:
    model = TalkingModel()
    answer = chosen(model, weights=Weights(share=0.0))

    assert model.prompts == ["shopper: a laptop\nguide:"]
    assert answer.considered[0].log_prior is None


def test_what_buyers_like_weighs_in_by_what_the_text_speaks_of() -> None:
    here = context()
    popular = Anybody(popularity={BRISK.id: 5000.0}).log_shares
    chooser = Chooser(TalkingModel(), budget_s=PATIENT, weights=Weights(items=1.0))
    answer = chooser.choose(plainly(here), [here], "a laptop", popular)
    scores = {one.plan: one.score for one in answer.considered}

    assert scores["compared"] > scores["brief"]  # type: ignore[operator]
    assert log_items([BRISK.id], popular) > log_items([ALTO.id], popular) == log_items([CORVO.id], popular)
    assert log_items([], popular) == 0.0


def test_the_judge_hears_the_talk_and_reads_the_answer_with_its_first_products() -> None:
    model = TalkingModel()
    chosen(model)

    assert model.prompts == ["shopper: a laptop\nguide:", "guide:"]
    assert model.judged[0] == f" {spoken_form(plainly(context()), language='en', at=AT)}\n"
    assert " · Alto Breeze 15 laptop, €499.95; " in model.judged[0]
    assert len(model.judged) == LEAST


def test_a_model_that_follows_instructions_is_told_what_to_do() -> None:
    model = TalkingModel()
    model.instructed = True
    chosen(model)

    assert all("shop assistant" in prompt for prompt in model.prompts)


def test_a_model_that_cannot_score_leaves_the_plain_answer_and_says_so() -> None:
    answer = chosen(TalkingModel(None, ["Look at the Zenith."]))

    assert (answer.text, answer.written_by, answer.scored_by) == (plainly(context()).text, "plain", "none")
    assert answer.unscored == "language model cannot score"


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (TooLate("3 s"), "language model too slow"),
        (BackendError("503 at http://secret"), "language model failed"),
        (ZeroDivisionError("a bug"), "language model failed (ZeroDivisionError)"),
    ],
)
def test_a_model_that_fails_leaves_the_plain_answer_and_says_so(error: Exception, why: str) -> None:
    def fail(deadline: Deadline) -> None:
        raise error

    answer = chosen(TalkingModel(before=fail))

    assert answer.text == plainly(context()).text
    assert (answer.written_by, answer.scored_by, answer.unscored) == ("plain", "none", why)
    assert len(answer.considered) == LEAST


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), -float("inf")])
def test_a_likelihood_that_is_no_number_is_a_failure(wrong: float) -> None:
    answer = chosen(TalkingModel(lambda prompt, text: wrong))

    assert (answer.text, answer.scored_by) == (plainly(context()).text, "none")
    assert answer.unscored == "language model failed"


@pytest.fixture
def release() -> Iterator[threading.Event]:
    """Lets go of the models that hang."""
    event = threading.Event()
    yield event
    event.set()


def test_a_model_that_ignores_its_deadline_is_not_waited_for(release: threading.Event) -> None:
    model = TalkingModel(before=lambda deadline: release.wait(PATIENT) and None)
    answer = chosen(model, budget_s=0.02)

    assert not release.is_set()
    assert (answer.text, answer.unscored) == (plainly(context()).text, "language model too slow")


def test_hanging_models_take_two_places_and_no_more(release: threading.Event) -> None:
    here = context()
    chooser = Chooser(TalkingModel(before=lambda deadline: release.wait(PATIENT) and None), budget_s=0.02)
    whys = [chooser.choose(plainly(here), [here], "a laptop", NOBODY.log_shares).unscored for _ in range(3)]

    assert whys == ["language model too slow", "language model too slow", "language model busy"]


def test_a_place_is_free_again_when_the_work_has_ended() -> None:
    here = context()
    chooser = Chooser(TalkingModel(), budget_s=PATIENT)

    for _ in range(5):
        answer = chooser.choose(plainly(here), [here], "a laptop", NOBODY.log_shares)
        assert answer.scored_by == "talking"
        until_free(chooser)


def test_a_closed_chooser_asks_no_model() -> None:
    here = context()
    chooser = Chooser(TalkingModel(), budget_s=PATIENT)
    chooser.close()

    assert chooser.choose(plainly(here), [here], "a laptop", NOBODY.log_shares).unscored == "language model busy"


def test_vetoes_name_what_is_wrong() -> None:
    here = context(replace(NEED, constraints=(must("price", "at_most", 600, "EUR"),)), rows=(ALTO, BRISK))
    plain = plainly(here)
    stranger = replace(ALTO, id="zenith")
    lie = Claim(text="It costs €1.", product_id="a", evidence_ids=(), verdict=Verdict.CONTRADICTED)

    def shows(product: Product) -> Response:
        return replace(plain, recommendations=(Recommendation(product=product, position=1),))

    assert veto(plain, here) == ""
    assert veto(replace(plain, text=" "), here) == "says nothing"
    assert veto(shows(stranger), here) == "unknown product: zenith"
    assert veto(shows(replace(ALTO, title="Changed")), here) == "unknown product: a"
    assert veto(replace(plain, claims=(replace(lie, product_id="zenith"),)), here) == "unknown product: zenith"
    assert veto(replace(plain, claims=(lie,)), here) == "contradicted: It costs €1."
    assert veto(shows(CORVO), here) == "breaks a must: price (c)"


def test_weights_come_from_a_file_beside_the_model(tmp_path: Path) -> None:
    fitted = Weights(length=0.9, share=0.25, items=0.0)
    (tmp_path / FILE_NAME).write_text(fitted.toml(), encoding="utf-8")

    assert Weights.read(tmp_path) == fitted
    assert Weights.read(tmp_path / "elsewhere") == Weights()


@pytest.mark.parametrize("text", ["shore = 1", "length = 'much'", "share 1", "[plans]\nbrief = 1"])
def test_wrong_weights_are_named_with_their_file(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE_NAME).write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"choose\.toml: .*numbers: length, share, items"):
        Weights.read(tmp_path)


def until_free(chooser: Chooser) -> None:
    """The worker gives its place back a moment after the answer."""
    deadline = time.monotonic() + PATIENT
    while chooser.pool.running:
        assert time.monotonic() < deadline, "the place was not given back"
        time.sleep(0.001)
