"""Other ways in which a message may have been meant, each as a chip that asks for it: "meant the price?"."""

from dataclasses import dataclass
from decimal import Decimal

from daogou.api.schemas.labels import number
from daogou.catalog.products.need import MEASURE, PRICE, Alternative, Constraint, Operator, ShopperNeed
from daogou.catalog.products.withdrawal import Withdrawal

PIECES = "pcs"

_WORDS = {
    "en": {
        PRICE: "meant the price?",
        PIECES: "meant the number?",
        f"{PRICE} at_least": "price at least {value}",
        f"{PRICE} at_most": "price at most {value}",
        f"{PRICE} is": "price {value}",
        f"{PIECES} at_least": "at least {value} pieces",
        f"{PIECES} at_most": "at most {value} pieces",
        f"{PIECES} is": "{value} pieces",
        "and": ", ",
    },
    "zh": {
        PRICE: "是指价格？",
        PIECES: "是指数量？",
        f"{PRICE} at_least": "价格至少{value}",
        f"{PRICE} at_most": "价格不超过{value}",
        f"{PRICE} is": "价格{value}",
        f"{PIECES} at_least": "至少{value}件",
        f"{PIECES} at_most": "不超过{value}件",
        f"{PIECES} is": "{value}件",
        "and": "，",
    },
}


@dataclass(frozen=True, kw_only=True)
class OtherReading:
    """A label, the message that asks for this reading, and the wishes whose place it takes."""

    label: str
    message: str
    without: tuple[Withdrawal, ...]


def other_readings(need: ShopperNeed) -> list[OtherReading]:
    """Those that can be asked for in a few words; the likeliest first."""
    words = _WORDS.get(need.language, _WORDS["en"])
    return [
        _reading(one, words) for one in need.alternatives if one.constraints and all(map(_sayable, one.constraints))
    ]


def _reading(reading: Alternative, words: dict[str, str]) -> OtherReading:
    said = [
        words[f"{_what(one)} {one.operator}"].format(value=number(Decimal(str(one.value))))
        for one in reading.constraints
    ]
    withdrawn = (
        Withdrawal(attribute=one.attribute, operator=one.operator, value=one.value) for one in reading.instead_of
    )
    return OtherReading(
        label=words[_what(reading.constraints[0])], message=words["and"].join(said), without=tuple(withdrawn)
    )


def _sayable(wish: Constraint) -> bool:
    return isinstance(wish.value, Decimal) and wish.operator is not Operator.IS_NOT and bool(_what(wish))


def _what(wish: Constraint) -> str:
    if wish.attribute == MEASURE:
        return PIECES if wish.unit == PIECES else ""
    return PRICE if wish.attribute == PRICE else ""
