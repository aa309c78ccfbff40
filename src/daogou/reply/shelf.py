"""FIND, REFINE and MORE: what was understood, the products, why the first is first, at most one question."""

from dataclasses import replace
from decimal import Decimal

from daogou.reply.coded import coded_shelf
from daogou.reply.draft import Draft, Shown
from daogou.reply.lacking import lacking
from daogou.reply.lead import empty, lead, only_cheaper, unsold
from daogou.reply.picks import near_misses, picks
from daogou.reply.question import question_back
from daogou.reply.reasons import near_reasons, reasons
from daogou.reply.scene import Scene
from daogou.shop.product import Product
from daogou.shop.verdict import Sold


def shelf(scene: Scene) -> Draft:
    """The usual answer: products with reasons; the honest one where nothing fits."""
    if scene.need.codes and (told := coded_shelf(scene)):
        return told
    if any(scene.need.unsold) and (scene.retrieval.sold is Sold.NOT_SOLD or not scene.need.category):
        return _beside(scene)
    if not scene.shown:
        return Draft(sentences=(empty(scene),))
    if scene.retrieval.given_up:
        return _nearest(scene)
    shown = tuple(Shown(product=product, reasons=reasons(product, scene)) for product in scene.shown)
    asks, question = question_back(scene)
    return Draft(sentences=(*lead(scene), *picks(shown, scene)), shown=shown, question=question, asks=asks)


def _beside(scene: Scene) -> Draft:
    """Not sold; with the nearest, where anything comes near."""
    shown = tuple(Shown(product=product, reasons=near_reasons(product, scene)) for product in scene.shown)
    if not shown:
        return Draft(sentences=(unsold(scene),))
    beside = scene.phrases.say("lead.beside_one" if len(shown) == 1 else "lead.beside")
    return Draft(sentences=(unsold(scene), beside, *near_misses(shown, scene)), shown=shown)


def _nearest(scene: Scene) -> Draft:
    rows = _cheapest_first(scene) if only_cheaper(scene) else scene.shortlist
    few = replace(scene, shortlist=tuple(rows), limit=min(scene.limit, MOST_NEAR))
    shown = tuple(Shown(product=product, reasons=near_reasons(product, few)) for product in few.shown)
    unknown = [f"\n{sentence}" if place == 0 else sentence for place, sentence in enumerate(lacking(few))]
    return Draft(sentences=(*lead(few), *near_misses(shown, few), *unknown), shown=shown)


def _cheapest_first(scene: Scene) -> list[Product]:
    """The shortlist by price; what has none comes last."""
    prices = {row.id: price.amount for row in scene.shortlist if (price := scene.price(row))}
    return sorted(scene.shortlist, key=lambda row: (row.id not in prices, prices.get(row.id, Decimal(0))))


MOST_NEAR = 4  # products shown when none fits
