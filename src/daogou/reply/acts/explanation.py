"""EXPLAIN: what was understood, why this product, and what the trade-off is."""

from collections.abc import Iterator
from decimal import Decimal

from daogou.catalog.products.need import PRICE
from daogou.catalog.products.product import Money, Product
from daogou.reply.acts.lead import unmet
from daogou.reply.acts.results import joined_briefs
from daogou.reply.context import ReplyContext
from daogou.reply.draft import Compound, Draft, Sentence, Shown, Statement
from daogou.reply.sentences.paraphrase import things, wants
from daogou.reply.sentences.reasons import reasons
from daogou.reply.sentences.rendering import money, number, quoted
from daogou.reply.verify.gather import TITLE


def explanation(context: ReplyContext) -> Draft:
    """Why these: the need as it was understood, the first product's reasons, and the cheaper one's price."""
    meant = context.meant
    if not meant:
        return Draft(sentences=(context.phrases.say("explain.nothing"),))
    results = _shelf(context)
    shown = tuple(Shown(product=row, reasons=reasons(row, context)) for row in results)
    return Draft(
        sentences=(*_understood(context), _why(meant[0], context), *_trade_off(meant[0], results, context)), shown=shown
    )


def _shelf(context: ReplyContext) -> tuple[Product, ...]:
    """The products shown last, in their order, as far as their rows are at hand; else the best found."""
    before = context.session.shown
    rows = tuple(context.products[key] for key in before if key in context.products)
    return rows[: context.limit] if rows and len(rows) == len(before) else context.shown


def _understood(context: ReplyContext) -> Iterator[str]:
    need, phrases, total = context.need, context.phrases, context.retrieval.total
    kept = tuple(must for must in need.musts if must not in context.retrieval.given_up)
    if need.category or kept:
        asked = things(need, phrases)
        words = wants(kept, phrases, context.currency, beside=asked)
        yield phrases.say("explain.asked", things=asked, wants=words)
        if total > 1 and not context.retrieval.given_up and not unmet(context):
            yield phrases.say("explain.total", total=number(Decimal(total)))
    if need.sort is None and need.query.strip():
        yield phrases.say("explain.words")


def _why(product: Product, context: ReplyContext) -> Statement:
    title, told = context.facts(product, TITLE), reasons(product, context)
    facts = tuple(fact for statement in told for fact in statement.facts)
    counted = tuple(count for statement in told for count in statement.counted)
    key = "explain.why" if told else "explain.why_plain"
    text = context.phrases.say(key, name=quoted(title[0].printed), facts=joined_briefs(told, context, of="text"))
    return Statement(text=text, product=product, facts=(*title, *facts), counted=counted)


def _trade_off(product: Product, results: tuple[Product, ...], context: ReplyContext) -> Iterator[Sentence]:
    """The cheapest of the shelf, where it is cheaper than the one explained."""
    own = context.price(product)
    prices = [(price, row) for row in results if (price := context.price(row))]
    if own is None or not prices:
        return
    least, cheapest = min(prices, key=lambda one: one[0].amount)
    if least.currency != own.currency or least.amount >= own.amount:
        return
    saved = money(Money(amount=own.amount - least.amount, currency=own.currency))
    title, costs, first = context.facts(cheapest, TITLE), context.facts(cheapest, PRICE), context.facts(product, PRICE)
    name = quoted(title[0].printed)
    text = context.phrases.say("explain.trade", name=name, price=costs[0].printed, difference=saved)
    parts = (
        Statement(text=costs[0].printed, product=cheapest, facts=(*title, *costs)),
        Statement(text=first[0].printed, product=product, facts=first),
    )
    yield Compound(text=text, parts=parts)
