"""What of the order is shown, what is given up, and what is claimed."""

from decimal import Decimal

import pytest

from daogou.catalog.products.candidate import Retrieval
from daogou.catalog.products.need import (
    BRAND,
    FITS,
    MODEL,
    PRICE,
    TEXT,
    Code,
    Constraint,
    ConstraintValue,
    Operator,
    ShopperNeed,
    Sold,
    Sort,
)
from daogou.catalog.products.product import Attribute, Money, Offer, Product
from tests.shelves import ids, shelf_of


def notebook(brand: str, inches: int, price: int, words: str = "") -> Product:
    return Product(
        id=f"n{price}",
        title=f"{brand} notebook {words}".strip(),
        brand=brand,
        product_type="laptop",
        category=("Computers", "Notebooks"),
        offers=(Offer(price=Money(amount=Decimal(price), currency="EUR")),),
        attributes=(Attribute(name="screen_size", value=Decimal(inches), unit="in"),),
    )


BAG = Product(
    id="bag",
    title="Acme bag for a notebook",
    brand="Acme",
    product_type="laptop bag",
    offers=(Offer(price=Money(amount=Decimal(20), currency="EUR")),),
)
UNPRICED = Product(id="unpriced", title="Dorado notebook", brand="Dorado", product_type="laptop", offers=())
SHOP = (
    notebook("Acme", 14, 400),
    notebook("Acme", 17, 900, "silver"),
    notebook("Borax", 13, 700, "silver"),
    notebook("Borax", 15, 1200),
    BAG,
    UNPRICED,
)


def must(attribute: str, operator: Operator, value: ConstraintValue) -> Constraint:
    return Constraint(attribute=attribute, operator=operator, value=value)


def shown(*constraints: Constraint, query: str = "notebook", **more: object) -> Retrieval:
    need = ShopperNeed(query=query, names=("notebook", "laptop"), category=("laptop",), constraints=constraints)
    return shelf_of(SHOP, need if not more else ShopperNeed(**{**need.__dict__, **more}))  # type: ignore[arg-type]


UNDER_800 = must(PRICE, Operator.AT_MOST, Decimal(800))


class TestMusts:
    def test_a_product_that_breaks_a_firm_wish_is_not_shown_beside_one_that_does_not(self) -> None:
        shelf = shown(UNDER_800)
        assert set(ids(shelf)) == {"n400", "n700"}
        assert (shelf.given_up, shelf.sold) == ((), Sold.FOUND)

    def test_a_product_that_does_not_say_stays_behind_those_that_do(self) -> None:
        order = [one.product_id for one in shown(UNDER_800).ranked]
        assert order.index("unpriced") > max(order.index("n400"), order.index("n700"))
        assert order.index("unpriced") < min(order.index("n900"), order.index("n1200"))

    def test_a_refusal_is_not_broken_by_silence(self) -> None:
        assert "unpriced" in ids(shown(must("screen_size", Operator.IS_NOT, Decimal(14))))
        assert "n400" not in ids(shown(must("screen_size", Operator.IS_NOT, Decimal(14))))

    def test_what_nothing_meets_is_given_up_and_the_nearest_is_no_find(self) -> None:
        cheap = must(PRICE, Operator.AT_MOST, Decimal(100))
        shelf = shown(cheap)
        assert shelf.given_up == (cheap,)
        assert shelf.sold is Sold.CLOSEST
        assert "n400" in ids(shelf)

    def test_only_what_the_first_does_not_meet_is_given_up(self) -> None:
        brand, huge = must(BRAND, Operator.IS, "Borax"), must("screen_size", Operator.AT_LEAST, Decimal(40))
        need = ShopperNeed(query="notebook", names=("notebook",), category=("laptop",), constraints=(brand, huge))
        shelf = shelf_of(SHOP[:4], need)
        assert shelf.given_up == (huge,)
        assert set(ids(shelf)) == {"n700", "n1200"}

    def test_what_does_not_say_is_nearer_than_what_says_no(self) -> None:
        huge = must("screen_size", Operator.AT_LEAST, Decimal(40))
        shelf = shown(huge)
        assert ids(shelf)[0] == "unpriced"
        assert (shelf.given_up, shelf.sold) == ((huge,), Sold.CLOSEST)

    def test_the_kind_is_not_given_up_for_a_price(self) -> None:
        """The bag is Acme's and cheap; a notebook was asked for."""
        shelf = shown(must(BRAND, Operator.IS, "Acme"), must(PRICE, Operator.AT_MOST, Decimal(100)))
        assert "bag" not in ids(shelf)
        assert shelf.sold is Sold.CLOSEST

    def test_how_many_there_are_is_told(self) -> None:
        assert shown(UNDER_800).total == 2
        assert shown().total == 5


