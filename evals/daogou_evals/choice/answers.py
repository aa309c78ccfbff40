"""Answers for the choice set, as the plain writer writes them: true ones, and wrong ones that claim to fit.

A wrong answer is written for a need that was bent until a wrong product fits it; then what it says back of the need is bent to
what was really asked. It makes the mistake that a writing model makes: the right words about the wrong things.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

from daogou.catalog.matching.matching import passes
from daogou.catalog.products.candidate import Candidate, Retrieval
from daogou.catalog.products.conversation import Response, Session
from daogou.catalog.products.need import BRAND, PRICE, Constraint, Operator, ShopperNeed
from daogou.catalog.products.product import Attribute, Money, Product
from daogou.reply.chooser import spoken_form
from daogou.reply.compose import plainly, reply_context
from daogou.text.prompts import fact, printed

AT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is really asked for: a kind, what the shopper calls it, and the rest."""

    language: str
    kind: str = ""
    called: str = ""
    constraints: tuple[Constraint, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A response and the one line of it that is judged."""

    text: str
    response: Response


def honest(asked: Asked, shown: Sequence[Product], *, total: int) -> Answer:
    """What the plain writer says to this need about these products; those that don't fit are not shown."""
    kinds = (asked.kind,) if asked.kind else ()
    need = ShopperNeed(query=asked.called, language=asked.language, category=kinds, constraints=asked.constraints)
    candidates = tuple(Candidate(product_id=product.id) for product in shown)
    context = reply_context(
        need,
        Session(session_id=""),
        retrieval=Retrieval(candidates=candidates, total=total),
        products={product.id: product for product in shown},
        at=AT,
        limit=len(shown),
    )
    response = plainly(context)
    return Answer(text=spoken_form(response, language=asked.language, at=AT), response=response)


def claiming(asked: Asked, broken: Constraint, shown: Sequence[Product], *, total: int, mirror: bool) -> Answer:
    """The answer for what the wrong products do meet; with `mirror` it says back what was really asked."""
    bent = _bent(broken, shown[0])
    kept = tuple(bent if it is broken else it for it in asked.constraints if it is broken or passes(shown[0], it, AT))
    answer = honest(replace(asked, constraints=kept), shown, total=total)
    if not mirror:
        return answer
    times = -1 if broken.attribute == PRICE else 1
    return replace(answer, text=answer.text.replace(_mirrored(bent, asked), _mirrored(broken, asked), times))


def breaking(asked: Asked, broken: Constraint, peers: Sequence[Product]) -> list[Product]:
    """The products that break this one thing, those first that break nothing else."""
    others = [it for it in asked.constraints if it is not broken]

    def also(product: Product) -> int:
        return sum(not passes(product, constraint, AT) for constraint in others)

    return sorted((it for it in peers if not passes(it, broken, AT) and _says(it, broken)), key=also)


def _says(product: Product, constraint: Constraint) -> bool:
    """A row that says nothing of it could not be written about as if it did."""
    return constraint.attribute in (PRICE, BRAND) or bool(product.values(constraint.attribute))


def fits(product: Product, asked: Asked) -> bool:
    """Whether it meets all that was asked."""
    return all(passes(product, constraint, AT) for constraint in asked.constraints)


def _bent(broken: Constraint, product: Product) -> Constraint:
    if broken.attribute == PRICE:
        price = product.price_at(AT)
        amount = price.amount if price else Decimal(0)
        limit = amount * (Decimal("1.31") if broken.operator is Operator.AT_MOST else Decimal("0.61"))
        return replace(broken, value=limit.quantize(Decimal(1)) + Decimal("0.37"))
    if broken.attribute == BRAND:
        return replace(broken, value=product.brand or str(broken.value))
    value = next((it.value for it in product.attributes if it.name == broken.attribute), None)
    if value is None or broken.operator is Operator.IS_NOT:
        return replace(broken, operator=Operator.IS, value=value if value is not None else broken.value)
    return replace(broken, value=value)


def _mirrored(constraint: Constraint, asked: Asked) -> str:
    value = constraint.value
    if constraint.attribute == PRICE and isinstance(value, Decimal):
        return printed(Money(amount=value, currency=constraint.unit or ""))
    if constraint.attribute == BRAND or not isinstance(value, str | Decimal | bool):
        return str(value)
    return fact(Attribute(name=constraint.attribute, value=value, unit=constraint.unit), asked.language)
