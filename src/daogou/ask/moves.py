"""Wishes relative to what was shown: cheaper, lighter, another brand, a bit more expensive is ok."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from daogou.ask.reading import Moved
from daogou.shop.need import PRICE, Constraint, Operator, Sort
from daogou.shop.product import Product

# "A bit more expensive is ok" lifts the ceiling by this share.
DEARER_SHARE = Decimal("0.25")
_CENT = Decimal("0.01")
_BEYOND = Decimal("0.012")  # lighter means lighter by more than rounding


def lifted(constraint: Constraint) -> Constraint:
    """A ceiling lifted by DEARER_SHARE; any other wish as it is."""
    if constraint.operator is not Operator.AT_MOST or not isinstance(constraint.value, Decimal):
        return constraint
    return replace(constraint, value=constraint.value * (1 + DEARER_SHARE))


def bound_beyond(move: Moved, shown: Sequence[Product], turn: int) -> Constraint | None:
    """The bound beyond everything shown; None where the shown rows do not say."""
    facts = [fact for product in shown for fact in numbers_of(product, move.attribute)]
    if not facts:
        return None
    edge, unit = max(facts) if move.more else min(facts)
    if move.attribute == PRICE:
        value = edge + _CENT if move.more else edge - _CENT
    else:
        value = edge * (1 + _BEYOND) if move.more else edge * (1 - _BEYOND)
    operator = Operator.AT_LEAST if move.more else Operator.AT_MOST
    return Constraint(
        attribute=move.attribute, operator=operator, value=value, unit=unit or None, said=move.said, said_in=turn
    )


def numbers_of(product: Product, attribute: str) -> list[tuple[Decimal, str]]:
    """What a product has of an attribute, in numbers with their unit or currency."""
    if attribute == PRICE:
        return [_cheapest(product)]
    return [(a.value, a.unit or "") for a in product.values(attribute) if isinstance(a.value, Decimal)]


def _cheapest(product: Product) -> tuple[Decimal, str]:
    offer = min(product.offers, key=lambda offer: (offer.sale_price or offer.price).amount)
    money = offer.sale_price or offer.price
    return money.amount, money.currency


def order_of(moved: Iterable[Moved]) -> Sort | None:
    """The order that a relative wish asks for where there is nothing to be relative to."""
    move = next(iter(moved), None)
    return Sort(attribute=move.attribute, descending=move.more, said=move.said) if move else None
