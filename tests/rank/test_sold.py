"""Is such a thing sold here? Six facts of known sign, and no unknown word among them."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from daogou.catalog.products.candidate import Candidate, Score
from daogou.catalog.products.need import ShopperNeed
from daogou.catalog.products.product import Product
from daogou.rank.kinds import KindBelief
from daogou.rank.sold import BY_CHANCE, NEAR, NOT_SOLD, SURE, WEIGHTS, Evidence, evidence

NOTHING = Evidence(head=0.0, cosine=0.0, words=0.0, kind=0.0, doubted=False, nowhere=False)
NEED = ShopperNeed(query="kettle", names=("kettle",))


def of(need: ShopperNeed, *titles: str, size: int = 1, kind: float = 0.0, **scores: float) -> Evidence:
    """The evidence of products of these titles, found with these scores."""
    products = {title: Product(id=title, title=title, offers=()) for title in titles}
    ranked = [Candidate(product_id=title, scores=_scores(scores)) for title in titles]
    return evidence(need, ranked, products, KindBelief(probability=kind), size)


def _scores(scores: dict[str, float]) -> tuple[Score, ...]:
    return tuple(Score(source=source, value=value) for source, value in scores.items())


def told(parts: Sequence[Evidence]) -> list[float]:
    return [one.probability for one in parts]


@pytest.mark.parametrize("name", ["head", "cosine", "words", "kind"])
def test_what_speaks_for_it_raises_the_probability(name: str) -> None:
    values = [replace(NOTHING, **{name: value}).probability for value in (0.0, 0.5, 1.0)]
    assert values == sorted(values)
    assert values[0] < values[-1]


@pytest.mark.parametrize("name", ["doubted", "nowhere"])
def test_what_speaks_against_it_lowers_the_probability(name: str) -> None:
    assert replace(NOTHING, **{name: True}).probability < NOTHING.probability


def test_the_signs_are_known() -> None:
    assert {name for name, weight in WEIGHTS.items() if weight < 0} == {"doubted", "nowhere"}
    assert 0 < NEAR < NOT_SOLD < SURE < 1


def test_a_title_that_is_the_thing_is_more_than_one_that_only_describes_with_it() -> None:
    whole = of(NEED, "Acme kettle")
    described = of(NEED, "Descaler for a kettle")
    assert (whole.head, described.head) == (1.0, 0.0)
    assert whole.probability > described.probability


def test_the_best_of_what_was_found_counts() -> None:
    assert of(NEED, "Garden hose", "Acme kettle").head == 1.0


def test_words_and_cosine_of_the_best_count() -> None:
    found = of(NEED, "Acme kettle", lexical=0.6, use=0.5, minilm=0.5)
    assert (found.words, found.cosine) == (0.6, 0.5)
    assert of(NEED, "Acme kettle", lexical=1.7).words == 1.0


def test_in_a_bigger_shop_a_cosine_is_higher_by_chance() -> None:
    small, big = of(NEED, "x", size=1, use=0.4), of(NEED, "x", size=100_000, use=0.4)
    assert small.cosine - big.cosine == pytest.approx(BY_CHANCE * 11.5129, abs=1e-3)


def test_a_word_that_nobody_knows_is_not_held_against_a_shop() -> None:
    """The thesaurus knows no such thing: that no title names it says nothing."""
    unknown = of(replace(NEED, names=("zorgon",)), "Garden hose")
    known = of(replace(NEED, names=("kettle", "water boiler", "电水壶")), "Garden hose")
    assert (unknown.nowhere, known.nowhere) == (False, True)
    assert unknown.probability > known.probability


def test_the_doubt_of_the_rules_alone_does_not_outweigh_a_title_that_is_the_thing() -> None:
    doubted = of(replace(NEED, unsold=("kettle",)), "Acme kettle", lexical=1.0, use=0.5, kind=0.75)
    assert doubted.doubted
    assert doubted.probability > SURE


def test_where_nothing_was_found_nothing_is_claimed() -> None:
    assert of(NEED) == NOTHING
    assert NOTHING.probability < SURE


def test_the_kind_counts_as_far_as_it_is_believed() -> None:
    assert told([of(NEED, "x", kind=0.2), of(NEED, "x", kind=0.9)]) == sorted(
        told([of(NEED, "x", kind=0.9), of(NEED, "x", kind=0.2)])
    )
