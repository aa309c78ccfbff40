"""Readings to learn from: what the words ask for, as JSON that the reader's schema allows."""

import json

import pytest

from daogou.ask.model.schema import KEYS, parse
from daogou.text.prompts import END, NEED
from daogou_training.text.gathering import gather
from daogou_training.text.inventing import invented_shop
from daogou_training.text.readings import readings


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_reading_says_what_the_shopper_said(language: str) -> None:
    shop = invented_shop(3)
    kinds = sorted({product.product_type for product in shop})
    examples = list(readings(shop, language, seed=1, count=60))
    assert examples == list(readings(shop, language, seed=1, count=60))
    assert len(examples) == 60
    for example in examples:
        assert example.prompt.endswith(NEED)
        assert example.domain == "read"
        text = example.continuation.removesuffix(END)
        found = parse(text, kinds=kinds)
        assert found.to_json() == text
        assert tuple(json.loads(text)) == KEYS
        assert found.kind in kinds
        for amount in (found.at_most, found.at_least):
            assert amount is None or f"{amount:f}" in example.prompt
        assert found.purpose.casefold() in example.prompt.casefold()


def test_some_readings_have_each_part() -> None:
    found = [
        json.loads(example.continuation)
        for seed in range(4)
        for example in readings(invented_shop(seed), "en", seed=seed, count=100)
    ]
    for key in KEYS:
        assert sum(bool(one[key]) for one in found) > 0
    assert any(value["value"].startswith(">=") for one in found for value in one["values"])
    assert not all(one["brand"] for one in found)


def test_a_tenth_of_the_gathered_texts_are_readings() -> None:
    examples = gather(invented_shop(1), "zh", seed=1, count=100).examples
    share = sum(example.domain == "read" for example in examples) / len(examples)
    assert 0.08 < share < 0.12


def test_a_shop_without_kinds_of_the_thesaurus_gives_none() -> None:
    assert list(readings([], "en", seed=1, count=5)) == []
