"""ASK and SHOP: what the row says of what was asked, or that it does not; what the shop sells; what only the merchant can tell."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from daogou.catalog.matching.matching import OWN
from daogou.catalog.products.need import AVAILABILITY, PRICE, RATING, Act, Asks, ShopQuestion, Sort
from daogou.catalog.products.product import Availability, Product
from daogou.reply.acts.answers import say_fact
from daogou.reply.acts.lead import unsold
from daogou.reply.context import Draft, Fact, ReplyContext, Shown, Statement, passage
from daogou.reply.sentences.phrases import (
    cased,
    clean,
    is_quality,
    listed,
    money,
    number,
    plural,
    quoted,
    short,
    spoken,
)
from daogou.reply.sentences.reasons import plain_facts
from daogou.text.stated import BY_SYMBOL, UNITS, convert, stated, stated_in, units_named
from daogou.text.thesaurus import thesaurus

MOST_PRODUCTS = 4  # answered for in one turn
MOST_VALUES = 6
_SIZES = {  # what else "how big" and "how long" may ask for
    "size": ("screen_size", "dimensions", "volume"),
    "length": ("cable_length",),
}
PASSAGE_LENGTH = 120  # characters of the row's own text
_TENTH = Decimal("0.1")
_DIMENSIONS = frozenset(unit.dimension for unit in UNITS)


def product_answer(context: ReplyContext) -> Draft:
    """One sentence for each product that the question is about; the shelf stays as it was."""
    if context.need.picked is not None:
        return _extreme_answer(context, context.need.picked)
    if context.need.refers_to and context.products.keys().isdisjoint(context.need.refers_to):
        return Draft(sentences=(context.phrases.say("told.gone"),))  # another one's facts would be taken for its own
    asked = context.meant[:MOST_PRODUCTS] if context.need.refers_to else context.meant[:1]
    if not asked:
        return Draft(sentences=(context.phrases.say("told.which"),))
    first, *others = ((_answer if context.need.about else _describe)(product, context) for product in asked)
    return Draft(sentences=(first, *(replace(other, text=f"\n{other.text}") for other in others)))


def _answer(product: Product, context: ReplyContext) -> Statement:
    about = context.need.about
    asked = {unit.dimension for unit in units_named(about)}  # "how many ml?"
    kept = [one for one in product.attributes if one.unit in BY_SYMBOL]
    measured = [one.name for one in kept if one.unit and BY_SYMBOL[one.unit].dimension in asked]
    for field in (about, *_SIZES.get(about, ()), *measured):
        facts = context.facts(product, field)[:MOST_VALUES]
        if facts:
            return _stated(product, facts, context)
    return _in_text(product, context) or _unknown(product, context)


def _stated(product: Product, facts: tuple[Fact, ...], context: ReplyContext) -> Statement:
    (name, title), field, first = context.named(product), facts[0].field, facts[0]
    value, converted = _in_unit(product, facts, context)
    key = f"told.{field}" if context.phrases.has(f"told.{field}") and field != "is" else "told.is"
    if isinstance(first.value, bool):
        key = f"told.{_kind(first.field)}_{'yes' if first.value else 'no'}"
    if field == AVAILABILITY:
        key = "told.out" if first.value == Availability.OUT_OF_STOCK else key
    if field == RATING:
        value = context.phrases.say("fact.rating", value=value)
    label = context.phrases.label(field)
    said = context.statement(key, product, (*title, *facts), name=name, attribute=label, value=value)
    return replace(said, counted=converted)


def _in_unit(product: Product, facts: tuple[Fact, ...], context: ReplyContext) -> tuple[str, tuple[Decimal, ...]]:
    """The values as the row prints them and, where another unit was asked for, converted as well."""
    value, wanted = listed([fact.printed for fact in facts], context.language), context.need.in_unit
    unit = next((one.unit for one in product.values(facts[0].field) if one.value == facts[0].value), None)
    amount = facts[0].value
    if not wanted or not unit or unit == wanted or isinstance(amount, bool | str):
        return value, ()
    converted = convert(amount, unit, wanted)
    if converted is None:
        return value, ()
    rounded = converted.quantize(_TENTH)
    return f"{value} ({number(rounded)} {wanted})", (rounded,)


def _in_text(product: Product, context: ReplyContext) -> Statement | None:
    """The row has no such field, but its text may speak of it; what the shop decides, a price, is in no text."""
    if context.need.about in OWN:
        return None
    words = _words(context.need.about, context)
    found = next(filter(None, (passage(product, word, margin=PASSAGE_LENGTH // 2) for word in words)), None)
    if found is None:
        return None
    name, title = context.named(product)
    key = "told.passage" if context.need.about in thesaurus().attributes else "told.says"
    return context.statement(key, product, (*title, found), name=name, passage=found.printed)


def _words(about: str, context: ReplyContext) -> list[str]:
    """The names of what was asked about, in both languages; short Chinese ones stand in too many other words."""
    known = thesaurus()
    names = [known.attributes[about].phrases] if about in known.attributes else []
    names += [concept.phrases for (_, key), concept in known.values.items() if key == about]
    phrases = [phrase for each in names for texts in each.values() for phrase in texts if len(phrase) > 1]
    label = [context.phrases.label(about)] if about in known.attributes else [about, about.replace("_", " ")]
    return list(dict.fromkeys([*label, *phrases]))


def _unknown(product: Product, context: ReplyContext) -> Statement:
    name, title = context.named(product)
    about, concept = context.need.about, thesaurus().attributes.get(context.need.about)
    known = concept is not None or context.phrases.has(f"label.{about}") or bool(product.values(about))
    key = "told.unknown" if known else "told.unsaid"
    if concept and concept.kind == "bool":
        key = f"told.{_kind(about)}_unknown"
    label = short(context.phrases.label(about))
    return context.statement(key, product, title, name=name, attribute=label, word=short(about))


def _describe(product: Product, context: ReplyContext) -> Statement:
    (name, title), told = context.named(product), plain_facts(product, context)
    briefs = ("，" if context.language == "zh" else "; ").join(statement.brief for statement in told)
    facts = (fact for statement in told for fact in statement.facts)
    return context.statement("told.describe", product, (*title, *facts), name=name, facts=briefs)


def _kind(attribute: str) -> str:
    """A thing is waterproof, and has bluetooth."""
    return "is" if is_quality(attribute) else "has"


def _extreme_answer(context: ReplyContext, sort: Sort) -> Draft:
    """One sentence: which one, its figure, and of how many that state it."""
    shown = context.shown_before
    known = [row for row in shown if _facts(row, sort, context)]
    winner = next((row for row in known if row.id in context.need.refers_to), None)
    if winner is None or len(context.need.refers_to) > 1:
        attribute = short(context.phrases.label(sort.attribute))
        return Draft(sentences=(context.phrases.say("extreme.none", attribute=attribute, said=_degree(sort, context)),))
    (name, title), facts = context.named(winner), _facts(winner, sort, context)
    form = "only" if len(known) == 1 else "of_all" if len(known) == len(shown) else "of_some"
    first, counted = facts[0], {"count": str(len(shown)), "known": str(len(known))}
    in_text = first.source == first.field and isinstance(first.value, str)
    fact = quoted(first.printed) if in_text else say_fact(facts, context)
    text = context.phrases.say(f"extreme.{form}", name=name, said=_degree(sort, context), fact=fact, **counted)
    counts = (len(shown), len(known))
    return Draft(sentences=(Statement(text=text, product=winner, facts=(*title, *facts), counted=counts),))


def _facts(row: Product, sort: Sort, context: ReplyContext) -> tuple[Fact, ...]:
    """The figure as evidence: a column's value, or the words of the row's text."""
    if sort.attribute in (PRICE, RATING):
        return context.facts(row, sort.attribute)[:1]
    figure = (stated_in if sort.attribute in _DIMENSIONS else stated)(row, sort.attribute)
    if figure is None:
        return ()
    found = passage(row, figure.text) if figure.text else None
    return (found,) if found else context.facts(row, figure.attribute)[:1]


def _degree(sort: Sort, context: ReplyContext) -> str:
    """The word that was used, as a superlative of the answer's language."""
    plain = short(sort.said)
    if context.language == "zh":
        return plain if plain.startswith("最") or "最" in plain else f"最{plain.rstrip('的一点些')}"
    return plain.removeprefix("the ")  # the answer has an article of its own


