from dataclasses import replace
from pathlib import Path

import pytest

from daogou.ask.lexicon import Lexicon
from daogou.ask.tokens.phrases import Kind
from daogou.ask.understand import understand
from daogou.catalog.products.conversation import Session
from daogou.catalog.products.need import ShopperNeed
from daogou.catalog.products.vocabulary import Vocabulary
from tests.ask_shop import lexicon, short

DATA = Path(__file__).parents[3] / "shared" / "data"

FOOD = Vocabulary(
    types={"seafood": 40, "nuts": 12, "smartphone": 60, "facial mask": 30},
    type_phrases={"iphone": ("smartphone",)},
    brands={"SKII": 5, "HUAWEI": 9},
    words={"大闸蟹": 8, "蟹": 9, "iphone": 20, "apple": 25, "礼盒": 12, "盒装": 1, "macbook": 3, "保湿": 7},
    currency="CNY",
    languages=("zh",),
    product_count=200,
)


def understood(message: str, vocabulary: Vocabulary = FOOD) -> ShopperNeed:
    return understand(message, Session(session_id="s"), lexicon=Lexicon.of(vocabulary))


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("大闸蟹", ["text is 大闸蟹"]),
        ("海鲜", []),
        ("坚果礼盒", []),
        ("iphone", ["text is iphone"]),
        ("苹果手机", ["text is 苹果"]),
        ("SK-II的面膜", ["brand is SKII"]),
        ("华为手机", ["brand is HUAWEI"]),
        ("礼盒装", ["text is 礼盒"]),
        ("macbook", ["text is macbook"]),
    ],
)
def test_a_narrower_name_than_the_kind_is_a_requirement(message: str, expected: list[str]) -> None:
    assert [short(constraint) for constraint in understood(message).constraints] == expected


def test_a_narrower_name_that_no_title_has_is_unsold() -> None:
    need = understood("有三文鱼卖吗")
    assert (need.category, need.unsold, need.constraints) == ((), ("三文鱼",), ())


def test_an_empty_catalogue_sells_nothing() -> None:
    need = understood("laptop", Vocabulary())
    assert (need.category, need.unsold) == ((), ("laptop",))


def test_the_values_of_a_kind_are_read_as_the_kind() -> None:
    assert lexicon().meanings("gaming laptop", Kind.VALUE) == ()
    assert lexicon().meanings("turbo print", Kind.VALUE)[0].values == ("turbo print",)


def test_coverage_is_the_share_of_the_kind() -> None:
    assert lexicon().coverage("memory", ("laptop",)) == 290 / 300
    assert lexicon().coverage("memory", ()) == (290 + 58 + 70 + 25) / 1000
    assert lexicon().coverage("speed", ("laptop",)) == 0.0


def test_a_kind_may_be_called_by_the_last_word_of_its_name() -> None:
    assert lexicon().meanings("gnomes", Kind.TYPE)[0].values == ("garden gnome",)


def test_only_cases_and_cartridges_are_accessories() -> None:
    assert lexicon().accessory(("toner cartridge",))
    assert not lexicon().accessory(("toner cartridge", "laptop"))
    assert not lexicon().accessory(())


def test_several_values_a_product_add_up() -> None:
    colour = lexicon().vocabulary.attributes["colour"]
    many = replace(lexicon().vocabulary, attributes={"colour": replace(colour, product_count=100)})
    assert Lexicon.of(many).several("colour")
    assert not lexicon().several("colour")


@pytest.mark.real
@pytest.mark.skipif(not DATA.is_dir(), reason="the real shopping queries are not here")
def test_real_queries_are_all_understood_somehow() -> None:
    queries = (DATA / "intents" / "zh_taobao_queries_20k.txt").read_text(encoding="utf-8").split("\n")[:2000]
    assert all(isinstance(understood(query), ShopperNeed) for query in queries[::20])
