"""The words as typed: of a new need this message, of a refined one all that led to it."""

from dataclasses import replace
from pathlib import Path

import pytest

from daogou.app import load_shop, open_shop
from daogou.ask.dialogue.dialogue import with_typed
from daogou.catalog.products.need import Act, ShopperNeed

BEFORE = ShopperNeed(query="kettle", typed="I need a kettle!")


def test_a_new_need_begins_with_its_message() -> None:
    assert with_typed(ShopperNeed(act=Act.FIND), "a toaster, please", BEFORE).typed == "a toaster, please"
    assert with_typed(ShopperNeed(act=Act.REFINE), "under 40", None).typed == "under 40"


def test_a_refined_need_adds_to_what_was_said() -> None:
    assert with_typed(replace(BEFORE, act=Act.REFINE), "under 40", BEFORE).typed == "I need a kettle! under 40"


def test_asking_about_what_is_shown_changes_nothing() -> None:
    assert with_typed(replace(BEFORE, act=Act.ASK), "how heavy is it?", BEFORE) == replace(BEFORE, act=Act.ASK)


def test_of_several_things_no_message_is_ones_own() -> None:
    both = ShopperNeed(act=Act.FIND, others=(ShopperNeed(),))
    assert with_typed(both, "a kettle and a toaster", None) == both


def test_a_conversation_keeps_the_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAOGOU_ENCODERS", "lsa")
    feed = tmp_path / "feed.csv"
    feed.write_text("id,title,price,brand\n1,Acme kettle 1.5 l,39.00 EUR,Acme\n2,Acme kettle small,29.00 EUR,Acme\n")
    load_shop(feed, folder=tmp_path / "shop")
    with open_shop(tmp_path / "shop") as shop:
        first = shop.guide.answer("I need a kettle!")
        second = shop.guide.answer("under 35 euros", session_id=first.session.session_id)
        assert [turn.need.typed for turn in second.session.turns] == [
            "I need a kettle!",
            "I need a kettle! under 35 euros",
        ]
