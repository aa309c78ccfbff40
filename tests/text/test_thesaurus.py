import pytest

from daogou.text.stated import BY_SYMBOL
from daogou.text.thesaurus import LANGUAGES, _phrases, thesaurus


def test_it_names_enough_things_in_both_languages():
    types = thesaurus().types
    assert len(types) >= 1200
    assert [key for key, concept in types.items() if not concept.phrases["en"] or not concept.phrases["zh"]] == []


def test_every_broader_type_exists_and_no_chain_goes_round():
    types = thesaurus().types
    for key in types:
        seen = []
        while key:
            assert key not in seen, seen
            seen.append(key)
            key = types[key].broader


def test_every_attribute_worth_asking_about_exists():
    known = {*thesaurus().attributes, "brand"}
    assert {attribute for concept in thesaurus().types.values() for attribute in concept.ask} <= known


def test_every_unit_of_an_attribute_is_a_unit():
    units = {concept.unit for concept in thesaurus().attributes.values() if concept.unit}
    assert units <= set(BY_SYMBOL)


def test_every_value_belongs_to_a_text_attribute():
    kinds = {thesaurus().attributes[attribute].kind for attribute, _ in thesaurus().values}
    assert kinds == {"text"}


def test_labels_are_the_first_names():
    words = thesaurus()
    assert words.type_label("laptop", "zh") == "笔记本电脑"
    assert words.type_label("laptop", "en") == "laptop"
    assert words.attribute_label("wifi", "en") == "Wi-Fi"
    assert words.attribute_label("screen_size", "en") == "screen size"
    assert words.value_label("size", "xl", "en") == "XL"
    assert words.value_label("colour", "Black", "zh") == "黑色"


def test_what_it_does_not_know_is_its_own_label():
    words = thesaurus()
    assert words.type_label("flux capacitor", "zh") == "flux capacitor"
    assert words.attribute_label("flux_density", "en") == "flux density"
    assert words.value_label("colour", "octarine", "en") == "octarine"


def test_narrower_gives_the_type_and_every_kind_of_it():
    assert set(thesaurus().narrower("phone")) == {"phone", "smartphone", "telephone"}
    assert {"computer", "laptop", "chromebook", "tablet"} <= set(thesaurus().narrower("computer"))
    assert thesaurus().narrower("flux capacitor") == ("flux capacitor",)


def test_superlatives_stand_in_both_languages():
    attributes = thesaurus().attributes
    asked = [("price", "less", "cheapest", "最便宜"), ("weight", "less", "lightest", "最轻")]
    asked += [
        ("screen_size", "more", "biggest screen", "屏幕最大"),
        ("battery_life", "more", "longest battery", "续航最长"),
    ]
    for key, way, english, chinese in asked:
        words = getattr(attributes[key], way)
        assert english in words["en"]
        assert chinese in words["zh"]


def test_a_bag_for_a_laptop_is_an_accessory_and_a_laptop_is_none():
    types = thesaurus().types
    assert types["laptop bag"].accessory
    assert not types["laptop"].accessory
    assert types["laptop"].department == "computers"
    assert set(types["laptop"].phrases) == set(LANGUAGES)


def test_kinds_that_a_shop_distinguishes_are_kinds_of_what_a_vague_question_means():
    kinds = {
        "moisturiser": {"face cream", "night cream", "face lotion"},
        "eye care": {"eye cream", "under-eye mask"},
        "sneakers": {"running shoes"},
        "seafood": {"crab", "hairy crab", "shrimp"},
        "meat": {"beef", "steak", "pork"},
        "ball": {"football", "basketball"},
    }
    words = thesaurus()
    assert {key for key, narrower in kinds.items() if not narrower <= set(words.narrower(key))} == set()
    assert "face lotion" not in words.narrower("face cream")
    assert "under-eye mask" not in words.narrower("eye cream")


def test_a_further_language_is_a_column_of_the_lists():
    entry = {"en": "cup", "zh": "杯子", "de": "Becher, Tasse"}
    assert "de" not in _phrases("mug", entry)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("daogou.text.thesaurus.LANGUAGES", ("en", "zh", "de"))
        assert _phrases("mug", entry) == {"en": ("mug", "cup"), "zh": ("杯子",), "de": ("Becher", "Tasse")}
