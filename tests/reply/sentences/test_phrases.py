from daogou.reply.sentences.phrases import cased, counted, is_mass, is_quality, plural


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


def test_after_a_number_a_mass_is_counted_in_kinds_and_a_pair_in_pairs() -> None:
    nouns = ("laptop", "milk", "gloves", "crisps", "lens", "t-shirt")

    assert [counted(noun, 2) for noun in nouns] == [
        "laptops",
        "kinds of milk",
        "pairs of gloves",
        "crisps",
        "lenses",
        "t-shirts",
    ]
    assert [counted(noun, 1) for noun in nouns] == [
        "laptop",
        "kind of milk",
        "pair of gloves",
        "kind of crisps",
        "lens",
        "t-shirt",
    ]


def test_a_thing_is_waterproof_and_has_bluetooth() -> None:
    qualities = [
        is_quality(name) for name in ("waterproof", "dishwasher_safe", "cordless", "vegan", "bluetooth", "gps")
    ]

    assert qualities == [True, True, True, True, False, False]


def test_names_begin_with_a_capital() -> None:
    assert cased("christmas decorations") == "Christmas decorations"
