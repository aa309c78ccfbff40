"""The checker finds planted false claims, and lets pass what the raw row says."""

import pytest

from daogou_evals.descriptions import distinct, self_bleu
from daogou_evals.truth.descriptions import check

ROW = {
    "id": "7",
    "title": "Nimbus 14 laptop, 16 GB, black",
    "supplier": "Nimbus",
    "attr_t_product_colour": "Black",
    "attr_n_weight": 1400.0,
    "attr_n_display_diagonal": 14,
    "attr_t_internal_memory": "16 GB",
    "attr_b_bluetooth": False,
}
TRUE = "This black laptop from Nimbus has 16 GB of memory and weighs 1.4 kg. Its full name is “Nimbus 14 laptop”."
ROW_ZH = {"id": "8", "title": "自然堂雪域滋润霜50g 补水保湿面霜", "brand_shop": "自然堂"}
TRUE_ZH = "这款自然堂面霜重50克，功效为补水保湿。全名是“自然堂雪域滋润霜50g”。"


def test_what_the_row_says_in_other_words_and_units_is_no_problem():
    found = check(TRUE, ROW, language="en")
    assert found.unsupported == ()
    assert found.claims >= 6


@pytest.mark.parametrize(
    ("said", "planted", "problem"),
    [
        ("16 GB", "32 GB", "32 gb is not in the row"),
        ("1.4 kg", "1.1 kg", "1.1 kg is not in the row"),
        ("from Nimbus", "from Quill", "'quill' is not in the row"),
        ("black laptop", "aluminium laptop", "'aluminium' is not in the row"),
        ("black laptop", "red laptop", "'red' is not in the row"),
        ("black laptop", "waterproof laptop", "'waterproof' is not in the row"),
        ("This black", "The best black", "'best' is not in the row"),
        ("from Nimbus has", "from Nimbus has bluetooth and", None),
        ("“Nimbus 14 laptop”", "“Nimbus 15 laptop”", "“Nimbus 15 laptop” stands nowhere in the row"),
    ],
)
def test_each_planted_false_claim_is_found(said, planted, problem):
    text = TRUE.replace(said, planted)
    assert text != TRUE
    found = check(text, ROW, language="en").unsupported
    assert found
    if problem is not None:
        assert found == (problem,)


def test_what_a_true_chinese_description_says_stands_in_the_row():
    assert check(TRUE_ZH, ROW_ZH, language="zh").unsupported == ()


@pytest.mark.parametrize(
    ("said", "planted"),
    [
        ("50克", "80克"),
        ("自然堂面霜", "兰蔻面霜"),
        ("补水保湿。", "美白。"),
        ("这款", "最好的这款"),
        ("重50克", "防水，重50克"),
        ("面霜重", "真皮面霜重"),
    ],
)
def test_each_planted_false_claim_is_found_in_chinese(said, planted):
    text = TRUE_ZH.replace(said, planted)
    assert text != TRUE_ZH
    assert len(check(text, ROW_ZH, language="zh").unsupported) == 1


def test_a_false_flag_bears_nothing_out():
    assert check("It has waterproof.", {"title": "lamp", "attr_b_waterproof": False}, language="en").unsupported
    assert not check("It is waterproof.", {"title": "lamp", "attr_b_waterproof": True}, language="en").unsupported


def test_distinct_2_is_the_share_of_different_word_pairs():
    assert distinct(["a b c", "a b d"]) == 3 / 4
    assert distinct(["a b", "c d"]) == 1.0


def test_self_bleu_is_one_for_copies_and_low_for_strangers():
    assert self_bleu(["a b c d e f"] * 3) == pytest.approx(1.0)
    assert self_bleu(["a b c d e f", "u v w x y z"]) < 0.2
    assert self_bleu(["a b c d e f", "a b c d e z"]) < self_bleu(["a b c d e f"] * 2)
