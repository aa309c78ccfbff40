"""A message merged into the talk so far: what it adds, replaces, relaxes, withdraws, or starts anew."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from daogou.ask.lexicon import Lexicon
from daogou.ask.reading import Moved, Reading, bound_beyond, order_of, prices_of
from daogou.ask.tokens.phrases import Kind, tokenize
from daogou.ask.wishes.values import ONE_ONLY, one_only
from daogou.catalog.products.need import (
    CATEGORY,
    MEASURE,
    PRICE,
    TEXT,
    Act,
    Alternative,
    Constraint,
    Operator,
    ShopperNeed,
)
from daogou.catalog.products.product import Product
from daogou.text.stated import BY_SYMBOL

DEARER_SHARE = Decimal("0.25")  # "a bit more expensive is ok" lifts the ceiling by this


def merge(
    before: ShopperNeed | None, said: Reading, *, shown: Sequence[Product], at: datetime, turn: int, lexicon: Lexicon
) -> tuple[ShopperNeed, bool]:
    """The need after a message, and whether it is new: another kind drops everything of before but what is said again."""
    if before is not None and (before.unsold or not _asks(before)):
        before = None
    constraints = tuple(replace(constraint, said_in=turn) for constraint in said.constraints)
    if before is None or _changes_subject(before, said):
        kept = tuple(c for c in before.constraints if c.attribute in said.kept) if before is not None else ()
        need = ShopperNeed(
            query=" ".join(said.words),
            category=said.category,
            constraints=_joined(kept, constraints),
            sort=said.sort,
            purpose=said.purpose,
            recipient=said.recipient,
        )
        others = _still_open(need.constraints, said.alternatives, turn)
        return replace(need, sort=need.sort or order_of(said.moved), alternatives=others), True
    constraints = _as_before(constraints, before.constraints, said.bare)
    taken_back = [  # what only undoes a wish of before: not the red one any more; HP is fine after all
        c
        for c in constraints
        if (said.retracts if c.operator is Operator.IS_NOT else said.permits) and _opposes(c, before.constraints)
    ]
    constraints = tuple(c for c in constraints if c not in taken_back)
    kept = _kept(before.constraints, said, lexicon)
    kept = tuple(c for c in kept if not _opposes(c, taken_back))
    spoken = set() if said.widens else {one_only(c, lexicon) for c in constraints if c.operator is Operator.IS} - {""}
    kept = tuple(c for c in kept if c.operator is not Operator.IS or one_only(c, lexicon) not in spoken)
    if said.category:  # another name for the kind: what the name before required is over
        kept = tuple(c for c in kept if c.attribute != TEXT or not lexicon.meanings(c.said, Kind.TYPE))
    kept = _moved(kept, said.moved, shown, at, turn)
    removed = [c for c in before.constraints if c not in kept]
    added = {c.attribute for c in constraints if c.attribute not in ONE_ONLY and lexicon.several(c.attribute)}
    joined = _joined(kept, constraints, widens=said.widens, added=added)
    removed += [c for c in kept if c not in joined and c.attribute != PRICE]
    gone = {word for constraint in removed for word in _words(constraint.said)}
    query = [word for word in before.query.split() if not (_words(word) & gone)]
    sort = before.sort if before.sort is None or before.sort.attribute not in said.dropped else None
    need = replace(
        before,
        query=" ".join(dict.fromkeys((*query, *said.words))),
        category=() if CATEGORY in said.dropped else said.category or before.category,
        constraints=joined,
        sort=said.sort or (None if prices_of(shown, at) else order_of(said.moved)) or sort,
        purpose=said.purpose or before.purpose,
        recipient=said.recipient or before.recipient,
        alternatives=(*_still_open(joined, before.alternatives), *_still_open(joined, said.alternatives, turn)),
    )
    return need, False


def _still_open(
    constraints: Collection[Constraint], others: Iterable[Alternative], turn: int | None = None
) -> tuple[Alternative, ...]:
    """The other readings of wishes that still stand; `turn` is when they were said, where that is now."""

    def told(wishes: Iterable[Constraint]) -> tuple[Constraint, ...]:
        return tuple(one if turn is None else replace(one, said_in=turn) for one in wishes)

    said = [replace(one, instead_of=told(one.instead_of), constraints=told(one.constraints)) for one in others]
    return tuple(other for other in said if all(one in constraints for one in other.instead_of))


def _opposes(constraint: Constraint, others: Iterable[Constraint]) -> bool:
    """Whether one of the others wants what this one turns down, or the other way round."""
    return any(
        other.attribute == constraint.attribute
        and {other.operator, constraint.operator} == {Operator.IS, Operator.IS_NOT}
        and bool(_values(other) & _values(constraint))
        for other in others
    )


def _asks(need: ShopperNeed) -> bool:
    """Whether anything was asked for so far; a greeting asks for nothing."""
    return bool(
        need.category or need.constraints or need.query or need.sort or need.purpose or need.recipient or need.unsold
    )


def _as_before(
    constraints: tuple[Constraint, ...], before: Sequence[Constraint], bare: Iterable[Constraint]
) -> tuple[Constraint, ...]:
    """Make it 16GB, after at least 8GB, is at least 16GB: a bare amount keeps the comparison of before."""
    for amount in bare:
        bounds = [c for c in before if c.attribute == amount.attribute]
        if len(bounds) == 1 and bounds[0].operator in (Operator.AT_LEAST, Operator.AT_MOST):
            others = (c for c in constraints if c.attribute != amount.attribute)
            moved = replace(bounds[0], value=amount.value, unit=amount.unit or bounds[0].unit, said=amount.said)
            constraints = (*others, moved)
    return constraints


def _changes_subject(before: ShopperNeed, said: Reading) -> bool:
    """Whether another kind of thing is asked for; a narrower kind (computer, then laptop) is the same subject."""
    if said.unsold:
        return True
    if not said.category:
        return False
    if not before.category:
        old = {c.attribute for c in before.constraints}
        restates = bool(old & {c.attribute for c in said.constraints} - {TEXT})
        wished = before.constraints or before.recipient or before.purpose or before.sort
        return restates or not wished  # a whole new wish, or nothing before that could go on
    return not set(said.category) & set(before.category)


def _kept(constraints: Iterable[Constraint], said: Reading, lexicon: Lexicon) -> tuple[Constraint, ...]:
    """The wishes of before that this message does not take back."""
    words = {word for text in said.dropped_values for word in _words(text)}
    return tuple(
        c
        for c in constraints
        if c.attribute not in said.dropped
        and one_only(c, lexicon) not in said.dropped
        and not (words and words & _words(" ".join((c.said, *c.texts))))
    )


def _words(text: str) -> set[str]:
    return {token.key for token in tokenize(text) if not token.sign}


def _joined(
    kept: Iterable[Constraint], new: Iterable[Constraint], *, widens: bool = False, added: Collection[str] = ()
) -> tuple[Constraint, ...]:
    """Old and new wishes together: a new one replaces the old ones that it speaks of.

    Values of the attributes in `added` come on top: a cream may moisturise and whiten.
    """
    result = list(kept)
    fresh = list(dict.fromkeys(new))
    for constraint in fresh:
        wider = next((c for c in result if widens and _is_choice(c, constraint)), None)
        if wider is not None:
            either = tuple(dict.fromkeys((*wider.texts, *constraint.texts)))
            result[result.index(wider)] = replace(constraint, value=either, said=f"{wider.said} {constraint.said}")
            continue
        result = [c for c in result if c in fresh or not _replaces(constraint, c, adds=constraint.attribute in added)]
        if not any(replace(c, said="", said_in=0) == replace(constraint, said="", said_in=0) for c in result):
            result.append(constraint)
    return tuple(result)


def _is_choice(old: Constraint, new: Constraint) -> bool:
    chosen = old.attribute == new.attribute != TEXT and old.operator is new.operator is Operator.IS
    return chosen and _is_text(old) and _is_text(new)


def _replaces(new: Constraint, old: Constraint, *, adds: bool) -> bool:
    """Whether the new wish speaks of the same thing as the old one."""
    if new.attribute != old.attribute or (new.attribute == MEASURE and _measures_of(new) != _measures_of(old)):
        return False
    if new.attribute == TEXT or (_is_text(new) and _is_text(old)):
        if new.attribute != TEXT and new.operator is Operator.IS and old.operator is Operator.IS:
            return not adds
        return new.operator is not old.operator and bool(_values(new) & _values(old))
    if isinstance(new.value, bool) or isinstance(old.value, bool):
        return True
    if new.operator is old.operator or Operator.IS in (new.operator, old.operator):
        return True
    if not isinstance(new.value, Decimal) or not isinstance(old.value, Decimal):
        return False
    return new.value > old.value if new.operator is Operator.AT_LEAST else old.value > new.value  # a contradiction


def _measures_of(constraint: Constraint) -> tuple[str, str]:
    """What a measure is of: litres and millilitres are the same, a weight and what is carried are not."""
    unit = BY_SYMBOL.get(constraint.unit or "")
    return unit.dimension if unit else constraint.unit or "", constraint.aspect


def _is_text(constraint: Constraint) -> bool:
    return isinstance(constraint.value, (str, tuple)) and not isinstance(constraint.value, bool)


def _values(constraint: Constraint) -> set[str]:
    return {text.casefold() for text in constraint.texts}


def _moved(
    constraints: tuple[Constraint, ...], move: Moved | None, shown: Sequence[Product], at: datetime, turn: int
) -> tuple[Constraint, ...]:
    """A price beyond what was shown, cheaper than the cheapest; or a ceiling lifted."""
    if move is not None and move.loosens:
        return tuple(
            replace(c, value=c.value * (1 + DEARER_SHARE))
            if c.attribute == PRICE and c.operator is Operator.AT_MOST and isinstance(c.value, Decimal)
            else c
            for c in constraints
        )
    bound = bound_beyond(move, shown, at, turn) if move is not None else None
    if bound is None:
        return constraints
    constraints = tuple(c for c in constraints if not _other_side(c, bound, constraints))
    return _joined(constraints, (bound,))


def _other_side(constraint: Constraint, bound: Constraint, constraints: Sequence[Constraint]) -> bool:
    """Whether it is the far side of a range that the new bound leaves: cheaper, after "around 200"."""
    ranged = any(
        c is not constraint and c.said == constraint.said and c.attribute == constraint.attribute for c in constraints
    )
    return ranged and constraint.attribute == bound.attribute and constraint.operator is not bound.operator


def with_typed(need: ShopperNeed, message: str, before: ShopperNeed | None) -> ShopperNeed:
    """The need with the messages that it came about by: a new one begins with this message, a refined one has it added."""
    if need.others or need.act not in (Act.FIND, Act.REFINE):
        return need
    earlier = before.typed if before is not None and need.act is Act.REFINE else ""
    return replace(need, typed=f"{earlier} {message}".strip())
