"""Taking back what was asked: a chip that the shopper takes off."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from daogou.catalog.products.conversation import Session
from daogou.catalog.products.need import CATEGORY, Act, Constraint, ConstraintValue, Operator, ShopperNeed

# Parts of a need that are no constraints, but are taken off by the same gesture.
_WITHOUT: Mapping[str, Callable[[ShopperNeed], ShopperNeed]] = {
    "query": lambda need: replace(need, query=""),
    "purpose": lambda need: replace(need, purpose=""),
    "recipient": lambda need: replace(need, recipient=""),
    "like": lambda need: replace(need, like=()),
    "unlike": lambda need: replace(need, unlike=()),
    "sort": lambda need: replace(need, sort=None),
}


@dataclass(frozen=True, kw_only=True)
class Withdrawal:
    """One wish to take off: an attribute (every wish about it) or, with operator and value, exactly one.

    `attribute` is a constraint's, or "category", "sort", "purpose", "recipient", "query", "like" or "unlike".
    """

    attribute: str
    operator: Operator | None = None
    value: ConstraintValue | None = None


def withdraw(need: ShopperNeed, withdrawals: Iterable[Withdrawal]) -> ShopperNeed:
    """The need without those wishes; one that isn't there is no error. With nothing left the talk starts afresh."""
    for withdrawal in withdrawals:
        need = _without(need, withdrawal)
    act = Act.REFINE if _asks_for_something(need) else Act.RESET
    return replace(need, act=act, refers_to=(), about="", unsold=(), notices=())


def taken_off(session: Session, withdrawals: Sequence[Withdrawal]) -> Session:
    """The conversation as if its last need had been without those wishes."""
    if not withdrawals or not session.turns:
        return session
    *earlier, last = session.turns
    return replace(session, turns=(*earlier, replace(last, need=withdraw(last.need, withdrawals))))


def _without(need: ShopperNeed, withdrawal: Withdrawal) -> ShopperNeed:
    name = withdrawal.attribute
    if name in _WITHOUT:
        return _WITHOUT[name](need)
    kept = tuple(constraint for constraint in need.constraints if not _names(withdrawal, constraint))
    if name == CATEGORY and withdrawal.operator in (None, Operator.IS):
        return replace(need, constraints=kept, category=(), query="")  # the query is the kind in the shopper's words
    return replace(need, constraints=kept)


def _asks_for_something(need: ShopperNeed) -> bool:
    return bool(need.category or need.query or need.constraints or need.purpose or need.recipient or need.like)


def _names(withdrawal: Withdrawal, constraint: Constraint) -> bool:
    return (
        withdrawal.attribute == constraint.attribute
        and withdrawal.operator in (None, constraint.operator)
        and (withdrawal.value is None or _same(withdrawal.value, constraint.value))
    )


def _same(left: ConstraintValue, right: ConstraintValue) -> bool:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return float(left) == float(right)  # a number that went over the wire and came back
    return _texts(left) == _texts(right)


def _texts(value: ConstraintValue) -> frozenset[str]:
    values = value if isinstance(value, tuple) else (value,)
    return frozenset(str(one).casefold() for one in values)
