"""Products without a question: the home page, a product's page, the cart, after a purchase."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from daogou.catalog.products.candidate import Pick, Place
from daogou.catalog.products.product import Availability, Product
from daogou.ports import Catalogue, Sessions
from daogou.recommend.recommender import Recommender, Shopper
from daogou.reply.acts.comparison import Carousel, carousel_of

SPARE = 2  # picks more than are shown: some may have gone or sold out since the recommender last looked
TURNS = 3  # of the conversation, whose answers tell what is wanted
SPONSORED = 2  # at most


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
        products = self._rows((*picks, *paid))
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

    def _rows(self, picks: Iterable[Pick]) -> dict[str, Product]:
        ids = {
            product_id for pick in picks for product_id in (pick.product_id, *(g.product_id for g in pick.explanations))
        }
        return self.catalogue.get(sorted(ids - {""}))


def _buyable(product: Product | None) -> bool:
    return product is not None and product.availability is not Availability.OUT_OF_STOCK
