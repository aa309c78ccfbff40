"""What tells variants apart."""

from daogou.reply.context import variant_labels
from tests.contracts.products import NOW, fact, product


def test_variants_are_told_apart_by_what_differs_colour_first() -> None:
    rows = [
        product(
            f"{size}{colour}", "shirt", attributes=(fact("size", size), fact("colour", colour), fact("fit", "slim"))
        )
        for size, colour in (("M", "red"), ("L", "red"), ("M", "blue"))
    ]

    assert variant_labels(rows, language="en", at=NOW) == {"Mred": "red, M", "Lred": "red, L", "Mblue": "blue, M"}
    assert variant_labels(rows, language="zh", at=NOW)["Mblue"] == "蓝色, M"


def test_without_a_difference_the_title_tells() -> None:
    rows = [product("a", "Mug with a cat"), product("b", "Mug with a dog")]

    assert variant_labels(rows, language="en", at=NOW) == {"a": "Mug with a cat", "b": "Mug with a dog"}
