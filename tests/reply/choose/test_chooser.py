"""Of several responses for every turn the best is said, within a budget, and never one that is not borne out."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from daogou.catalog.products.candidate import Candidate, Retrieval
from daogou.catalog.products.conversation import Recommendation, Response, Session
from daogou.catalog.products.evidence import Claim, Verdict
from daogou.catalog.products.need import Act, Constraint, ShopperNeed
from daogou.catalog.products.product import Product
from daogou.errors import BackendError, SettingsError, TooLate
from daogou.ports import Deadline
from daogou.recommend.advisor import Anybody
from daogou.reply.choose.ballot import FILE_NAME, Weights
from daogou.reply.choose.chooser import Chooser, shares_prior, spoken_form, veto
from daogou.reply.compose import plainly, set_scene
from daogou.reply.plans import LEAST, planned
from daogou.reply.scene import Scene
from daogou_evals.truth.answers import Truth
from tests.reply_shop import ALTO, AT, BRISK, CORVO, LAPTOPS, must, session
from tests.talking_model import TalkingModel

NEED = ShopperNeed(query="laptop", category=("laptop",), unknown=("memory",))
PATIENT = 30.0  # seconds: a budget that no test here uses up


def scene(
    need: ShopperNeed = NEED,
    rows: tuple[Product, ...] = LAPTOPS,
    *,
    total: int = 30,
    given_up: tuple[Constraint, ...] = (),
    before: Session | None = None,
) -> Scene:
    candidates = tuple(Candidate(product_id=row.id) for row in rows)
    return set_scene(
        need,
        before or Session(session_id="s"),
        retrieval=Retrieval(candidates=candidates, total=total if rows else 0, given_up=given_up),
        products={row.id: row for row in LAPTOPS},
        at=AT,
    )


def chosen(model: TalkingModel | None, here: Scene | None = None, **options: object) -> Response:
    here = here or scene()
    chooser = Chooser(model, **({"budget_s": PATIENT} | options))  # type: ignore[arg-type]
    return chooser.choose(plainly(here), here, messages=["a laptop"])


def likes(*words: str) -> Callable[[str, str], float]:
    """A model that finds texts with one of the words likelier after a question, and all alike after none."""
    return lambda prompt, text: -1.0 if "shopper:" in prompt and any(word in text for word in words) else -2.0


SCENES = {
    "many fit": scene(),
    "one fits": scene(rows=(ALTO,), total=1),
    "nothing fits": scene(rows=()),
    "near misses": scene(
        replace(NEED, constraints=(must("price", "at_most", 300, "EUR", said="under 300"),)),
        given_up=(must("price", "at_most", 300, "EUR", said="under 300"),),
    ),
    "not sold": scene(replace(NEED, category=(), unsold=("bananas",)), rows=()),
    "named": scene(replace(NEED, refers_to=("a", "b")), before=session("a", "b", "c")),
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("act", list(Act))
@pytest.mark.parametrize("what", SCENES)
def test_every_turn_has_at_least_five_different_responses_and_all_are_true(what: str, act: Act, language: str) -> None:
    base = SCENES[what]
    here = scene(
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
    here = scene()

    assert [way.plan for way in planned(here, plainly(here), most=8)] == [
        "plain", "brief", "explained", "question", "compared", "cheapest", "worded", "closing",
    ]  # fmt: skip


def test_where_something_was_given_up_every_response_says_so() -> None:
    here = SCENES["near misses"]

    assert all("I found no laptops up to €300." in way.response.text for way in planned(here, plainly(here)))


def test_without_a_model_the_plain_answer_is_given_and_the_others_are_told() -> None:
    answer = chosen(None)

    assert answer.text == plainly(scene()).text
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
    assert chosen(TalkingModel()).text == plainly(scene()).text


def test_what_is_likely_whatever_was_asked_gains_nothing() -> None:
    generic = TalkingModel(lambda prompt, text: -1.0 if "What I went by" in text or "looked for" in text else -1.2)

    assert chosen(generic, weights=Weights(share=0.0)).considered[2].chosen
    assert not chosen(generic, weights=Weights(share=1.0)).considered[2].chosen


def test_without_a_share_log_p_of_the_response_alone_is_not_asked_for() -> None:
    model = TalkingModel()
    answer = chosen(model, weights=Weights(share=0.0))

    assert model.prompts == ["shopper: a laptop\nguide:"]
    assert answer.considered[0].log_prior is None


def test_a_plan_may_be_worth_something_by_itself() -> None:
    answer = chosen(TalkingModel(), weights=Weights(plans={"brief": 0.1}))

    assert next(one.plan for one in answer.considered if one.chosen) == "brief"


def test_what_buyers_like_weighs_in_by_what_the_text_speaks_of() -> None:
    here = scene()
    popular = shares_prior(Anybody(popularity={BRISK.id: 5000.0}).log_shares)
    answer = Chooser(TalkingModel(), budget_s=PATIENT, weights=Weights(items=1.0)).choose(
        plainly(here), here, messages=["a laptop"], items=popular
    )
    scores = {one.plan: one.score for one in answer.considered}

    assert scores["compared"] > scores["brief"]  # type: ignore[operator]
    assert popular([BRISK.id]) > popular([ALTO.id]) == popular([CORVO.id])
    assert popular([]) == 0.0


def test_the_judge_hears_the_talk_and_reads_the_answer_with_its_first_products() -> None:
    model = TalkingModel()
    chosen(model)

    assert model.prompts == ["shopper: a laptop\nguide:", "guide:"]
    assert model.judged[0] == f" {spoken_form(plainly(scene()), language='en', at=AT)}\n"
    assert " · Alto Breeze 15 laptop, €499.95; " in model.judged[0]
    assert len(model.judged) == LEAST


def test_a_model_that_follows_instructions_is_told_what_to_do() -> None:
    model = TalkingModel()
    model.instructed = True
    chosen(model)

    assert all("shop assistant" in prompt for prompt in model.prompts)


def test_a_text_of_the_model_stands_beside_the_plain_ones() -> None:
    model = TalkingModel(likes("Do look at"), ["Do look at {A.title}: it costs {A.price}.", "Buy a Zenith for €1!"])
    answer = chosen(model, samples=2)

    assert answer.text == "Do look at “Alto Breeze 15 laptop”: it costs €499.95."
    assert (answer.written_by, answer.scored_by) == ("talking", "talking")
    assert answer.recommendations == plainly(scene()).recommendations
    assert {claim.verdict for claim in answer.claims} == {Verdict.SUPPORTED}
    refused = answer.considered[-1]
    assert (refused.text, refused.veto, refused.score) == (
        "Buy a Zenith for €1!", "names no product", None,
    )  # fmt: skip
    assert model.prompts[0].startswith("A.title = “Alto Breeze 15 laptop”\nA.price = €499.95\n")


def test_a_refused_text_is_not_judged_and_never_wins() -> None:
    model = TalkingModel(likes("Zenith"), ["Zenith is the best laptop for you."])
    answer = chosen(model, samples=1)

    assert answer.text == plainly(scene()).text
    assert not any("Zenith" in text for text in model.judged)


def test_a_model_that_can_only_write_is_heard_where_its_words_hold() -> None:
    held = chosen(TalkingModel(None, ["Look at {A.title}."]), samples=1)
    refused = chosen(TalkingModel(None, ["Look at the Zenith."]), samples=1)

    assert (held.text, held.written_by, held.scored_by) == ("Look at “Alto Breeze 15 laptop”.", "talking", "none")
    assert held.unscored == "language model cannot score"
    assert (refused.text, refused.written_by) == (plainly(scene()).text, "plain")
    assert refused.unscored == "language model's text refused"


def test_a_model_that_can_only_score_is_not_asked_to_write() -> None:
    model = TalkingModel(likes("Side by side", "how they differ"))
    answer = chosen(model, samples=3)

    assert next(one.plan for one in answer.considered if one.chosen) == "compared"


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

    assert answer.text == plainly(scene()).text
    assert (answer.written_by, answer.scored_by, answer.unscored) == ("plain", "none", why)
    assert len(answer.considered) == LEAST


def test_failing_to_write_does_not_stop_it_from_judging() -> None:
    calls: list[Deadline] = []

    def fail_first(deadline: Deadline) -> None:
        calls.append(deadline)
        if len(calls) == 1:
            raise TooLate("the text")

    answer = chosen(
        TalkingModel(likes("Side by side", "how they differ"), ["Look at {A.title}."], before=fail_first), samples=1
    )

    assert answer.scored_by == "talking"
    assert answer.considered[-1].veto == "too slow"
    assert calls[0].ends < calls[1].ends


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), -float("inf")])
def test_a_likelihood_that_is_no_number_is_a_failure(wrong: float) -> None:
    answer = chosen(TalkingModel(lambda prompt, text: wrong))

    assert (answer.text, answer.scored_by) == (plainly(scene()).text, "none")
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
    assert (answer.text, answer.unscored) == (plainly(scene()).text, "language model too slow")


def test_hanging_models_take_two_places_and_no_more(release: threading.Event) -> None:
    here = scene()
    chooser = Chooser(TalkingModel(before=lambda deadline: release.wait(PATIENT) and None), budget_s=0.02)
    whys = [chooser.choose(plainly(here), here).unscored for _ in range(3)]

    assert whys == ["language model too slow", "language model too slow", "language model busy"]


def test_a_place_is_free_again_when_the_work_has_ended() -> None:
    here = scene()
    chooser = Chooser(TalkingModel(), budget_s=PATIENT)

    for _ in range(5):
        answer = chooser.choose(plainly(here), here)
        assert answer.scored_by == "talking"
        until_free(chooser)


def test_a_closed_chooser_asks_no_model() -> None:
    here = scene()
    chooser = Chooser(TalkingModel(), budget_s=PATIENT)
    chooser.close()

    assert chooser.choose(plainly(here), here).unscored == "language model busy"


def test_vetoes_name_what_is_wrong() -> None:
    here = scene(replace(NEED, constraints=(must("price", "at_most", 600, "EUR"),)), rows=(ALTO, BRISK))
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
    fitted = Weights(length=0.9, share=0.25, items=0.0, written=1.0, plans={"brief": -0.125, "compared": 0.5})
    (tmp_path / FILE_NAME).write_text(fitted.toml(), encoding="utf-8")

    assert Weights.read(tmp_path) == fitted
    assert Weights.read(tmp_path / "elsewhere") == Weights()


def test_wrong_weights_are_named_all_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        Weights.parse("shore = 1\nlength = true\n[plans]\nbrief = 'much'\n", where="choose.toml")
    assert str(caught.value) == (
        "choose.toml: 'length': True is not a number\n"
        "choose.toml: 'plans.brief': 'much' is not a number\n"
        "choose.toml: 'shore' is unknown (known: items, length, share, written, plans)"
    )
    with pytest.raises(SettingsError, match="not valid TOML"):
        Weights.parse("share 1")
    with pytest.raises(SettingsError, match="'plans': 3 is no table"):
        Weights.parse("plans = 3")


def until_free(chooser: Chooser) -> None:
    """The worker gives its place back a moment after the answer."""
    deadline = time.monotonic() + PATIENT
    while chooser.slots.running:
        assert time.monotonic() < deadline, "the place was not given back"
        time.sleep(0.001)