class TestWords:
    def test_a_word_never_empties_a_shelf(self) -> None:
        shelf = shown(must(TEXT, Operator.IS, ("unheard",)), query="unheard notebook")
        assert len(ids(shelf)) >= 3
        assert shelf.sold is not Sold.NOT_SOLD

    def test_what_says_the_word_comes_first(self) -> None:
        shelf = shown(must(TEXT, Operator.IS, ("silver",)), query="silver notebook")
        assert set(ids(shelf)[:2]) == {"n700", "n900"}
        assert shelf.given_up == ()

    def test_where_no_kind_is_known_a_shelf_of_few_is_filled_up_with_those_that_only_lack_words(self) -> None:
        shelf = shown(must(TEXT, Operator.IS, ("silver",)), query="silver notebook", category=())
        assert len(ids(shelf)) == 3
        assert set(ids(shelf)[:2]) == {"n700", "n900"}

    def test_what_says_that_it_is_free_of_it_comes_before_silence(self) -> None:
        teas = [
            Product(id=f"t{number}", title=title, product_type="tea", offers=())
            for number, title in enumerate(["green tea", "green tea sugar-free", "green tea with sugar"])
        ]
        no_sugar = must(TEXT, Operator.IS_NOT, ("sugar",))
        shelf = shelf_of(
            teas, ShopperNeed(query="green tea", names=("tea",), category=("tea",), constraints=(no_sugar,))
        )
        assert ids(shelf)[0] == "t1"
        assert "t2" not in ids(shelf)


class TestKinds:
    def test_a_kind_that_is_believed_has_the_shelf_to_itself(self) -> None:
        shelf = shown()
        assert "bag" not in ids(shelf)
        assert "bag" in [one.product_id for one in shelf.ranked]
        assert shelf.of_kind

    def test_a_kind_that_the_shop_lacks_empties_nothing(self) -> None:
        shelf = shown(category=("sofa",), names=())
        assert len(ids(shelf)) == len(SHOP)
        assert not shelf.of_kind

    def test_a_kind_that_the_rest_of_the_query_denies_keeps_nothing_off(self) -> None:
        """A leather strap for the camera, understood as a camera: the straps come first all the same."""
        cameras = [
            Product(id=f"c{number}", title=f"Onda camera {number}", product_type="camera", offers=())
            for number in range(20)
        ]
        straps = [
            Product(id=f"s{number}", title=f"leather strap {number} for camera", product_type="strap", offers=())
            for number in range(3)
        ]
        need = ShopperNeed(query="leather strap camera", category=("camera",), names=("strap",))
        assert ids(shelf_of((*cameras, *straps), need))[0].startswith("s")


class TestOrdersAndNumbers:
    @pytest.mark.parametrize(("descending", "first"), [(False, "n400"), (True, "n1200")])
    def test_an_asked_order_is_kept_among_what_is_shown(self, descending: bool, first: str) -> None:
        shelf = shown(sort=Sort(attribute=PRICE, descending=descending))
        assert ids(shelf)[0] == first
        assert ids(shelf)[-1] == "unpriced"

    def test_the_typed_number_wins_over_every_word(self) -> None:
        shelf = shown(codes=(Code(said="n900", product_ids=("n900",)),))
        assert ids(shelf)[0] == "n900"
        assert (shelf.total, shelf.sold) == (1, Sold.FOUND)

    def test_a_number_that_nothing_has_and_no_thing_is_not_sold(self) -> None:
        shelf = shelf_of(SHOP, ShopperNeed(query="XQ-4711", codes=(Code(said="XQ-4711"),)))
        assert (ids(shelf), shelf.sold) == ([], Sold.NOT_SOLD)

    def test_in_an_empty_shop_nothing_is_shown(self) -> None:
        assert shelf_of([], ShopperNeed(query="notebook")).candidates == ()


class TestVerdict:
    def test_a_thing_that_no_evidence_speaks_for_is_not_sold(self) -> None:
        need = ShopperNeed(
            query="motor boat", names=("motor boat", "speedboat", "摩托艇"), thing="motor boat", unsold=("motor boat",)
        )
        shelf = shelf_of(SHOP, need)
        assert (shelf.sold, shelf.candidates) == (Sold.NOT_SOLD, ())

    def test_an_unknown_word_alone_is_no_evidence(self) -> None:
        shelf = shown(query="zorgonite notebook")
        assert shelf.sold is not Sold.NOT_SOLD
        assert len(ids(shelf)) == 5

    def test_whoever_names_nothing_is_shown_what_there_is(self) -> None:
        shelf = shelf_of(SHOP, ShopperNeed(constraints=(UNDER_800,)))
        assert shelf.sold is Sold.FOUND
        assert {"n400", "n700", "bag"} <= set(ids(shelf))


