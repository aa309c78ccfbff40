"""Step 4: say it, and only what is true. Every act has its writer; what a row does not bear out is never sent."""

from collections.abc import Callable, Mapping
from datetime import datetime

from daogou.reply.comparison import comparison
from daogou.reply.draft import Draft
from daogou.reply.explanation import explanation
from daogou.reply.phrases import LANGUAGES, Phrases
from daogou.reply.product_answer import product_answer
from daogou.reply.publish import publish
from daogou.reply.scene import Scene
from daogou.reply.shelf import shelf
from daogou.reply.shop_answer import shop_answer
from daogou.reply.small_talk import small_talk
from daogou.reply.verify import broken_must
from daogou.shop.candidate import Retrieval
from daogou.shop.conversation import Response, Session
from daogou.shop.need import Act, ShopperNeed
from daogou.shop.product import Product

WRITERS: Mapping[Act, Callable[[Scene], Draft]] = {
    Act.FIND: shelf,
    Act.REFINE: shelf,
    Act.MORE: shelf,
    Act.COMPARE: comparison,
    Act.ASK: product_answer,
    Act.EXPLAIN: explanation,
    Act.SHOP: shop_answer,
    Act.GREET: small_talk,
    Act.THANK: small_talk,
    Act.RESET: small_talk,
    Act.OTHER: small_talk,
}


def plainly(scene: Scene) -> Response:
    """What the plain writer of the act says; `choose` may find better words for it."""
    return publish(WRITERS[scene.need.act](scene), scene)


def set_scene(
    need: ShopperNeed,
    session: Session,
    *,
    retrieval: Retrieval,
    products: Mapping[str, Product],
    at: datetime,
    limit: int = 6,
) -> Scene:
    """One turn as the writers see it: products that break a must are out."""
    rows = [products[one.product_id] for one in retrieval.candidates if one.product_id in products]
    return Scene(
        shortlist=tuple(row for row in rows if broken_must(row, need, retrieval, at) is None),
        need=need,
        session=session,
        retrieval=retrieval,
        products=products,
        at=at,
        limit=limit,
        phrases=Phrases(
            language=need.language if need.language in LANGUAGES else LANGUAGES[0],
            seed=f"{session.length}|{need.query}|{need.act}",
        ),
    )
