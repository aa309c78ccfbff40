"""The talk: what was said, what was answered, turn by turn."""

from dataclasses import dataclass, replace
from datetime import datetime

from daogou.catalog.products.candidate import Score
from daogou.catalog.products.evidence import Claim, Evidence
from daogou.catalog.products.need import Notice, ShopperNeed
from daogou.catalog.products.product import Product
from daogou.catalog.products.verdict import Sold

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
