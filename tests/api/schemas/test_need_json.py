from decimal import Decimal

from daogou.api.schemas.need_json import NeedJson
from daogou.catalog.products.need import Alternative, Constraint, Operator, ShopperNeed

CUPS = Constraint(attribute="measure", operator=Operator.AT_LEAST, value=Decimal(10), unit="cups", said="at least 10")
PRICE = Constraint(attribute="price", operator=Operator.AT_LEAST, value=Decimal(10), said="at least 10")
PIECES = Constraint(attribute="measure", operator=Operator.AT_LEAST, value=Decimal(10), unit="pcs", said="at least 10")


def alternatives(language: str, *readings: Alternative) -> list[dict[str, object]]:
    need = ShopperNeed(query="coffee machine", language=language, constraints=(CUPS,), alternatives=readings)
    return NeedJson.of(need).model_dump()["alternatives"]


def test_another_reading_comes_with_the_message_that_asks_for_it_and_what_it_replaces() -> None:
    price = Alternative(prior=0.2, instead_of=(CUPS,), constraints=(PRICE,))

    assert alternatives("en", price) == [
        {
            "label": "meant the price?",
            "message": "price at least 10",
            "without": [{"attribute": "measure", "operator": "at_least", "value": 10.0}],
        }
    ]
    assert [(one["label"], one["message"]) for one in alternatives("zh", price)] == [("是指价格？", "价格至少10")]


def test_a_number_of_pieces_is_asked_for_as_such() -> None:
    pieces = Alternative(prior=0.3, instead_of=(PRICE,), constraints=(PIECES,))

    assert [(one["label"], one["message"]) for one in alternatives("en", pieces)] == [
        ("meant the number?", "at least 10 pieces")
    ]


def test_a_reading_that_no_short_message_asks_for_is_not_offered() -> None:
    age = Alternative(prior=0.3, instead_of=(CUPS,), constraints=(CUPS,))

    assert alternatives("en", age, Alternative(prior=0.1)) == []
