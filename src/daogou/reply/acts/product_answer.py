"""ASK: what the row says of what was asked, or that the shop's data does not say."""

from decimal import Decimal

from daogou.catalog.matching.matching import OWN
from daogou.catalog.products.need import AVAILABILITY, PRICE, RATING, Sort
from daogou.catalog.products.product import Availability, Product
from daogou.reply.acts.answers import say_fact
from daogou.reply.context import Draft, ReplyContext, Statement
from daogou.reply.gather import TITLE, Fact, passage
from daogou.reply.sentences.phrases import is_quality, listed, number, quoted, short
from daogou.reply.sentences.reasons import plain_facts
from daogou.text.stated import BY_SYMBOL, UNITS, Stated, convert, stated, stated_in, units_named
from daogou.text.thesaurus import thesaurus

MOST_PRODUCTS = 4  # answered for in one turn
MOST_VALUES = 6
_SIZES = {  # what else "how big" and "how long" may ask for
    "size": ("screen_size", "dimensions", "volume"),
    "length": ("cable_length",),
}
PASSAGE_LENGTH = 120  # characters of the row's own text


def product_answer(context: ReplyContext) -> Draft:
    """One sentence for each product that the question is about; the shelf stays as it was."""
    if context.need.picked is not None:
        return extreme_answer(context, context.need.picked)
    if context.need.refers_to and context.products.keys().isdisjoint(context.need.refers_to):
        return Draft(sentences=(context.phrases.say("told.gone"),))  # another one's facts would be taken for its own
    asked = context.meant[:MOST_PRODUCTS] if context.need.refers_to else context.meant[:1]
    if not asked:
        return Draft(sentences=(context.phrases.say("told.which"),))
    answers = [_answer(product, context) if context.need.about else _describe(product, context) for product in asked]
    return Draft(sentences=tuple(_lines(answers)))


def _answer(product: Product, context: ReplyContext) -> Statement:
    for field in (context.need.about, *_SIZES.get(context.need.about, ()), *_measured_in(context.need.about, product)):
        facts = context.facts(product, field)[:MOST_VALUES]
        if facts:
            return _stated(product, facts, context)
    return _in_text(product, context) or _unknown(product, context)


def _measured_in(about: str, product: Product) -> list[str]:
    """The product's attributes that are kept in such a unit, where a unit was asked about: "how many ml?"."""
    dimensions = {unit.dimension for unit in units_named(about)}
    return [a.name for a in product.attributes if a.unit in BY_SYMBOL and BY_SYMBOL[a.unit].dimension in dimensions]


def _stated(product: Product, facts: tuple[Fact, ...], context: ReplyContext) -> Statement:
    title = context.facts(product, TITLE)
    name, field, first = quoted(title[0].printed), facts[0].field, facts[0]
    label = context.phrases.label(field)
    value, converted = _in_unit(product, facts, context)
    key = f"told.{field}" if context.phrases.has(f"told.{field}") and field != "is" else "told.is"
    if isinstance(first.value, bool):
        key = f"told.{_kind(first.field)}_{'yes' if first.value else 'no'}"
    if field == AVAILABILITY:
        key = "told.out" if first.value == Availability.OUT_OF_STOCK else key
    if field == RATING:
        value = context.phrases.say("fact.rating", value=value)
    text = context.phrases.say(key, name=name, attribute=label, value=value)
    return Statement(
        text=text, product=product, facts=(*title, *facts), brief=say_fact(facts, context), counted=converted
    )


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


_TENTH = Decimal("0.1")


