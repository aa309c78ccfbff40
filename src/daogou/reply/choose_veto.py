"""What no likelihood makes good: a response that is never sent."""

from daogou.reply.scene import Scene
from daogou.reply.verify import broken_must
from daogou.shop.conversation import Response
from daogou.shop.evidence import Verdict
from daogou.shop.need import Act
from daogou.shop.product import Product

_CHOOSES_PRODUCTS = frozenset({Act.FIND, Act.REFINE, Act.MORE})  # the other acts speak of what the shopper named


def veto(response: Response, scene: Scene) -> str:
    """Why it must not be said: no words, a product that is not there, a statement that is not borne out, a broken must,
    nothing shown where something fits; or "".
    """
    if not response.text.strip():
        return "says nothing"
    rows = {**scene.products, **{row.id: row for row in scene.shortlist}}
    for shown in response.recommendations:
        if rows.get(shown.product.id) != shown.product:
            return f"unknown product: {shown.product.id}"
    for claim in response.claims:
        if claim.product_id not in rows:
            return f"unknown product: {claim.product_id}"
        if claim.verdict is not Verdict.SUPPORTED:
            return f"{claim.verdict.value}: {claim.text}"
    if scene.need.act not in _CHOOSES_PRODUCTS:
        return ""
    return _broken(response, scene) or _nothing(response, scene)


def _broken(response: Response, scene: Scene) -> str:
    for shown in response.recommendations:
        if _of_another_kind(shown.product, scene):
            return f"another kind: {shown.product.product_type or 'unknown'} ({shown.product.id})"
        must = broken_must(shown.product, scene.need, scene.retrieval, scene.at)
        if must is not None:
            return f"breaks a must: {must.attribute} ({shown.product.id})"
    return ""


def _of_another_kind(product: Product, scene: Scene) -> bool:
    """Only where the shelf is of the kind that was understood: a number asked for, or the nearest of other kinds, may be any."""
    asked = scene.need.category
    return bool(asked) and scene.retrieval.of_kind and not scene.need.codes and product.product_type not in asked


def _nothing(response: Response, scene: Scene) -> str:
    return "shows nothing though something fits" if scene.shortlist and not response.recommendations else ""


def left_out(response: Response, plain: Response) -> str:
    """The first statement that the rows did not bear out, beyond those that the plain answer left out too; or ""."""
    dropped = next((one for one in response.considered if one.veto and one not in plain.considered), None)
    return f"{dropped.veto}: {dropped.text}" if dropped else ""
