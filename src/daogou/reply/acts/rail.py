"""What is said of a rail's products: counts of what shoppers did, each with its evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from daogou.catalog.products.conversation import Reason, Recommendation
from daogou.catalog.products.evidence import Evidence
from daogou.catalog.products.product import Product
from daogou.catalog.products.rail import Ground, GroundKind, Pick
from daogou.reply.sentences.phrases import LANGUAGES, Phrases
from daogou.reply.sentences.rendering import short
from daogou.reply.verify.verify import capital

SOURCE = "events"


@dataclass(frozen=True, kw_only=True)
class Rail:
    """Products with what speaks for them, in the shopper's language."""

    recommendations: tuple[Recommendation, ...]
    evidence: tuple[Evidence, ...]


def say_rail(picks: Sequence[Pick], products: Mapping[str, Product], language: str, *, told: int = 0) -> Rail:
    """The picks whose rows are there, in their order; `products` also holds those that the grounds speak of.

    `told` pieces of evidence were numbered before these.
    """
    phrases = Phrases(language=language if language in LANGUAGES else LANGUAGES[0])
    evidence: list[Evidence] = []
    shown: list[Recommendation] = []
    for pick in (pick for pick in picks if pick.product_id in products):
        reasons = []
        for ground in pick.grounds:
            text = _text(ground, products[pick.product_id], products, phrases)
            if text:
                evidence.append(_evidence(ground, pick.product_id, f"e{told + len(evidence) + 1}"))
                reasons.append(Reason(text=capital(text), evidence_ids=(evidence[-1].id,)))
        product = products[pick.product_id]
        shown.append(
            Recommendation(product=product, position=len(shown) + 1, reasons=tuple(reasons), scores=pick.scores)
        )
    return Rail(recommendations=tuple(shown), evidence=tuple(evidence))


def _text(ground: Ground, product: Product, products: Mapping[str, Product], phrases: Phrases) -> str:
    """Empty where it speaks of a product that is gone, or of a brand that the row does not name."""
    other = products.get(ground.product_id)
    if (ground.product_id and other is None) or (ground.kind is GroundKind.OWN_BRAND and not product.brand):
        return ""
    key = f"rail.{ground.kind}" if ground.count != 1 else f"rail.{ground.kind}_once"
    return phrases.say(
        key if phrases.has(key) else f"rail.{ground.kind}",
        count=f"{ground.count:,}",
        other=short(other.title_in(phrases.language)) if other else "",
        brand=short(product.brand),
    )


def _evidence(ground: Ground, product_id: str, evidence_id: str) -> Evidence:
    value = f"{ground.count:,}" if ground.count else ground.product_id
    if ground.count and ground.product_id:
        value = f"{ground.count:,} ({ground.product_id})"
    return Evidence(
        id=evidence_id, product_id=product_id, field=ground.kind.value, value=value, source=SOURCE, as_of=ground.as_of
    )
