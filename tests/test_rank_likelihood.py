"""log P(q | product) moves what leads, within its budget, or leaves everything as it was."""

import threading
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from daogou.assembly import load_shop, open_shop
from daogou.errors import SettingsError
from daogou.language.scripted import Scripted
from daogou.rank.curve import probability
from daogou.rank.likelihood import WEIGHT, Likelihood
from daogou.rank.order import order, ranked_by
from daogou.reply.choose_budget import Slots
from daogou.settings import read_settings
from daogou.shop.candidate import Candidate, Found, Score
from daogou.shop.need import ShopperNeed, Sort
from daogou.shop.product import Money, Offer, Product

AT = datetime(2026, 11, 23, tzinfo=UTC)
NEED = ShopperNeed(query="something to write on")
ROWS = {
    one: Product(
        id=one,
        title=title,
        product_type=kind,
        offers=(Offer(price=Money(amount=Decimal(price), currency="EUR")),),
    )
    for one, title, kind, price in (
        ("lamp", "Onda reading lamp", "lamp", "9"),
        ("book", "Onda notebook, lined", "notebook_paper", "7"),
        ("desk", "Onda desk", "desk", "99"),
    )
}
FOUND = Found(
    candidates=tuple(
        Candidate(product_id=one, scores=(Score(source="lexical", value=value),))
        for one, value in (("lamp", 0.9), ("book", 0.8), ("desk", 0.3))
    )
)


def knows_notebooks(prompt: str, text: str) -> float:
    assert prompt.startswith("product: Onda")
    assert prompt.endswith("\nshopper:")
    assert text == " something to write on\n"
    return {"notebook": -2.0, "desk": -4.0}.get(next((it for it in ("notebook", "desk") if it in prompt), ""), -7.0)


def ordered(likelihood: Likelihood, need: ShopperNeed = NEED) -> list[Candidate]:
    ranked, _, _ = order(FOUND, need, products=ROWS, popularity={}, at=AT, likelihood=likelihood)
    return ranked


def by(model: Scripted, **more: float) -> Likelihood:
    """With time enough to read the words of the prompts, which the first one does."""
    return Likelihood(model, attempt=Slots().attempt, **{"budget_s": 5.0} | more)  # type: ignore[arg-type]


def ids(candidates: list[Candidate]) -> list[str]:
    return [candidate.product_id for candidate in candidates]


def test_the_product_that_such_words_are_said_for_comes_first() -> None:
    likelihood = by(Scripted(likelihoods=knows_notebooks))
    shortlist = ordered(likelihood)
    assert ids(shortlist) == ["book", "lamp", "desk"]
    assert shortlist[0].scores == (
        Score(source="lexical", value=0.8),
        Score(source="likelihood", value=5 * WEIGHT),
        Score(source="total", value=0.8 + 5 * WEIGHT, rank=1),
        Score(source="fit", value=probability(0.8 + 5 * WEIGHT)),
    )
    assert ranked_by(shortlist, NEED, likelihood) == "classical, scripted"


def test_a_nat_is_worth_what_the_weight_says() -> None:
    assert ids(ordered(by(Scripted(likelihoods=knows_notebooks), weight=0.01))) == ["lamp", "book", "desk"]
    assert ids(ordered(by(Scripted(likelihoods=knows_notebooks), weight=1.0))) == ["book", "desk", "lamp"]


def test_what_is_too_far_down_is_not_read_and_does_not_overtake() -> None:
    shortlist = ordered(by(Scripted(likelihoods=knows_notebooks), top=2, weight=100.0))
    assert ids(shortlist) == ["book", "lamp", "desk"]
    assert [one.score("likelihood") for one in shortlist] == [500.0, 0.0, None]


def test_an_order_that_was_asked_for_is_kept() -> None:
    need = ShopperNeed(query=NEED.query, sort=Sort(attribute="price"))
    likelihood = by(Scripted(likelihoods=knows_notebooks))
    assert ids(ordered(likelihood, need)) == ["lamp", "book", "desk"]  # the shelf sorts them
    assert all(one.score("likelihood") is None for one in ordered(likelihood, need))
    assert ranked_by(ordered(likelihood, need), need, likelihood) == "price"


@pytest.mark.parametrize(
    "model",
    [
        Scripted(),
        Scripted(likelihoods=lambda prompt, text: float("nan")),
        Scripted(likelihoods=lambda prompt, text: 1 / 0),
        Scripted(likelihoods=knows_notebooks, delay_s=0.3),
    ],
    ids=["unable", "no number", "broken", "slow"],
)
def test_a_model_that_fails_changes_nothing(model: Scripted) -> None:
    likelihood = by(model, budget_s=0.1)
    shortlist = ordered(likelihood)
    assert ids(shortlist) == ["lamp", "book", "desk"]
    assert ranked_by(shortlist, NEED, likelihood) == "classical"


def test_a_model_that_hangs_is_not_waited_for() -> None:
    over = threading.Event()

    def hang(prompt: str, text: str) -> float:
        over.wait()
        return 0.0

    assert ids(ordered(by(Scripted(likelihoods=hang), budget_s=0.05))) == ["lamp", "book", "desk"]
    over.set()


def test_nothing_said_is_no_question_for_the_model() -> None:
    asked: list[str] = []
    likelihood = by(Scripted(likelihoods=lambda prompt, text: asked.append(prompt) or 0.0))
    ordered(likelihood, ShopperNeed(query=" "))
    assert likelihood.points(list(ROWS.values())[:1], NEED) == {}
    assert asked == []


def test_a_shop_ranks_with_the_model_that_is_set(tmp_path: Path) -> None:
    feed = tmp_path / "feed.csv"
    feed.write_text("id,title,price,brand\n1,Acme kettle 1.5 l,39.00 EUR,Acme\n2,Acme kettle small,29.00 EUR,Acme\n")
    load_shop(feed, folder=tmp_path / "shop")
    toml = "language_model = 'builtin'\nranker = 'model'\nmodel_budget_ms = 5000\n"
    (tmp_path / "shop" / "daogou.toml").write_text(toml)
    with open_shop(tmp_path / "shop") as shop:
        response = shop.guide.answer("a kettle").response
        assert response.ranked_by == "classical, builtin"
        assert all(it.score("likelihood") is not None for it in shop.guide.search("kettle").shortlist)


def test_a_ranker_needs_a_model(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="setting 'ranker': 'model' needs a language model"):
        read_settings(tmp_path, {"DAOGOU_RANKER": "model"})
