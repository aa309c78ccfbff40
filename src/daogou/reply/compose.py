"""Step 4: say it, and only what is true. Every act has its writer; what a row does not bear out is never sent."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from daogou.catalog.products.candidate import Retrieval
from daogou.catalog.products.conversation import Response, Session
from daogou.catalog.products.need import FITS, MODEL, Act, ShopperNeed
from daogou.catalog.products.product import Product
from daogou.catalog.products.shop_facts import ShopFacts
from daogou.catalog.products.verdict import Sold
from daogou.catalog.products.vocabulary import Vocabulary
from daogou.reply.acts.comparison import comparison
from daogou.reply.acts.explanation import explanation
from daogou.reply.acts.product_answer import product_answer
from daogou.reply.acts.results import pick, shelf
from daogou.reply.acts.shop_answer import shop_answer, small_talk
from daogou.reply.draft import Draft, Sentence
from daogou.reply.scene import House, Scene
from daogou.reply.sentences.phrases import LANGUAGES, Phrases
from daogou.reply.sentences.rendering import spoken
from daogou.reply.verify.verify import broken_must, capital, publish

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


_SHOWS = (Act.FIND, Act.REFINE, Act.MORE)  # what each of several needs can be answered by


def compose(scenes: Sequence[Scene]) -> Response:
    """What the plain writers say of one need, or of several at once."""
    several = len(scenes) > 1 and scenes[0].need.act in _SHOWS
    return together(scenes) if several else plainly(scenes[0])


def verdict(scenes: Sequence[Scene]) -> Sold:
    """Of several things, the best that is true of any."""
    if scenes[0].need.act not in _SHOWS:
        return Sold.OTHER
    said = {scene.retrieval.sold for scene in scenes}
    return next(sold for sold in (Sold.FOUND, Sold.CLOSEST, Sold.NOT_SOLD) if sold in said)


def deltas(text: str) -> list[str]:
    """The text in pieces of about a clause, which together are the text."""
    return re.findall(r".+?(?:[\s，。！？；、]+|$)", text, flags=re.DOTALL)


def plainly(scene: Scene) -> Response:
    """What the plain writer of the act says; `choose` may find better words for it."""
    return publish((WRITERS[scene.need.act](scene), scene))


def borne_out(need: ShopperNeed, retrieval: Retrieval) -> ShopperNeed:
    """The need as the rows bear it out: without a kind that none of them is of, and what is not sold is named."""
    unsold = _unsold(need) if retrieval.sold is Sold.NOT_SOLD else ()
    return replace(need, category=need.category if retrieval.of_kind else (), unsold=unsold)


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


def of_shop(scene: Scene, rows: Sequence[Product], vocabulary: Vocabulary, facts: ShopFacts) -> Scene:
    """The scene of a question about the shop: the rows that it asks of, and what is known of all of them."""
    house = House(
        departments=vocabulary.departments,
        kinds=vocabulary.types,
        brands=vocabulary.brands,
        product_count=vocabulary.product_count,
        facts=facts,
    )
    products = {**scene.products, **{row.id: row for row in rows}}
    return replace(scene, shortlist=tuple(rows), products=products, house=house)


def _unsold(need: ShopperNeed) -> tuple[str, ...]:
    """What is not sold, in the shopper's words: the model or the thing that it is for where one was named, else the noun."""
    named = any(must.attribute in (MODEL, FITS) for must in need.musts)
    name = need.query if named or not need.thing else need.thing
    return (name,) if name else ()


def together(scenes: Sequence[Scene]) -> Response:
    """The answers to all of them as one: as many products as one answer shows, shared out, and a line for each."""
    parts = [
        replace(scene, shortlist=(*rows, *(row for row in scene.shortlist if row not in rows)), limit=len(rows))
        for scene, rows in zip(scenes, _shared_out(scenes), strict=True)
    ]
    return publish(*((_line(shelf(part), part), part) for part in parts))


def _shared_out(scenes: Sequence[Scene]) -> list[list[Product]]:
    """The products of each, by turns as long as there is room; none twice, but each thing has its first."""
    shares: list[list[Product]] = [list(scene.shortlist[:1]) for scene in scenes]
    for place, scene in enumerate(scenes):
        taken = [row.id for share in shares[:place] for row in share]
        shares[place] = [row for row in scene.shortlist if row.id not in taken][:1] or shares[place]
    for _ in range(scenes[0].limit):
        for share, scene in zip(shares, scenes, strict=True):
            taken = [row.id for each in shares for row in each]
            if len(taken) < scene.limit:
                share += [row for row in scene.shortlist if row.id not in taken][:1]
    return shares


def _line(draft: Draft, scene: Scene) -> Draft:
    """What is said of one thing: its first product and why; what it lacks, where it lacks something."""
    honest = bool(scene.retrieval.given_up or scene.need.unsold) or not draft.shown
    told = list(draft.sentences) if honest else [pick(draft.shown[0], "several.why", "several.plain", scene)]
    name = capital(spoken(scene.need.said or scene.need.query))
    return replace(
        draft, sentences=tuple(_headed(told, scene.phrases.say("several.head", thing=name))), question="", asks=""
    )


def _headed(sentences: Sequence[Sentence], head: str) -> list[Sentence]:
    """The first sentence after the thing's name, on a line of its own."""
    first = sentences[0]
    text = first if isinstance(first, str) else first.text
    headed = f"\n{head}{text.lstrip()}"
    return [headed if isinstance(first, str) else replace(first, text=headed), *sentences[1:]]
