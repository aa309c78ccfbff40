"""log P(q | product) moves what leads, all of it at once, or leaves everything as it was."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from daogou.app import load_shop, open_shop
from daogou.catalog.products.candidate import Candidate, Found, Score
from daogou.catalog.products.need import PRICE, Code, Constraint, Operator, ShopperNeed, Sort
from daogou.catalog.products.product import Money, Offer, Product
from daogou.errors import SettingsError
from daogou.llm.scripted import Scripted
from daogou.ports import NEVER, Ability, Deadline, LanguageModel, LogLikelihood
from daogou.rank.fit import probability
from daogou.rank.likelihood import SEARCHED, TAUGHT, WEIGHT, Likelihood
from daogou.rank.order import order, ranked_by
from daogou.reply.weights import WorkerPool
from daogou.settings import read_settings
from daogou.text.prompts import product_line

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
    assert prompt.startswith("Onda")
    assert prompt.endswith("\nSearch query:")
    assert text == " something to write on"
    return {"notebook": -2.0, "desk": -4.0}.get(next((it for it in ("notebook", "desk") if it in prompt), ""), -7.0)


def ordered(likelihood: Likelihood, need: ShopperNeed = NEED) -> list[Candidate]:
    ranked, _, _ = order(FOUND, need, products=ROWS, popularity={}, at=AT, likelihood=likelihood)
    return ranked


def by(model: LanguageModel, **more: Any) -> Likelihood:
    """With time enough to read the words of the prompts, which the first one does."""
    return Likelihood(model, attempt=WorkerPool().attempt, **{"budget_s": 5.0} | more)


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
        Score(source="fit", value=probability(0.8)),  # the curve was fitted without a model's voice
    )
    assert ranked_by(shortlist, NEED, likelihood) == "classical, scripted"


def test_a_nat_is_worth_what_the_weight_says() -> None:
    assert ids(ordered(by(Scripted(likelihoods=knows_notebooks), weight=0.01))) == ["lamp", "book", "desk"]
    assert ids(ordered(by(Scripted(likelihoods=knows_notebooks), weight=1.0))) == ["book", "desk", "lamp"]


def test_what_is_too_far_down_is_not_read_and_does_not_overtake() -> None:
    shortlist = ordered(by(Scripted(likelihoods=knows_notebooks), read=((9, 2),), weight=100.0))
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
    ordered(likelihood, replace(NEED, codes=(Code(said="B-17"),)))
    assert likelihood.points([], NEED) == {}
    assert asked == []


def test_where_the_first_is_far_ahead_no_model_is_asked() -> None:
    likelihood = by(Scripted(likelihoods=knows_notebooks), ahead=0.05)
    assert all(one.score("likelihood") is None for one in ordered(likelihood))
    assert ids(ordered(by(Scripted(likelihoods=knows_notebooks), ahead=0.2))) == ["book", "lamp", "desk"]


def test_the_shoppers_own_words_are_judged_where_they_are_known() -> None:
    asked: list[str] = []
    likelihood = by(Scripted(likelihoods=lambda prompt, text: asked.append(text) or 0.0))
    ordered(likelihood, replace(NEED, typed="I want\nsomething to write on!"))
    assert set(asked) == {" I want something to write on!"}


@pytest.mark.parametrize(("words", "read"), [("a pen", 3), ("a pen or two", 2), ("a pen or two or three", 0)])
def test_a_longer_question_is_judged_of_fewer_products(words: str, read: int) -> None:
    table = ((2, 3), (4, 2))
    shortlist = ordered(by(Scripted(likelihoods=lambda prompt, text: -1.0), read=table), ShopperNeed(query=words))
    assert sum(one.score("likelihood") is not None for one in shortlist) == read


def test_a_model_that_counts_no_tokens_is_asked_by_the_texts_length() -> None:
    model = Scripted(likelihoods=lambda prompt, text: -1.0)
    model.abilities = frozenset({Ability.SCORE})
    for most, read in ((5, 0), (6, 3)):
        shortlist = ordered(by(model, read=((most, 9),)))
        assert sum(one.score("likelihood") is not None for one in shortlist) == read


def test_all_are_judged_at_once_or_none() -> None:
    class Together(Scripted):
        asked = 0

        def log_likelihood_after(
            self, prompts: Sequence[str], continuation: str, *, deadline: Deadline = NEVER
        ) -> list[LogLikelihood]:
            self.asked += 1
            return [LogLikelihood(total=-float(len(prompt)), tokens=1) for prompt in prompts[: self.whole]]

        whole = 3

    model = Together(likelihoods={})
    assert ids(ordered(by(model, weight=1.0))) == ["desk", "lamp", "book"]
    model.whole = 2
    assert all(one.score("likelihood") is None for one in ordered(by(model)))
    assert model.asked == 2


def test_what_breaks_a_firm_wish_is_not_read() -> None:
    prompts: list[str] = []
    cheap = Constraint(attribute=PRICE, operator=Operator.AT_MOST, value=Decimal(50), unit="EUR", said="under 50")
    ordered(
        by(Scripted(likelihoods=lambda prompt, text: prompts.append(prompt) or 0.0)),
        replace(NEED, constraints=(cheap,)),
    )
    assert {prompt.partition("\n")[0] for prompt in prompts} == {"Onda reading lamp", "Onda notebook, lined"}


def test_a_form_that_was_taught_shows_the_facts() -> None:
    assert TAUGHT.prompt(ROWS["book"], "en", instructed=False) == (
        f"product: {product_line(ROWS['book'], 'en')}\nshopper:"
    )
    assert TAUGHT.prompt(ROWS["book"], "en", instructed=True).startswith("What would a shopper say")
    assert TAUGHT.continuation("a\npen") == " a pen\n"


def test_a_chinese_title_is_searched_for_in_chinese() -> None:
    product = Product(id="1", title="笔记本 " + "长" * 100, offers=())
    assert SEARCHED.prompt(product, "zh", instructed=False) == f"笔记本 {'长' * 76}\n搜索词："


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
