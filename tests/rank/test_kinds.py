"""P(kind | q): the named kind is believed as far as the rest of the query bears it out."""

import pytest

from daogou.catalog.products.candidate import Found
from daogou.catalog.products.product import Product
from daogou.rank.kinds import STANDARD, SURE, KindBelief, kind_belief
from daogou.rank.kinds import TELLING_WORD as WORD


def row(product_id: str, title: str, kind: str) -> Product:
    return Product(id=product_id, title=title, product_type=kind, offers=())


SHOP = {
    one.id: one
    for one in (
        row("camera", "Onda camera", "camera"),
        row("zoom", "Onda camera with zoom", "camera"),
        row("strap", "leather strap for Onda camera", "strap"),
        row("lamp", "reading lamp", "lamp"),
    )
}


def belief(
    *category: str,
    names: tuple[str, ...] = ("camera",),
    rest: dict[str, float] | None = None,
    shop: dict[str, Product] = SHOP,
) -> KindBelief:
    found = Found(rest=rest or {}, named_share=0.4)
    return kind_belief(category, names, found, shop, dict.fromkeys(shop, 0.5))


def test_a_kind_that_is_named_is_believed_three_times_of_four() -> None:
    assert belief("camera").probability == pytest.approx(0.75, abs=0.01)
    assert belief("camera").sure


def test_a_kind_that_the_rest_of_the_query_bears_out_is_believed_more() -> None:
    assert belief("camera", rest={"zoom": 12.0}).probability > 0.98


def test_a_kind_that_the_rest_of_the_query_denies_is_not_believed() -> None:
    """A leather strap for the camera, taken for a camera: only straps are of leather."""
    denied = belief("camera", names=("strap",), rest={"leather": WORD})
    assert denied.probability < 0.1 < SURE
    assert not denied.sure
    assert belief("camera", "strap", names=("strap",), rest={"leather": WORD}).sure


def test_what_only_goes_with_the_kind_says_less_against_it() -> None:
    """Somebody who wants a leather camera: only straps are of leather, but a strap is not called a camera."""
    called, uncalled = (belief("camera", names=names, rest={"leather": WORD}) for names in (("strap",), ()))
    assert called.probability < uncalled.probability < belief("camera").probability


def test_words_that_all_kinds_cover_decide_nothing() -> None:
    both = belief("camera", names=("strap",), rest={"onda": WORD, "unheard": WORD})
    assert both.probability == belief("camera").probability


def test_a_rarer_word_tells_more() -> None:
    rare, common = (belief("camera", names=("strap",), rest={"leather": points}) for points in (WORD, WORD / 4))
    assert rare.probability < common.probability


@pytest.mark.parametrize("category", [(), ("sofa",)])
def test_where_nothing_is_named_or_found_nothing_is_believed(category: tuple[str, ...]) -> None:
    none = belief(*category)
    assert (none.probability, none.sure) == (0.0, False)
    assert none.of(SHOP["camera"], 1.0) == 0


def test_where_everything_is_of_the_kind_it_is_believed() -> None:
    cameras = {key: SHOP[key] for key in ("camera", "zoom")}
    assert belief("camera", rest={"zoom": WORD}, shop=cameras).probability > 0.98


def test_a_product_of_the_kind_covers_the_words_that_name_it_and_others_lose_nothing() -> None:
    named = belief("camera")
    worth = 0.5
    assert named.of(SHOP["camera"], worth) == pytest.approx(
        named.probability * (STANDARD.credit * 0.4 + STANDARD.kind * worth)
    )
    assert named.of(SHOP["lamp"], worth) == 0
    doubled = STANDARD.times({"credit": 2.0, "kind": 2.0})
    assert named.of(SHOP["camera"], worth, doubled) == pytest.approx(2 * named.of(SHOP["camera"], worth))