MOST_NAMED = 10  # brands or departments in one sentence
MOST_SHOWN = 3  # products beside an extreme of the price


def shop_answer(context: ReplyContext) -> Draft:
    """One or two sentences; products where the question is about a kind of them."""
    question = _question(context)
    if question.thing and not context.shortlist:
        return _said("shop.none", context, thing=spoken(question.thing))
    return _WRITERS[question.asks](context)


def _said(key: str, context: ReplyContext, **values: str) -> Draft:
    return Draft(sentences=(context.phrases.say(key, **values),))


def _range(context: ReplyContext) -> Draft:
    kinds = {_kind_label(name, context): count for name, count in context.profile.kinds.items()}
    counts = context.profile.departments or kinds
    if not counts:
        return _said("shop.unknown", context)
    return _said("shop.range", context, total=str(context.profile.product_count), kinds=_counted(counts, context))


def _brands(context: ReplyContext) -> Draft:
    rows = context.shortlist
    counts = Counter(row.brand for row in rows if row.brand) if _thing(context) else Counter(context.profile.brands)
    if not counts:
        return _said("shop.no_brands", context)
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
        return _said("shop.unknown", context)
    cheapest, dearest = context.shortlist[0], context.shortlist[-1]
    low, high = (money(price) for row in (cheapest, dearest) if (price := context.price(row)))
    count = str(len(context.shortlist))
    text = context.phrases.say("shop.prices", thing=_thing(context), count=count, low=low, high=high)
    return Draft(sentences=(text,), shown=_shown(context.shown, context))


