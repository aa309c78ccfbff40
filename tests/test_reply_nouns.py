from daogou.reply.nouns import cased, is_mass, plural


def test_english_nouns_take_the_plural_they_take() -> None:
    singular = ["laptop", "battery", "dress", "brush", "box", "mouse", "laptop bag", "tray", "face wash", "Knife"]

    assert [plural(noun) for noun in singular] == [
        "laptops",
        "batteries",
        "dresses",
        "brushes",
        "boxes",
        "mice",
        "laptop bags",
        "trays",
        "face washes",
        "knives",
    ]


def test_what_is_plural_uncountable_or_not_english_stays() -> None:
    assert [plural(noun) for noun in ("jeans", "headphones", "skincare", "black tea", "礼盒", "mice", "")] == [
        "jeans",
        "headphones",
        "skincare",
        "black tea",
        "礼盒",
        "mice",
        "",
    ]
    assert is_mass("swimwear")
    assert not is_mass("laptop")


def test_one_is_one() -> None:
    assert plural("laptop", 1) == "laptop"


def test_abbreviations_are_written_in_capitals() -> None:
    assert [cased(label) for label in ("hdmi cable", "tvs", "tv", "pencil case")] == [
        "HDMI cable",
        "TVs",
        "TV",
        "pencil case",
    ]
