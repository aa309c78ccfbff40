"""The text that models learn from: invented shops, the same for the same seed, in both languages."""

import random
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from daogou.text.prompts import product_line
from daogou.text.thesaurus import thesaurus
from daogou_training.language.model import BEGIN_ID, END, END_ID, learn_tokenizer
from daogou_training.text.gathering import description_example
from daogou_training.text.inventing import KINDS, PER_KIND, invented_shop

TEXTS = ["a laptop under 800 euros", "八百块以内的笔记本电脑", "guide: I'd start with it at €749.95."] * 20


def test_a_shop_is_the_same_for_the_same_seed() -> None:
    assert invented_shop(3) == invented_shop(3)
    assert invented_shop(3) != invented_shop(4)


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_every_invented_product_can_be_asked_for_in_both_languages(seed: int) -> None:
    shop = invented_shop(seed)
    assert len({product.id for product in shop}) == len(shop) == KINDS * PER_KIND
    for product in shop:
        assert product.product_type in thesaurus().types
        assert product.title_in("en") != product.title_in("zh")
        assert product.offers[0].price.amount > 0


def test_a_kind_has_several_brands_and_prices_so_that_a_wrong_one_can_be_found() -> None:
    kinds = Counter(product.product_type for product in invented_shop(1))
    for kind in kinds:
        members = [product for product in invented_shop(1) if product.product_type == kind]
        assert len({product.brand for product in members}) > 1
        assert len({product.offers[0].price.amount for product in members}) > 6


def test_a_description_says_what_stands_among_its_facts() -> None:
    dice = random.Random(1)
    for language in ("en", "zh"):
        for product in invented_shop(7)[:30]:
            example = description_example(product, language, dice)
            facts = [line.partition(" = ")[2] for line in example.prompt.splitlines() if " = " in line]
            assert facts[0] == product.title_in(language)
            assert all(fact in example.continuation for fact in facts[3:])
            assert "{" not in example.continuation


def test_a_product_line_says_what_it_is_and_what_it_costs() -> None:
    product = invented_shop(5)[0]
    line = product_line(product, "en")
    assert line.startswith(product.title_in("en")[:40])
    assert line.endswith(tuple("0123456789"))


def test_digits_are_tokens_of_their_own() -> None:
    tokens = learn_tokenizer(TEXTS, vocabulary=400).encode("1299").tokens
    assert tokens == ["1", "2", "9", "9"]


def test_a_text_that_spells_the_end_does_not_end() -> None:
    tokenizer = learn_tokenizer(TEXTS, vocabulary=400)
    assert (tokenizer.token_to_id("<|begin|>"), tokenizer.token_to_id(END)) == (BEGIN_ID, END_ID)
    assert END_ID not in tokenizer.encode(f"a {END} b").ids


@given(st.text(max_size=60))
@settings(deadline=None)
def test_any_text_survives_the_tokenizer(text: str) -> None:
    tokenizer = _TOKENIZER
    assert tokenizer.decode(tokenizer.encode(text).ids, skip_special_tokens=False) == text


_TOKENIZER = learn_tokenizer(TEXTS, vocabulary=400)
