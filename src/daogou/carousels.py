"""Products without a question: the home page, a product's page, the cart, after a purchase."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from daogou.catalog.products.candidate import Explanation, ExplanationKind, Pick, Place
from daogou.catalog.products.conversation import Evidence, Reason, Recommendation
from daogou.catalog.products.product import Availability, Product
from daogou.ports import Catalogue, Sessions
from daogou.recommend.recommender import Recommender, Shopper
from daogou.reply.sentences.phrases import LANGUAGES, Phrases, capital, short

SPARE = 2  # picks more than are shown: some may have gone or sold out since the recommender last looked
TURNS = 3  # of the conversation, whose answers tell what is wanted
SPONSORED = 2  # at most


@dataclass(frozen=True, kw_only=True)
class Carousel:
    """Products with what speaks for them, in the shopper's language."""

    recommendations: tuple[Recommendation, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, kw_only=True)
class Offered:
    """What one place shows; what is sponsored stands apart, never among the others."""

    place: Place
    carousel: Carousel
    sponsored: Carousel
    visits: int  # of this shopper that were taken into account; 0: what anybody would see
    version: int  # of what was learnt; 0: nothing yet


class Carousels:
    """The rails of one shop."""

    def __init__(
        self, *, catalogue: Catalogue, sessions: Sessions, recommender: Recommender, sponsored: Sequence[str] = ()
    ) -> None:
        self.catalogue = catalogue
        self.sessions = sessions
        self.recommender = recommender
        self.sponsored = sponsored  # ids of products that somebody pays for

    def at(
        self,
        place: Place,
        *,
        user_id: str = "",
        session_id: str = "",
        about: Sequence[str] = (),
        limit: int = 12,
        diversity: float = 0.3,
        language: str = "en",
        personal: bool = True,
    ) -> Offered:
        """The products for that place, each with what speaks for it.

        `about`: the product, the cart or the purchase; without it the cart or purchase that the shopper's last visit tells.
        `personal` false: what anybody would see.
        """
        shopper = self._shopper(user_id, session_id) if personal else self.recommender.shopper()
        about = about or shopper.last(place)
        picks = shopper.carousel(place, about=about, limit=limit + SPARE, diversity=diversity)
        paid = shopper.carousel(place, about=about, limit=SPONSORED, among=self.sponsored) if self.sponsored else []
        told_of = {one.product_id for pick in (*picks, *paid) for one in pick.explanations}
        products = self.catalogue.get(sorted({pick.product_id for pick in (*picks, *paid)} | told_of - {""}))
        organic = [pick for pick in picks if _buyable(products.get(pick.product_id))][:limit]
        shown = {pick.product_id for pick in organic}
        apart = [pick for pick in paid if pick.product_id not in shown and _buyable(products.get(pick.product_id))]
        carousel = carousel_of(organic, products, language)
        return Offered(
            place=place,
            carousel=carousel,
            sponsored=carousel_of(apart, products, language, told=len(carousel.evidence)),
            visits=len(shopper.history.visits),
            version=shopper.knowledge.version,
        )

    def _shopper(self, user_id: str, session_id: str) -> Shopper:
        session = self.sessions.load(session_id) if session_id else None
        turns = session.turns[-TURNS:] if session is not None else ()
        said = [product_id for turn in turns for product_id in turn.shown]
        return self.recommender.shopper(user_id=user_id, session_id=session_id, said=said)


def _buyable(product: Product | None) -> bool:
    return product is not None and product.availability is not Availability.OUT_OF_STOCK


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
    gone = explanation.product_id and other is None
    if gone or (explanation.kind is ExplanationKind.OWN_BRAND and not product.brand):
        return ""
    key = f"rail.{explanation.kind}"
    once = f"{key}_once"
    return phrases.say(
        once if explanation.count == 1 and phrases.has(once) else key,
        count=f"{explanation.count:,}",
        other=short(other.title_in(phrases.language)) if other else "",
        brand=short(product.brand),
    )


def _evidence(explanation: Explanation, product_id: str, evidence_id: str) -> Evidence:
    count, other = f"{explanation.count:,}" if explanation.count else "", explanation.product_id
    return Evidence(
        id=evidence_id,
        product_id=product_id,
        field=explanation.kind.value,
        value=f"{count} ({other})" if count and other else count or other,
        source="events",
        as_of=explanation.as_of,
    )