def _in_text(product: Product, context: ReplyContext) -> Statement | None:
    """The row has no such field, but its text may speak of it; what the shop decides, a price, is in no text."""
    if context.need.about in OWN:
        return None
    for word in _words(context.need.about, context):
        found = passage(product, word, margin=PASSAGE_LENGTH // 2)
        if found:
            title = context.facts(product, TITLE)
            key = "told.passage" if context.need.about in thesaurus().attributes else "told.says"
            text = context.phrases.say(key, name=quoted(title[0].printed), passage=found.printed)
            return Statement(text=text, product=product, facts=(*title, found))
    return None


def _words(about: str, context: ReplyContext) -> list[str]:
    """The names of what was asked about, in both languages; short Chinese ones stand in too many other words."""
    known = thesaurus()
    names = [known.attributes[about].phrases] if about in known.attributes else []
    names += [concept.phrases for (_, key), concept in known.values.items() if key == about]
    phrases = [phrase for each in names for texts in each.values() for phrase in texts if len(phrase) > 1]
    label = [context.phrases.label(about)] if about in known.attributes else [about, about.replace("_", " ")]
    return list(dict.fromkeys([*label, *phrases]))


def _unknown(product: Product, context: ReplyContext) -> Statement:
    title = context.facts(product, TITLE)
    about, concept = context.need.about, thesaurus().attributes.get(context.need.about)
    known = concept is not None or context.phrases.has(f"label.{about}") or bool(product.values(about))
    key = (
        "told.unsaid"
        if not known
        else f"told.{_kind(about)}_unknown"
        if concept and concept.kind == "bool"
        else "told.unknown"
    )
    text = context.phrases.say(
        key, name=quoted(title[0].printed), attribute=short(context.phrases.label(about)), word=short(about)
    )
    return Statement(text=text, product=product, facts=title)


def _describe(product: Product, context: ReplyContext) -> Statement:
    title = context.facts(product, TITLE)
    told = plain_facts(product, context)
    briefs = ("，" if context.language == "zh" else "; ").join(statement.brief for statement in told)
    text = context.phrases.say("told.describe", name=quoted(title[0].printed), facts=briefs)
    facts = tuple(fact for statement in told for fact in statement.facts)
    return Statement(text=text, product=product, facts=(*title, *facts))


def _lines(answers: list[Statement]) -> list[Statement]:
    first, *others = answers
    return [first, *(Statement(text=f"\n{a.text}", product=a.product, facts=a.facts) for a in others)]


def _kind(attribute: str) -> str:
    """A thing is waterproof, and has bluetooth."""
    return "is" if is_quality(attribute) else "has"


_DIMENSIONS = frozenset(unit.dimension for unit in UNITS)


def extreme_answer(context: ReplyContext, sort: Sort) -> Draft:
    """One sentence: which one, its figure, and of how many that state it."""
    shown = [context.products[key] for key in context.session.shown if key in context.products]
    known = [row for row in shown if _facts(row, sort, context)]
    winner = next((row for row in known if row.id in context.need.refers_to), None)
    if winner is None or len(context.need.refers_to) > 1:
        attribute = short(context.phrases.label(sort.attribute))
        return Draft(sentences=(context.phrases.say("extreme.none", attribute=attribute, said=_degree(sort, context)),))
    facts = _facts(winner, sort, context)
    title = context.facts(winner, TITLE)
    key = "extreme.only" if len(known) == 1 else "extreme.of_all" if len(known) == len(shown) else "extreme.of_some"
    counted = {"count": str(len(shown)), "known": str(len(known))}
    said, fact = _degree(sort, context), _said(facts, context)
    text = context.phrases.say(key, name=quoted(title[0].printed), said=said, fact=fact, **counted)
    return Draft(
        sentences=(Statement(text=text, product=winner, facts=(*title, *facts), counted=(len(shown), len(known))),)
    )


def _facts(row: Product, sort: Sort, context: ReplyContext) -> tuple[Fact, ...]:
    """The figure as evidence: a column's value, or the words of the row's text."""
    if sort.attribute in (PRICE, RATING):
        return context.facts(row, sort.attribute)[:1]
    figure = _figure(row, sort)
    if figure is None:
        return ()
    found = passage(row, figure.text) if figure.text else None
    return (found,) if found else context.facts(row, figure.attribute)[:1]


def _figure(row: Product, sort: Sort) -> Stated | None:
    return stated_in(row, sort.attribute) if sort.attribute in _DIMENSIONS else stated(row, sort.attribute)


def _said(facts: tuple[Fact, ...], context: ReplyContext) -> str:
    first = facts[0]
    return (
        quoted(first.printed)
        if first.source == first.field and isinstance(first.value, str)
        else say_fact(facts, context)
    )


def _degree(sort: Sort, context: ReplyContext) -> str:
    """The word that was used, as a superlative of the answer's language."""
    plain = short(sort.said)
    if context.language == "zh":
        return plain if plain.startswith("最") or "最" in plain else f"最{plain.rstrip('的一点些')}"
    return plain.removeprefix("the ")  # the answer has an article of its own
