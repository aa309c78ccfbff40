"""What every SearchIndex does, with planted answers; and the encoder that the tests see with."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from daogou.catalog.products.candidate import Hit
from daogou.catalog.products.need import Constraint, ConstraintValue, Operator
from daogou.catalog.products.product import Product
from daogou.catalog.products.vocabulary import Vocabulary
from daogou.ports import SearchIndex, Vectors
from daogou.text.words import cut
from tests.contracts.products import NOW, SHOP, product

IS, IS_NOT, AT_LEAST, AT_MOST = Operator.IS, Operator.IS_NOT, Operator.AT_LEAST, Operator.AT_MOST
VOCABULARY = Vocabulary(types={"laptop": 1}, product_count=len(SHOP))


CODES = (
    *("gt01", "1972808", "bl1850b", "12345678905", "ins114", "ktins114", "gsr18v28", "gt203"),
    *("500ml", "nothing1"),
)


class ColourEncoder:
    """Sees three things: notebooks, mice and everything else that has a title."""

    name = "colour"
    dimensions = 3

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = [self._row(text.casefold()) for text in texts]
        return np.array(rows, dtype=np.float32).reshape(-1, 3)

    def _row(self, text: str) -> tuple[float, float, float]:
        if "notebook" in text:
            return (0.8, 0.0, 0.6) if "bag" in text else (1.0, 0.0, 0.0)
        return (0.0, 1.0, 0.0) if "mouse" in text else (0.0, 0.0, 1.0 if text else 0.0)


def must(attribute: str, operator: Operator, value: ConstraintValue | int) -> Constraint:
    plain = isinstance(value, int) and not isinstance(value, bool)
    return Constraint(attribute=attribute, operator=operator, value=Decimal(value) if plain else value)  # type: ignore[arg-type]


def ids(hits: Sequence[Hit]) -> list[str]:
    return [hit.product_id for hit in hits]


class SearchIndexContract:
    """Inherit, and say which index."""

    def index(self, products: Sequence[Product], clock: Callable[[], datetime] = lambda: NOW) -> SearchIndex:
        """An index with the ColourEncoder and VOCABULARY."""
        raise NotImplementedError

    def passing(self, *musts: Constraint) -> list[str]:
        index = self.index(SHOP)
        found = sorted(index.matching(musts))
        assert index.count(musts) == len(found)
        return found

    def test_it_knows_the_words_of_the_catalogue(self) -> None:
        assert self.index(SHOP).vocabulary == VOCABULARY

    def test_an_empty_shop_has_nothing(self) -> None:
        index = self.index(())
        assert index.lexical(["laptop"]) == []
        assert index.dense("colour", np.ones(3, dtype=np.float32)) == []
        assert (index.matching([]), index.count([]), index.vectors("colour", ["bag"])) == ([], 0, {})
        assert index.count([must("text", IS_NOT, "x"), must("price", AT_MOST, 5)]) == 0

    def test_a_group_of_variants_is_counted_once_and_found_whole(self) -> None:
        variants = [product(key, f"linen shirt {key}", item_group_id="shirt") for key in ("s", "m", "l")]
        index = self.index([*variants, product("tie", "linen tie"), product("cap", "cap")])
        assert (index.count([]), index.count([must("text", IS, "linen")])) == (3, 2)
        assert sorted(index.group("shirt")) == ["l", "m", "s"]
        assert index.group("trousers") == []

    def test_words_find_the_products_that_have_them(self) -> None:
        index = self.index(SHOP)
        assert ids(index.lexical(cut("notebook bag"))) == ["bag", "laptop"]
        assert ids(index.lexical(cut("面霜"))) == ["cream"]
        assert ids(index.lexical(cut("笔记本电脑")))[0] == "laptop"
        assert index.lexical(cut("zebra")) == index.lexical([]) == []

    def test_plurals_find_the_singular(self) -> None:
        assert ids(self.index(SHOP).lexical(cut("speakers"))) == ["speaker"]

    def test_words_only_find_what_passes_the_musts(self) -> None:
        index = self.index(SHOP)
        assert sorted(ids(index.lexical(["hp"], musts=[must("price", AT_MOST, 30)]))) == ["bag", "mouse"]
        assert ids(index.lexical(["hp"], musts=[must("brand", IS, "hp"), must("price", AT_LEAST, 30)])) == ["laptop"]
        assert len(index.lexical(["hp"], limit=2)) == 2
        assert index.lexical(["hp"], limit=0) == []

    def test_fields_and_words_can_be_weighed(self) -> None:
        index = self.index(SHOP)
        plain = index.lexical(["mouse"], fields={"title": 1.0})
        assert ids(plain) == ["mouse"]
        assert index.lexical({"mouse": 3.0}, fields={"title": 1.0})[0].score == pytest.approx(3 * plain[0].score)
        assert index.lexical(["mouse"], fields={"title": 2.0})[0].score == pytest.approx(2 * plain[0].score)
        assert index.lexical(["dolby"], fields={"title": 1.0}) == []
        assert ids(index.lexical({"mouse": 1.0, "notebook": 9.0}))[0] in {"laptop", "bag"}

    def test_a_rare_word_weighs_more_than_a_common_one(self) -> None:
        assert ids(self.index(SHOP).lexical(["hp", "wireless"]))[0] == "mouse"

    def test_numbers_find_their_products_whole_or_in_part(self) -> None:
        shop = [
            product("GT-01", "Makita BL1850B battery 18V", mpn="197280-8"),
            product("GT-02", "Charger for BL1850B", gtin="0012345678905"),
            product("KT-INS114-RED", "Bottle red 500ml", mpn="INS114"),
            product("KT-INS114-BLU", "Bottle blue 500ml", mpn="INS114"),
            product("GT-2036", "Drill GSR 18V-28 with case"),
        ]
        found = {code: [(hit.product_id, hit.score) for hit in self.index(shop).coded(code)] for code in CODES}
        assert found == {
            "gt01": [("GT-01", 1.0)],
            "1972808": [("GT-01", 1.0)],
            "bl1850b": [("GT-01", 0.9)],  # not what is for it
            "12345678905": [("GT-02", 1.0)],  # an EAN's zeros in front are a UPC's none
            "ins114": [("KT-INS114-BLU", 1.0), ("KT-INS114-RED", 1.0)],
            "ktins114": [("KT-INS114-BLU", 0.5 * 8 / 11), ("KT-INS114-RED", 0.5 * 8 / 11)],
            "gsr18v28": [("GT-2036", 0.9)],
            "gt203": [],  # amid a number
            "500ml": [],
            "nothing1": [],
        }

    def test_what_many_share_is_no_number_of_any(self) -> None:
        shop = [product(f"LAMP-{number}A", "Lamp E27X1") for number in range(100, 120)]
        assert (self.index(shop).coded("e27x1"), self.index(shop).coded("lamp")) == ([], [])
        assert ids(self.index(shop).coded("lamp101a")) == ["LAMP-101A"]

    def test_vectors_find_what_is_near(self) -> None:
        index = self.index(SHOP)
        near = ColourEncoder().encode(["notebook"])[0]
        assert index.dense("colour", near, limit=2) == [
            Hit(product_id="laptop", score=1.0),
            Hit(product_id="bag", score=np.float32(0.8)),
        ]
        assert ids(index.dense("colour", near, musts=[must("price", AT_MOST, 30)], limit=1)) == ["bag"]
        assert len(index.dense("colour", near)) == len(SHOP)

    def test_stored_vectors_are_those_of_the_encoder(self) -> None:
        found = self.index(SHOP).vectors("colour", ["mouse", "nothing", "laptop"])
        assert {key: vector.tolist() for key, vector in found.items()} == {"mouse": [0, 1, 0], "laptop": [1, 0, 0]}

    def test_equal_scores_come_in_the_order_of_ids(self) -> None:
        shop = [product(f"{number:02}", "Wireless mouse") for number in range(30)]
        index = self.index(shop)
        first = [f"{number:02}" for number in range(7)]
        assert ids(index.lexical(["mouse"], limit=7)) == first
        assert ids(index.dense("colour", np.array([0, 1, 0], dtype=np.float32), limit=7)) == first

    def test_matching_stops_at_the_limit(self) -> None:
        index = self.index(SHOP)
        assert len(index.matching([], limit=2)) == 2
        assert set(index.matching([])) == {product.id for product in SHOP}

    def test_prices_compare_exactly(self) -> None:
        assert self.passing(must("price", AT_MOST, Decimal("29.90"))) == ["bag", "mouse"]
        assert self.passing(must("price", AT_MOST, Decimal("29.89999999999999999999"))) == ["mouse"]
        assert self.passing(must("price", AT_LEAST, 100), must("price", AT_MOST, 600)) == ["cream"]
        assert self.passing(must("price", IS, 20)) == ["mouse"]

    def test_a_sale_ends(self) -> None:
        moments = [NOW]
        index = self.index(SHOP, lambda: moments[-1])
        cheap, on_sale, regular = must("price", AT_MOST, 60), must("on_sale", IS, True), must("on_sale", IS, False)
        for at, ends in ((NOW, False), (NOW + timedelta(microseconds=1), True), (NOW - timedelta(days=1), False)):
            moments.append(at)
            assert ("speaker" in index.matching([cheap])) is not ends
            assert index.matching([on_sale]) == ([] if ends else ["speaker"])
            assert ("speaker" in index.matching([regular])) is ends

    def test_texts_are_compared_folded_and_as_any_of(self) -> None:
        assert self.passing(must("colour", IS, "BLACK")) == ["bag", "mouse"]
        assert self.passing(must("colour", IS, ("silver", " Red "))) == ["bag", "laptop"]
        assert self.passing(must("brand", IS, ("雅诗兰黛", "Wobble"))) == ["cream", "speaker"]
        assert self.passing(must("category", IS, ("laptop", "mouse"))) == ["laptop", "mouse"]
        assert self.passing(must("condition", IS, "used")) == ["speaker"]

    def test_not_passes_where_the_row_does_not_say(self) -> None:
        assert self.passing(must("colour", IS_NOT, "black")) == ["cream", "laptop", "speaker"]
        assert self.passing(must("bluetooth", IS_NOT, True)) == ["bag", "cream", "mouse", "speaker"]
        assert self.passing(must("no_such_thing", IS_NOT, "x")) == sorted(product.id for product in SHOP)
        assert self.passing(must("no_such_thing", IS, "x")) == self.passing(must("no_such_thing", AT_LEAST, 1)) == []

    def test_numbers_yes_and_no_are_not_texts(self) -> None:
        assert self.passing(must("memory", AT_LEAST, 16)) == ["laptop"]
        assert self.passing(must("memory", AT_LEAST, 17)) == []
        assert self.passing(must("memory", IS, "16")) == []
        assert self.passing(must("bluetooth", IS, True)) == ["laptop"]
        assert self.passing(must("bluetooth", IS, False)) == ["mouse"]
        assert self.passing(must("colour", AT_LEAST, 1)) == self.passing(must("price", AT_MOST, "cheap")) == []
        assert self.passing(must("rating", AT_LEAST, 4)) == ["laptop"]

    def test_a_refused_word_leaves_every_row_to_be_read(self) -> None:
        """What is "free of it" has the word as well: the rows decide (matching.outcome), not the index."""
        assert self.passing(must("text", IS_NOT, "hp")) == sorted(product.id for product in SHOP)

    def test_words_in_the_text_end_where_words_end(self) -> None:
        assert self.passing(must("text", IS, "dolby atmos")) == ["laptop"]
        assert self.passing(must("text", IS, "note")) == self.passing(must("text", IS, "atmos dolby")) == []
        assert self.passing(must("text", IS, "诗兰")) == self.passing(must("text", IS, "保湿面霜")) == ["cream"]
        assert self.passing(must("text", IS, ("wireless", "outdoor"))) == ["mouse", "speaker"]
