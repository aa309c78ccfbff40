"""SHOP: what the shop sells, which brands, how many, what is the dearest; and what only the merchant can tell."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from daogou.catalog.products.need import PRICE, Act, Asks, ShopQuestion
from daogou.catalog.products.product import Product
from daogou.reply.acts.lead import unsold
from daogou.reply.context import Draft, ReplyContext, Shown, Statement
from daogou.reply.gather import TITLE
from daogou.reply.sentences.phrases import cased, clean, listed, money, plural, quoted, short, spoken
from daogou.reply.sentences.reasons import plain_facts
from daogou.text.thesaurus import thesaurus

MOST_NAMED = 10  # brands or departments in one sentence
MOST_SHOWN = 3  # products beside an extreme of the price


def shop_answer(context: ReplyContext) -> Draft:
    """One or two sentences; products where the question is about a kind of them."""
    question = _question(context)
    if question.thing and not context.shortlist:
        return Draft(sentences=(context.phrases.say("shop.none", thing=spoken(question.thing)),))
    return _WRITERS[question.asks](context)


def _range(context: ReplyContext) -> Draft:
    counts = context.profile.departments or {
        _kind(name, context): count for name, count in context.profile.kinds.items()
    }
    if not counts:
        return Draft(sentences=(context.phrases.say("shop.unknown"),))
    total = str(context.profile.product_count)
    return Draft(sentences=(context.phrases.say("shop.range", total=total, kinds=_counted(counts, context)),))


def _brands(context: ReplyContext) -> Draft:
    rows = context.shortlist
    counts = Counter(row.brand for row in rows if row.brand) if _thing(context) else Counter(context.profile.brands)
    if not counts:
        return Draft(sentences=(context.phrases.say("shop.no_brands"),))
    first = {row.brand: row for row in reversed(rows)}
    shown = [first[brand] for brand, _ in counts.most_common() if brand in first]
    said = {"count": str(len(counts)), "brands": _counted(dict(counts.most_common()), context)}
    text = context.phrases.say(_key("shop.brands", context), thing=_thing(context), **said)
    return Draft(sentences=(text,), shown=_shown(shown[: context.limit], context))


def _count(context: ReplyContext) -> Draft:
    count = len(context.shortlist) if _thing(context) else context.profile.product_count
    text = context.phrases.say(_key("shop.count", context), thing=_thing(context), count=str(count))
    return Draft(sentences=(text,), shown=_shown(context.shown, context))


def _prices(context: ReplyContext) -> Draft:
    if not context.shortlist:
        return Draft(sentences=(context.phrases.say("shop.unknown"),))
    cheapest, dearest = context.shortlist[0], context.shortlist[-1]
    low, high = (money(price) for row in (cheapest, dearest) if (price := context.price(row)))
    count = str(len(context.shortlist))
    text = context.phrases.say("shop.prices", thing=_thing(context), count=count, low=low, high=high)
    return Draft(sentences=(text,), shown=_shown(context.shown, context))


def _extreme(context: ReplyContext) -> Draft:
    if not context.shortlist:
        return Draft(sentences=(context.phrases.say("shop.unknown"),))
    question = _question(context)
    first = _priced(_key(f"shop.{question.asks.value}", context), context.shortlist[0], context)
    few = replace(context, limit=min(context.limit, MOST_SHOWN))
    return Draft(sentences=(first,), shown=_shown(few.shown, few))


def _service(context: ReplyContext) -> Draft:
    """The merchant's own words, or that only the merchant can say."""
    question = _question(context)
    fact = context.profile.facts.by_topic.get(question.topic)
    if fact is not None:
        return Draft(sentences=(clean(fact.answer(context.language)),))
    key = f"shop.topic_{question.topic}"
    if not context.phrases.has(key):
        return Draft(sentences=(context.phrases.say("shop.ask"),))
    return Draft(sentences=(context.phrases.say("shop.ask_topic", topic=context.phrases.say(key)),))


def _priced(key: str, row: Product, context: ReplyContext) -> Statement:
    facts = [*context.facts(row, TITLE)]
    price = context.facts(row, PRICE)
    text = context.phrases.say(
        key,
        name=quoted(facts[0].printed),
        price=price[0].printed,
        thing=_thing(context),
        count=str(len(context.shortlist)),
    )
    return Statement(text=text, product=row, facts=(*facts, *price), counted=(len(context.shortlist),))


def _shown(rows: Sequence[Product], context: ReplyContext) -> tuple[Shown, ...]:
    return tuple(Shown(product=row, reasons=tuple(plain_facts(row, context))) for row in rows)


def _key(name: str, context: ReplyContext) -> str:
    return f"{name}_of" if _thing(context) else name


def _thing(context: ReplyContext) -> str:
    return spoken(_question(context).thing)


def _question(context: ReplyContext) -> ShopQuestion:
    return context.need.shop or ShopQuestion(asks=Asks.SERVICE)


def _kind(product_type: str, context: ReplyContext) -> str:
    label = clean(thesaurus().type_label(product_type, context.language))
    return cased(plural(label)) if context.language == "en" else label


def _counted(counts: Mapping[str, int], context: ReplyContext) -> str:
    """The first few with their counts, and how many more there are."""
    form = "{name}（{count}）" if context.language == "zh" else "{name} ({count})"
    named = [form.format(name=short(name), count=count) for name, count in list(counts.items())[:MOST_NAMED]]
    more = len(counts) - len(named)
    return listed([*named, *([context.phrases.say("shop.more", count=str(more))] if more else [])], context.language)


_WRITERS: Mapping[Asks, Callable[[ReplyContext], Draft]] = {
    Asks.RANGE: _range,
    Asks.BRANDS: _brands,
    Asks.COUNT: _count,
    Asks.PRICES: _prices,
    Asks.DEAREST: _extreme,
    Asks.CHEAPEST: _extreme,
    Asks.SERVICE: _service,
}


MOST_KINDS = 3


def small_talk(context: ReplyContext) -> Draft:
    """A sentence or two, and no products."""
    if context.need.act is Act.OTHER and context.need.unsold:
        return Draft(sentences=(unsold(context),))
    sentence = context.phrases.say(f"talk.{context.need.act.value}")
    kinds = _kinds(context) if context.need.act is Act.OTHER else ""
    return Draft(sentences=(sentence, *([context.phrases.say("talk.kinds", kinds=kinds)] if kinds else [])))


def _kinds(context: ReplyContext) -> str:
    """A few kinds of product that are really sold here, of those at hand."""
    counts = Counter(row.product_type for row in context.products.values() if row.product_type in thesaurus().types)
    names = [clean(thesaurus().type_label(key, context.language)) for key, _ in counts.most_common()]
    labels = [name for name in names if not any(c.isdigit() for c in name)][:MOST_KINDS]
    return listed([cased(plural(label)) if context.language == "en" else label for label in labels], context.language)
