"""EXPLAIN: what was understood, why this product, and what the trade-off is."""

from collections.abc import Iterator
from decimal import Decimal

from daogou.catalog.products.need import PRICE
from daogou.catalog.products.product import Money, Product
from daogou.reply.acts.lead import unmet
from daogou.reply.acts.results import joined_briefs
from daogou.reply.draft import Compound, Draft, Sentence, Shown, Statement
from daogou.reply.scene import Scene
from daogou.reply.sentences.paraphrase import things, wants
from daogou.reply.sentences.reasons import reasons
from daogou.reply.sentences.rendering import money, number, quoted
from daogou.reply.verify.gather import TITLE


def explanation(scene: Scene) -> Draft:
    """Why these: the need as it was understood, the first product's reasons, and the cheaper one's price."""
    meant = scene.meant
    if not meant:
        return Draft(sentences=(scene.phrases.say("explain.nothing"),))
    shelf = _shelf(scene)
    shown = tuple(Shown(product=row, reasons=reasons(row, scene)) for row in shelf)
    return Draft(
        sentences=(*_understood(scene), _why(meant[0], scene), *_trade_off(meant[0], shelf, scene)), shown=shown
    )


def _shelf(scene: Scene) -> tuple[Product, ...]:
    """The products shown last, in their order, as far as their rows are at hand; else the best found."""
    before = scene.session.shown
    rows = tuple(scene.products[key] for key in before if key in scene.products)
    return rows[: scene.limit] if rows and len(rows) == len(before) else scene.shown


def _understood(scene: Scene) -> Iterator[str]:
    need, phrases, total = scene.need, scene.phrases, scene.retrieval.total
    kept = tuple(must for must in need.musts if must not in scene.retrieval.given_up)
    if need.category or kept:
        asked = things(need, phrases)
        words = wants(kept, phrases, scene.currency, beside=asked)
        yield phrases.say("explain.asked", things=asked, wants=words)
        if total > 1 and not scene.retrieval.given_up and not unmet(scene):
            yield phrases.say("explain.total", total=number(Decimal(total)))
    if need.sort is None and need.query.strip():
        yield phrases.say("explain.words")


def _why(product: Product, scene: Scene) -> Statement:
    title, told = scene.facts(product, TITLE), reasons(product, scene)
    facts = tuple(fact for statement in told for fact in statement.facts)
    counted = tuple(count for statement in told for count in statement.counted)
    key = "explain.why" if told else "explain.why_plain"
    text = scene.phrases.say(key, name=quoted(title[0].printed), facts=joined_briefs(told, scene, of="text"))
    return Statement(text=text, product=product, facts=(*title, *facts), counted=counted)


def _trade_off(product: Product, shelf: tuple[Product, ...], scene: Scene) -> Iterator[Sentence]:
    """The cheapest of the shelf, where it is cheaper than the one explained."""
    own = scene.price(product)
    prices = [(price, row) for row in shelf if (price := scene.price(row))]
    if own is None or not prices:
        return
    least, cheapest = min(prices, key=lambda one: one[0].amount)
    if least.currency != own.currency or least.amount >= own.amount:
        return
    saved = money(Money(amount=own.amount - least.amount, currency=own.currency))
    title, costs, first = scene.facts(cheapest, TITLE), scene.facts(cheapest, PRICE), scene.facts(product, PRICE)
    name = quoted(title[0].printed)
    text = scene.phrases.say("explain.trade", name=name, price=costs[0].printed, difference=saved)
    parts = (
        Statement(text=costs[0].printed, product=cheapest, facts=(*title, *costs)),
        Statement(text=first[0].printed, product=product, facts=first),
    )
    yield Compound(text=text, parts=parts)
