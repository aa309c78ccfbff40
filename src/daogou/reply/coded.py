"""Who typed a product's number is told which product has it, before anything else."""

from collections.abc import Iterator
from decimal import Decimal

from daogou.reply.cleaning import short
from daogou.reply.draft import Draft, Sentence, Shown, Statement
from daogou.reply.picks import pick
from daogou.reply.reasons import near_reasons, reasons
from daogou.reply.rendering import number
from daogou.reply.scene import Scene
from daogou.shop.matching import passes
from daogou.shop.need import Code
from daogou.shop.product import Product

MOST_TOLD = 4  # products told of one number


def coded_shelf(scene: Scene) -> Draft | None:
    """The products whose numbers were named, each with its number, and what else was found; None where no number was."""
    shown = tuple(Shown(product=product, reasons=_reasons(product, scene)) for product in scene.shown)
    sentences = tuple(sentence for code in scene.need.codes for sentence in _told(code, shown, scene))
    return Draft(sentences=sentences, shown=shown) if sentences else None


def _reasons(product: Product, scene: Scene) -> tuple[Statement, ...]:
    """How it differs, where the product was named and breaks a wish."""
    met = all(passes(product, must, scene.at) for must in scene.need.musts)
    return reasons(product, scene) if met else near_reasons(product, scene)


def _told(code: Code, shown: tuple[Shown, ...], scene: Scene) -> Iterator[Sentence]:
    named = [each for each in shown if each.product.id in code.product_ids]
    said = f"“{short(code.said)}”"
    if not code.product_ids:
        yield scene.phrases.say("coded.none", code=said)
    elif len(code.product_ids) == 1 and named:
        form = "is" if code.whole else "part"
        yield pick(named[0], f"coded.{form}_why", f"coded.{form}", scene, code=said)
    elif named:
        form = "several" if code.whole else "several_part"
        yield scene.phrases.say(f"coded.{form}", code=said, count=number(Decimal(len(code.product_ids))))
        for each in named[:MOST_TOLD]:
            yield pick(each, "coded.each", "coded.each", scene)
