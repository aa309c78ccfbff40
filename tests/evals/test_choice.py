"""The choice set: one right answer among five, made from a shop's rows; who judges well is found out, who does not too."""

from collections import Counter
from collections.abc import Sequence

import pytest

from daogou.catalog.products.need import ShopperNeed
from daogou.llm.scripted import Scripted
from daogou.reply.weights import Weights
from daogou_evals.choice.cases import BUDGET, GENERIC, OFF, RIGHT, WRONG, ChoiceCase, choice_cases
from daogou_evals.choice.suite import (
    Outcome,
    Share,
    fit,
    fooled_by,
    likelihood_alone,
    longest,
    outcomes,
    share,
    vetoes_alone,
    with_vetoes,
)
from daogou_training.text.inventing import invented_shop

SHOP = invented_shop(5)
PLAIN = Weights(share=0.0, length=1.0)


def cases(language: str, count: int = 40, seed: int = 0) -> list[ChoiceCase]:
    return list(choice_cases(SHOP, shop="invented", language=language, seed=seed, count=count))


def knowing(made: Sequence[ChoiceCase]) -> Scripted:
    """A model that likes what is right."""
    right = {it.answer.text for case in made for it in case.offered if it.kind == RIGHT}
    return Scripted(likelihoods=lambda prompt, text: -1.0 if text.strip() in right else -50.0)


def judged(made: Sequence[ChoiceCase], model: Scripted, need: ShopperNeed = ShopperNeed()) -> list[Outcome]:  # noqa: B008 - frozen
    return outcomes(made, model, lambda case: need)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_case_has_one_right_answer_and_four_wrong_ones(language: str) -> None:
    made = cases(language)
    assert len(made) == 40
    for case in made:
        kinds = [it.kind for it in case.offered]
        assert len(kinds) == WRONG + 1
        assert kinds.count(RIGHT) == 1
        assert len({it.answer.text for it in case.offered}) == WRONG + 1
        assert case.messages


def test_the_right_one_stands_in_every_place() -> None:
    places = Counter([it.kind for it in case.offered].index(RIGHT) for case in cases("en", 100))
    assert sorted(places) == [0, 1, 2, 3, 4]
    assert max(places.values()) < 45


def test_all_kinds_of_wrong_are_offered() -> None:
    kinds = {it.kind for case in cases("en", 60) for it in case.offered}
    assert {BUDGET, GENERIC, OFF} < kinds


def test_the_same_seed_gives_the_same_cases_and_another_gives_others() -> None:
    assert cases("zh", 10) == cases("zh", 10)
    assert cases("zh", 10) != cases("zh", 10, seed=1)


def test_both_halves_are_there_and_no_product_is_right_in_both() -> None:
    shown: dict[bool, set[str]] = {True: set(), False: set()}
    for case in cases("en", 100):
        [right] = [it.answer for it in case.offered if it.kind == RIGHT]
        shown[case.testing].add(right.response.recommendations[0].product.id)
    assert shown[True]
    assert shown[False]
    assert not shown[True] & shown[False]


def test_a_model_that_knows_is_right_and_one_that_does_not_is_no_better_than_the_vetoes() -> None:
    made = cases("en")
    knows = judged(made, knowing(made))
    assert share(knows, lambda it: likelihood_alone(it, PLAIN)).value == 1.0
    liar = Scripted(likelihoods={it.answer.text: 0.0 for case in made for it in case.offered})
    assert share(judged(made, liar), lambda it: likelihood_alone(it, PLAIN)).value < 0.6


def test_the_vetoes_stop_what_shows_a_product_of_another_kind() -> None:
    [case] = cases("en", 1)
    [right] = [it.answer for it in case.offered if it.kind == RIGHT]
    kind = right.response.recommendations[0].product.product_type
    assert kind
    [outcome] = judged([case], knowing([case]), ShopperNeed(category=(kind,)))
    for offered, veto in zip(case.offered, outcome.vetoes, strict=True):
        products = [it.product for it in offered.answer.response.recommendations]
        if offered.kind == RIGHT:
            assert not veto
        elif not all(one.product_type == kind for one in products):
            assert veto
    assert with_vetoes(outcome, PLAIN) == RIGHT
    assert vetoes_alone(outcome) > 1 / 5


def test_the_length_of_an_answer_is_no_hint() -> None:
    made = cases("en", 100)
    by_length = share(judged(made, knowing(made)), longest)
    assert by_length.interval[0] < 0.45


def test_the_share_that_is_taken_off_is_found() -> None:
    made = cases("en", 30)
    right = {it.answer.text for case in made for it in case.offered if it.kind == RIGHT}
    words = Scripted()

    def rule(prompt: str, text: str) -> float:
        """The right words are rare ones (-9 a token): likelier here than elsewhere, and still less likely than the others."""
        if text.strip() not in right:
            return -1.0 * words.count_tokens(text)
        return (-9.0 if prompt == "guide:" else -3.0) * words.count_tokens(text)

    found = judged(made, Scripted(likelihoods=rule))
    assert fit(found).share > 0
    assert share(found, lambda it: likelihood_alone(it, fit(found))).value == 1.0
    assert share(found, lambda it: likelihood_alone(it, PLAIN)).value == 0.0


def test_who_was_fooled_is_counted_among_the_cases_that_offered_it() -> None:
    made = cases("en", 20)
    generic = {it.answer.text for case in made for it in case.offered if it.kind == GENERIC}
    bland = Scripted(likelihoods=lambda prompt, text: -1.0 if text.strip() in generic else -50.0)
    fooled = fooled_by(judged(made, bland), lambda it: likelihood_alone(it, PLAIN))
    offered = sum(any(it.kind == GENERIC for it in case.offered) for case in made)
    assert fooled[GENERIC] == Share(right=offered, of=offered)


def test_an_interval_is_wilsons() -> None:
    assert Share(right=0, of=0).interval == (0.0, 1.0)
    assert Share(right=8, of=10).interval == pytest.approx((0.490, 0.943), abs=0.001)
    assert str(Share(right=1, of=2)) == "50.0% (9.5% to 90.5%)"
