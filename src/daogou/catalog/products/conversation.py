"""The talk: what was said, taken back and answered, turn by turn, and on what evidence."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from daogou.catalog.products.candidate import Score
from daogou.catalog.products.need import CATEGORY, Act, Constraint, ConstraintValue, Notice, Operator, ShopperNeed, Sold
from daogou.catalog.products.product import Product


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One field of one row, as it stood at `as_of`; `id` is unique within a response ("e1", "e2", ...)."""

    id: str
    product_id: str
    field: str  # "price", "title", "availability", "memory" ...
    value: str  # as it may be printed: "16 GB", "EUR 499.95"
    source: str  # the feed column, or the noun's field
    as_of: datetime


class Verdict(StrEnum):
    """What the evidence says of a claim."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One statement of the answer about one product."""

    text: str
    product_id: str
    evidence_ids: tuple[str, ...]
    verdict: Verdict


REMEMBERED = 50  # turns of a conversation that a new one is understood by


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why this product, in the shopper's language, and the evidence it rests on."""

    text: str
    evidence_ids: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """One product of the answer; `position` counts from 1."""

    product: Product
    position: int
    need: int = 0  # which of the turn's needs it answers, from 0
    reasons: tuple[Reason, ...] = ()
    scores: tuple[Score, ...] = ()  # what moved it, where that was asked for
    variants: tuple[Product, ...] = ()  # the products of its item group, itself among them


@dataclass(frozen=True, kw_only=True)
class Considered:
    """A response that could have been given: its score, or the veto that stopped it.

    `log_likelihood` is log P(r | q) and `log_prior` log P(r), both per token as the score takes them; None: not judged.
    """

    text: str
    log_likelihood: float | None = None
    veto: str = ""
    log_prior: float | None = None
    score: float | None = None
    plan: str = ""  # what it set out to do; empty for a statement that was left out of the answer
    written_by: str = ""
    chosen: bool = False


@dataclass(frozen=True, kw_only=True)
class Response:
    """What the shopper gets."""

    text: str
    recommendations: tuple[Recommendation, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    claims: tuple[Claim, ...] = ()
    question: str = ""
    asks: str = ""  # the attribute that the question is about
    notices: tuple[Notice, ...] = ()  # codes and params
    notice_texts: tuple[str, ...] = ()  # the same, rendered in the shopper's language
    considered: tuple[Considered, ...] = ()
    verdict: Sold = Sold.OTHER
    written_by: str = "plain"
    scored_by: str = "none"
    unscored: str = ""  # why no model judged although one was to
    ranked_by: str = ""


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One message and what came of it; `shown` are product ids in the order shown."""

    turn_id: str
    message: str
    need: ShopperNeed
    text: str
    shown: tuple[str, ...]
    at: datetime

    @property
    def needs(self) -> tuple[ShopperNeed, ...]:
        """Everything that the message asked for; the first is `need` without the others."""
        return self.need.needs


@dataclass(frozen=True, kw_only=True)
class Session:
    """One shopper's conversation; oldest turn first, of a long one only the newest."""

    session_id: str
    user_id: str = ""
    turns: tuple[Turn, ...] = ()
    forgotten: int = 0  # turns before these

    @property
    def length(self) -> int:
        """How many turns there were."""
        return self.forgotten + len(self.turns)

    def grown(self, turn: Turn) -> "Session":
        """The session with one more turn; what is long ago is let go."""
        turns = (*self.turns, turn)[-REMEMBERED:]
        return replace(self, turns=turns, forgotten=self.length + 1 - len(turns))

    @property
    def need(self) -> ShopperNeed | None:
        """The need as the last turn left it."""
        return self.turns[-1].need if self.turns else None

    @property
    def shown(self) -> tuple[str, ...]:
        """What the last answer that showed products showed."""
        return next((turn.shown for turn in reversed(self.turns) if turn.shown), ())

    @property
    def seen(self) -> frozenset[str]:
        """Everything that it has shown: who asks for more wants something else."""
        return frozenset(product_id for turn in self.turns for product_id in turn.shown)


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