def _extreme(context: ReplyContext) -> Draft:
    if not context.shortlist:
        return _said("shop.unknown", context)
    row, count = context.shortlist[0], len(context.shortlist)
    (name, title), price, key = context.named(row), context.facts(row, PRICE), f"shop.{_question(context).asks.value}"
    values = {"name": name, "price": price[0].printed, "thing": _thing(context), "count": str(count)}
    first = context.statement(_key(key, context), row, (*title, *price), **values)
    few = replace(context, limit=min(context.limit, MOST_SHOWN))
    return Draft(sentences=(replace(first, counted=(count,)),), shown=_shown(few.shown, few))


def _service(context: ReplyContext) -> Draft:
    """The merchant's own words, or that only the merchant can say."""
    question = _question(context)
    fact = context.profile.facts.by_topic.get(question.topic)
    if fact is not None:
        return Draft(sentences=(clean(fact.answer(context.language)),))
    key = f"shop.topic_{question.topic}"
    if not context.phrases.has(key):
        return _said("shop.ask", context)
    return _said("shop.ask_topic", context, topic=context.phrases.say(key))


def _shown(rows: Sequence[Product], context: ReplyContext) -> tuple[Shown, ...]:
    return tuple(Shown(product=row, reasons=tuple(plain_facts(row, context))) for row in rows)


def _key(name: str, context: ReplyContext) -> str:
    return f"{name}_of" if _thing(context) else name


def _thing(context: ReplyContext) -> str:
    return spoken(_question(context).thing)


def _question(context: ReplyContext) -> ShopQuestion:
    return context.need.shop or ShopQuestion(asks=Asks.SERVICE)


def _kind_label(product_type: str, context: ReplyContext) -> str:
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
