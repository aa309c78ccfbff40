"""A shop folder that learns while it is open."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from daogou.app import Shop, load_shop, open_shop
from daogou.app.advising import RECOMMENDER
from daogou.app.learning import learn_shop_recommender
from daogou.catalog.products.candidate import ExplanationKind, Place
from daogou.catalog.products.event import Event, EventItem, EventName
from daogou.cli import app
from daogou.db.durable import Versions
from daogou.errors import ShopError
from daogou_evals.recommend.personal_search import evaluate_personal

RUN = CliRunner()
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
BRANDS = ("Acme", "Boreal", "Cirrus")
KINDS = ("kettle", "toaster", "lamp", "chair")


def bought(user: str, day: float, *product_ids: str, name: EventName = EventName.PURCHASE) -> Event:
    return Event(
        event_id=f"{user}-{day}-{product_ids}-{name}",
        name=name,
        timestamp=NOW - timedelta(days=100 - day),
        user_id=user,
        items=tuple(EventItem(item_id=product_id) for product_id in product_ids),
    )


def habits() -> Iterator[Event]:
    """Everybody keeps to a brand: first the kettle, then the toaster with the lamp."""
    for number in range(240):
        brand, user, day = BRANDS[number % 3], f"u{number:03}", number % 90
        yield bought(user, day, f"{brand}-kettle")
        yield bought(user, day + 2, f"{brand}-toaster", f"{brand}-lamp")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DAOGOU_ENCODERS", "lsa")
    rows = [
        f"{brand}-{kind},{brand} {kind} number {place},{brand},{10 + place}.00 EUR"
        for brand in BRANDS
        for place, kind in enumerate(KINDS)
    ]
    (tmp_path / "feed.csv").write_text("\n".join(["id,title,brand,price", *rows]), encoding="utf-8")
    load_shop(tmp_path / "feed.csv", folder=tmp_path / "shop")
    return tmp_path / "shop"


@pytest.fixture
def shop(folder: Path) -> Iterator[Shop]:
    with open_shop(folder) as opened:
        opened.events.append(habits())
        yield opened


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.05)


def version(shop: Shop) -> int:
    return shop.carousels.at(Place.HOME).version


def test_what_is_learnt_counts_without_a_restart_and_can_be_taken_back(shop: Shop, folder: Path) -> None:
    assert version(shop) == 0
    assert learn_shop_recommender(folder).number == 1
    until(lambda: version(shop) == 1)
    [first, *_] = shop.carousels.at(Place.TOGETHER, about=["Acme-toaster"], diversity=0.0).carousel.recommendations
    assert first.product.id == "Acme-lamp"
    assert first.reasons[0].text == "Bought together with Acme toaster number 1 by 80 shoppers"
    Versions(folder / RECOMMENDER).roll_back(to=0)
    until(lambda: version(shop) == 0)


def test_a_damaged_version_leaves_the_last_one_recommending(shop: Shop, folder: Path) -> None:
    learn_shop_recommender(folder)
    until(lambda: version(shop) == 1)
    Versions(folder / RECOMMENDER).publish(lambda part: (part / "manifest.json").write_text("?") and None)
    for _ in range(10):
        assert version(shop) == 1
        time.sleep(0.05)


def test_a_product_that_comes_later_joins_the_rails(shop: Shop, folder: Path) -> None:
    learn_shop_recommender(folder)
    kettle = shop.catalogue.get(["Acme-kettle"])["Acme-kettle"]
    shop.upsert([replace(kettle, id="Acme-kettle-2", title="Acme kettle number 0 red")])

    def similar() -> list[str]:
        found = shop.carousels.at(Place.SIMILAR, about=["Acme-kettle"]).carousel.recommendations
        return [one.product.id for one in found]

    until(lambda: "Acme-kettle-2" in similar())
    shop.withdraw(["Acme-kettle-2"])
    until(lambda: "Acme-kettle-2" not in similar())


def test_a_search_knows_whose_it_is_and_forgets_it_on_request(shop: Shop, folder: Path) -> None:
    learn_shop_recommender(folder)
    until(lambda: version(shop) == 1)
    shop.events.append([bought("kim", 90, "Cirrus-kettle")])

    def first(**who: object) -> str:
        return shop.guide.search("a toaster", **who).shortlist[0].product_id

    assert first(user_id="kim") == "Cirrus-toaster"
    assert first(user_id="kim", personal=False) == first()
    behaviour = shop.guide.search("a toaster", user_id="kim").shortlist[0].score("behaviour")
    assert behaviour is not None
    assert behaviour > 0
    answered = shop.guide.answer("a toaster", user_id="kim")
    assert answered.response.recommendations[0].product.id == "Cirrus-toaster"
    assert answered.response.ranked_by == "classical, behaviour"
    shop.events.erase_user("kim")
    assert shop.guide.answer("a toaster", user_id="kim").response.ranked_by == "classical"


def test_an_order_that_was_asked_for_is_kept_whoever_asks(shop: Shop, folder: Path) -> None:
    learn_shop_recommender(folder)
    until(lambda: version(shop) == 1)
    shop.events.append([bought("kim", 90, "Cirrus-chair")])
    prices = [
        shop.catalogue.get([one.product_id])[one.product_id].price_at(NOW)
        for one in shop.guide.search("the cheapest thing", user_id="kim").shortlist
    ]
    amounts = [price.amount for price in prices if price]
    assert amounts == sorted(amounts)


def test_rails_say_what_the_log_says(shop: Shop, folder: Path) -> None:
    learn_shop_recommender(folder)
    until(lambda: version(shop) == 1)
    picks = shop.recommender.shopper(user_id="u000").carousel(Place.HOME, limit=12)
    log = list(habits())
    for pick in picks:
        for explanation in pick.explanations:
            if explanation.kind is ExplanationKind.BOUGHT_BY:
                buyers = {event.user_id for event in log if pick.product_id in {i.item_id for i in event.items}}
                assert explanation.count == len(buyers)


def test_personal_search_is_measured_on_visits_that_were_not_learnt_from(shop: Shop, folder: Path) -> None:
    found = evaluate_personal(folder, visits=30)
    assert found["kind"].queries + found["word"].queries > 0
    assert found["title"].gain.value == pytest.approx(0.0, abs=0.05)


class TestOnTheCommandLine:
    def test_learning_tells_how_it_did_and_how_to_undo_it(self, shop: Shop, folder: Path) -> None:
        told = RUN.invoke(app, ["learn", "recommender", "--shop", str(folder)])
        assert told.exit_code == 0
        assert "Version 1: 480 visits of 240 shoppers to 12 products" in told.output
        assert "--rollback" in told.output
        back = RUN.invoke(app, ["learn", "recommender", "--shop", str(folder), "--rollback", "--to", "0"])
        assert (back.exit_code, Versions(folder / RECOMMENDER).number()) == (0, None)

    def test_a_shop_without_events_says_how_to_get_some(self, folder: Path) -> None:
        with pytest.raises(ShopError, match="no event speaks of a product of the shop yet; load a log with"):
            learn_shop_recommender(folder)

    def test_a_log_of_other_products_teaches_nothing(self, folder: Path) -> None:
        with open_shop(folder) as shop:
            shop.events.append([bought("ann", 1, "unknown")])
            assert shop.carousels.at(Place.HOME, user_id="ann").carousel.recommendations
        with pytest.raises(ShopError, match="no event speaks of a product"):
            learn_shop_recommender(folder)

    def test_a_shopper_is_forgotten_after_asking(self, shop: Shop, folder: Path) -> None:
        refused = RUN.invoke(app, ["forget", "u000", "--shop", str(folder)], input="n\n")
        assert refused.exit_code == 1
        assert (
            "2 events and 0 conversations are gone"
            in RUN.invoke(app, ["forget", "u000", "--shop", str(folder), "--yes"]).output
        )
        assert list(shop.events.events(user_id="u000")) == []

    def test_a_log_is_loaded_alone(self, folder: Path) -> None:
        log = folder.parent / "log.csv"
        log.write_text(
            "event_id,name,timestamp,user_id,item_id\ne1,purchase,2026-11-01T10:00:00Z,ann,Acme-lamp\n",
            encoding="utf-8",
        )
        told = RUN.invoke(app, ["load", "--events", str(log), "--shop", str(folder)])
        assert told.exit_code == 0
        assert "1 rows of the log: 1 new events, 0 rows rejected" in told.output
        assert RUN.invoke(app, ["load", "--shop", str(folder)]).exit_code == 2
