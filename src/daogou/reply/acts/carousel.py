"""What is said of a rail's products: counts of what shoppers did, each with its evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from daogou.catalog.products.carousel import Explanation, ExplanationKind, Pick
from daogou.catalog.products.conversation import Reason, Recommendation
from daogou.catalog.products.evidence import Evidence
from daogou.catalog.products.product import Product
from daogou.reply.sentences.phrases import LANGUAGES, Phrases
from daogou.reply.sentences.rendering import short
from daogou.reply.verify.verify import capital

SOURCE = "events"


@dataclass(frozen=True, kw_only=True)
class Carousel:
    """Products with what speaks for them, in the shopper's language."""

    recommendations: tuple[Recommendation, ...]
    evidence: tuple[Evidence, ...]


def carousel_of(picks: Sequence[Pick], products: Mapping[str, Product], language: str, *, told: int = 0) -> Carousel:
    """The picks whose rows are there, in their order; `products` also holds those that the grounds speak of.

    `told` pieces of evidence were numbered before these.
    """
    phrases = Phrases(language=language if language in LANGUAGES else LANGUAGES[0])
    evidence: list[Evidence] = []
    shown: list[Recommendation] = []
    for pick in (pick for pick in picks if pick.product_id in products):
        reasons = []
        for explanation in pick.explanations:
            text = _text(explanation, products[pick.product_id], products, phrases)
            if text:
                evidence.append(_evidence(explanation, pick.product_id, f"e{told + len(evidence) + 1}"))
                reasons.append(Reason(text=capital(text), evidence_ids=(evidence[-1].id,)))
        product = products[pick.product_id]
        shown.append(
            Recommendation(product=product, position=len(shown) + 1, reasons=tuple(reasons), scores=pick.scores)
        )
    return Carousel(recommendations=tuple(shown), evidence=tuple(evidence))


def _text(explanation: Explanation, product: Product, products: Mapping[str, Product], phrases: Phrases) -> str:
    """Empty where it speaks of a product that is gone, or of a brand that the row does not name."""
    other = products.get(explanation.product_id)
    if (explanation.product_id and other is None) or (
        explanation.kind is ExplanationKind.OWN_BRAND and not product.brand
    ):
        return ""
    key = f"rail.{explanation.kind}" if explanation.count != 1 else f"rail.{explanation.kind}_once"
    return phrases.say(
        key if phrases.has(key) else f"rail.{explanation.kind}",
        count=f"{explanation.count:,}",
        other=short(other.title_in(phrases.language)) if other else "",
        brand=short(product.brand),
    )


def _evidence(explanation: Explanation, product_id: str, evidence_id: str) -> Evidence:
    value = f"{explanation.count:,}" if explanation.count else explanation.product_id
    if explanation.count and explanation.product_id:
        value = f"{explanation.count:,} ({explanation.product_id})"
    return Evidence(
        id=evidence_id,
        product_id=product_id,
        field=explanation.kind.value,
        value=value,
        source=SOURCE,
        as_of=explanation.as_of,
    )