class TestNearest:
    def test_words_lead_nothing_past_the_thing_that_was_asked_for(self) -> None:
        brown = must(TEXT, Operator.IS, "brown")
        shop = (
            Product(id="wig", title="Natural wig", offers=()),
            Product(id="pencil", title="Brown eyeliner pencil", offers=()),
        )
        need = ShopperNeed(query="natural wig brown", names=("wig",), constraints=(brown,))
        assert ids(shelf_of(shop, need))[0] == "wig"

    def test_where_all_of_a_kind_were_refused_another_kind_is_nearer(self) -> None:
        shop = (
            Product(id="refused", title="Paw Patrol jigsaw puzzle", product_type="jigsaw", offers=()),
            Product(id="other", title="Floor puzzle dinosaurs", product_type="floor puzzle", offers=()),
        )
        refusal = must(TEXT, Operator.IS_NOT, ("paw patrol",))
        need = ShopperNeed(query="puzzle", names=("puzzle",), category=("jigsaw",), constraints=(refusal,))
        assert ids(shelf_of(shop, need)) == ["other"]

    def test_a_model_that_is_not_sold_leads_to_the_same_thing_in_another(self) -> None:
        shop = (
            Product(id="xm4", title="Sony WH-1000XM4 headphones", product_type="headphones", offers=()),
            Product(id="stand", title="Stand for headphones", product_type="stand", offers=()),
        )
        model = must(MODEL, Operator.IS, "wh-1000xm9")
        need = ShopperNeed(query="sony wh-1000xm9 headphones", names=("headphones",), constraints=(model,))
        shelf = shelf_of(shop, need)
        assert (ids(shelf), shelf.sold, shelf.given_up) == (["xm4"], Sold.NOT_SOLD, (model,))

    def test_what_is_made_for_something_else_is_no_nearest(self) -> None:
        shop = (Product(id="case", title="Case for iPhone 13", product_type="phone case", offers=()),)
        fits = must(FITS, Operator.IS, "iphone 16")
        need = ShopperNeed(query="iphone 16 case", names=("case",), constraints=(fits,))
        assert ids(shelf_of(shop, need)) == []


class TestNothingMeetsEverything:
    """Nothing of the kind meets every wish: what its title calls the thing may stand in another kind, or in none."""

    WHITE = must(TEXT, Operator.IS, "white")
    FILED = Product(id="filed", title="Lightning lead", product_type="usb cable", offers=())
    UNFILED = Product(id="unfilled", title="Braided white USB cable", product_type="bag", offers=())
    STICK = Product(id="stick", title="White memory stick", product_type="usb stick", offers=())

    def of(self, *shop: Product) -> Retrieval:
        need = ShopperNeed(
            query="braided white usb cable",
            names=("usb cable",),
            category=("usb cable",),
            constraints=(self.WHITE, must("length", Operator.AT_LEAST, Decimal(2000))),
        )
        return shelf_of(shop, need)

    def test_what_is_called_so_leads_though_it_was_taken_for_nothing(self) -> None:
        shelf = self.of(self.FILED, self.UNFILED, self.STICK)
        assert ids(shelf)[0] == "unfilled"
        assert not shelf.of_kind

    def test_what_is_not_called_so_never_leads(self) -> None:
        assert ids(self.of(self.FILED, self.STICK))[0] == "filed"

    @pytest.mark.parametrize(("kind", "first"), [("ornament", "bunny"), ("sticker album", "manga")])
    def test_what_meets_more_and_fits_as_well_leads_whatever_its_kind(self, kind: str, first: str) -> None:
        """But what is made for the thing is not the thing."""
        bunny = Product(id="bunny", title="Baby wall sticker album", product_type=kind, offers=())
        manga = Product(id="manga", title="Manga wall sticker", product_type="sticker", offers=())
        need = ShopperNeed(
            query="baby wall sticker",
            names=("wall sticker", "sticker"),
            category=("sticker",),
            constraints=(must(TEXT, Operator.IS, "baby"), must(TEXT, Operator.IS, "wall")),
        )
        assert ids(shelf_of((bunny, manga), need))[0] == first
