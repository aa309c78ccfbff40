"""ASK: what the row says of what was asked, or that the shop's data does not say."""

from decimal import Decimal

from daogou.catalog.matching.matching import OWN
from daogou.catalog.products.need import AVAILABILITY, PRICE, RATING, Sort
from daogou.catalog.products.product import Availability, Product
from daogou.reply.acts.answers import say_fact
from daogou.reply.draft import Draft, Statement
from daogou.reply.scene import Scene
from daogou.reply.sentences.phrases import is_quality
from daogou.reply.sentences.reasons import plain_facts
from daogou.reply.sentences.rendering import listed, number, quoted, short
from daogou.reply.verify.gather import TITLE, Fact, passage
from daogou.text.stated import Stated, stated, stated_in
from daogou.text.thesaurus import thesaurus
from daogou.text.units import BY_SYMBOL, UNITS, convert, units_named

MOST_PRODUCTS = 4  # answered for in one turn
MOST_VALUES = 6
_SIZES = {  # what else "how big" and "how long" may ask for
    "size": ("screen_size", "dimensions", "volume"),
    "length": ("cable_length",),
}
PASSAGE_LENGTH = 120  # characters of the row's own text


def product_answer(scene: Scene) -> Draft:
    """One sentence for each product that the question is about; the shelf stays as it was."""
    if scene.need.picked is not None:
        return extreme_answer(scene, scene.need.picked)
    if scene.need.refers_to and scene.products.keys().isdisjoint(scene.need.refers_to):
        return Draft(sentences=(scene.phrases.say("told.gone"),))  # another one's facts would be taken for its own
    asked = scene.meant[:MOST_PRODUCTS] if scene.need.refers_to else scene.meant[:1]
    if not asked:
        return Draft(sentences=(scene.phrases.say("told.which"),))
    answers = [_answer(product, scene) if scene.need.about else _describe(product, scene) for product in asked]
    return Draft(sentences=tuple(_lines(answers)))


def _answer(product: Product, scene: Scene) -> Statement:
    for field in (scene.need.about, *_SIZES.get(scene.need.about, ()), *_measured_in(scene.need.about, product)):
        facts = scene.facts(product, field)[:MOST_VALUES]
        if facts:
            return _stated(product, facts, scene)
    return _in_text(product, scene) or _unknown(product, scene)


def _measured_in(about: str, product: Product) -> list[str]:
    """The product's attributes that are kept in such a unit, where a unit was asked about: "how many ml?"."""
    dimensions = {unit.dimension for unit in units_named(about)}
    return [a.name for a in product.attributes if a.unit in BY_SYMBOL and BY_SYMBOL[a.unit].dimension in dimensions]


def _stated(product: Product, facts: tuple[Fact, ...], scene: Scene) -> Statement:
    title = scene.facts(product, TITLE)
    name, field, first = quoted(title[0].printed), facts[0].field, facts[0]
    label = scene.phrases.label(field)
    value, converted = _in_unit(product, facts, scene)
    key = f"told.{field}" if scene.phrases.has(f"told.{field}") and field != "is" else "told.is"
    if isinstance(first.value, bool):
        key = f"told.{_kind(first.field)}_{'yes' if first.value else 'no'}"
    if field == AVAILABILITY:
        key = "told.out" if first.value == Availability.OUT_OF_STOCK else key
    if field == RATING:
        value = scene.phrases.say("fact.rating", value=value)
    text = scene.phrases.say(key, name=name, attribute=label, value=value)
    return Statement(
        text=text, product=product, facts=(*title, *facts), brief=say_fact(facts, scene), counted=converted
    )


def _in_unit(product: Product, facts: tuple[Fact, ...], scene: Scene) -> tuple[str, tuple[Decimal, ...]]:
    """The values as the row prints them and, where another unit was asked for, converted as well."""
    value, wanted = listed([fact.printed for fact in facts], scene.language), scene.need.in_unit
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


def _in_text(product: Product, scene: Scene) -> Statement | None:
    """The row has no such field, but its text may speak of it; what the shop decides, a price, is in no text."""
    if scene.need.about in OWN:
        return None
    for word in _words(scene.need.about, scene):
        found = passage(product, word, margin=PASSAGE_LENGTH // 2)
        if found:
            title = scene.facts(product, TITLE)
            key = "told.passage" if scene.need.about in thesaurus().attributes else "told.says"
            text = scene.phrases.say(key, name=quoted(title[0].printed), passage=found.printed)
            return Statement(text=text, product=product, facts=(*title, found))
    return None


def _words(about: str, scene: Scene) -> list[str]:
    """The names of what was asked about, in both languages; short Chinese ones stand in too many other words."""
    known = thesaurus()
    names = [known.attributes[about].phrases] if about in known.attributes else []
    names += [concept.phrases for (_, key), concept in known.values.items() if key == about]
    phrases = [phrase for each in names for texts in each.values() for phrase in texts if len(phrase) > 1]
    label = [scene.phrases.label(about)] if about in known.attributes else [about, about.replace("_", " ")]
    return list(dict.fromkeys([*label, *phrases]))


def _unknown(product: Product, scene: Scene) -> Statement:
    title = scene.facts(product, TITLE)
    about, concept = scene.need.about, thesaurus().attributes.get(scene.need.about)
    known = concept is not None or scene.phrases.has(f"label.{about}") or bool(product.values(about))
    key = (
        "told.unsaid"
        if not known
        else f"told.{_kind(about)}_unknown"
        if concept and concept.kind == "bool"
        else "told.unknown"
    )
    text = scene.phrases.say(
        key, name=quoted(title[0].printed), attribute=short(scene.phrases.label(about)), word=short(about)
    )
    return Statement(text=text, product=product, facts=title)


def _describe(product: Product, scene: Scene) -> Statement:
    title = scene.facts(product, TITLE)
    told = plain_facts(product, scene)
    briefs = ("，" if scene.language == "zh" else "; ").join(statement.brief for statement in told)
    text = scene.phrases.say("told.describe", name=quoted(title[0].printed), facts=briefs)
    facts = tuple(fact for statement in told for fact in statement.facts)
    return Statement(text=text, product=product, facts=(*title, *facts))


def _lines(answers: list[Statement]) -> list[Statement]:
    first, *others = answers
    return [first, *(Statement(text=f"\n{a.text}", product=a.product, facts=a.facts) for a in others)]


def _kind(attribute: str) -> str:
    """A thing is waterproof, and has bluetooth."""
    return "is" if is_quality(attribute) else "has"


_DIMENSIONS = frozenset(unit.dimension for unit in UNITS)


def extreme_answer(scene: Scene, sort: Sort) -> Draft:
    """One sentence: which one, its figure, and of how many that state it."""
    shown = [scene.products[key] for key in scene.session.shown if key in scene.products]
    known = [row for row in shown if _facts(row, sort, scene)]
    winner = next((row for row in known if row.id in scene.need.refers_to), None)
    if winner is None or len(scene.need.refers_to) > 1:
        attribute = short(scene.phrases.label(sort.attribute))
        return Draft(sentences=(scene.phrases.say("extreme.none", attribute=attribute, said=_degree(sort, scene)),))
    facts = _facts(winner, sort, scene)
    title = scene.facts(winner, TITLE)
    key = "extreme.only" if len(known) == 1 else "extreme.of_all" if len(known) == len(shown) else "extreme.of_some"
    counted = {"count": str(len(shown)), "known": str(len(known))}
    said, fact = _degree(sort, scene), _said(facts, scene)
    text = scene.phrases.say(key, name=quoted(title[0].printed), said=said, fact=fact, **counted)
    return Draft(
        sentences=(Statement(text=text, product=winner, facts=(*title, *facts), counted=(len(shown), len(known))),)
    )


def _facts(row: Product, sort: Sort, scene: Scene) -> tuple[Fact, ...]:
    """The figure as evidence: a column's value, or the words of the row's text."""
    if sort.attribute in (PRICE, RATING):
        return scene.facts(row, sort.attribute)[:1]
    figure = _figure(row, sort)
    if figure is None:
        return ()
    found = passage(row, figure.text) if figure.text else None
    return (found,) if found else scene.facts(row, figure.attribute)[:1]


def _figure(row: Product, sort: Sort) -> Stated | None:
    return stated_in(row, sort.attribute) if sort.attribute in _DIMENSIONS else stated(row, sort.attribute)


def _said(facts: tuple[Fact, ...], scene: Scene) -> str:
    first = facts[0]
    return (
        quoted(first.printed)
        if first.source == first.field and isinstance(first.value, str)
        else say_fact(facts, scene)
    )


def _degree(sort: Sort, scene: Scene) -> str:
    """The word that was used, as a superlative of the answer's language."""
    plain = short(sort.said)
    if scene.language == "zh":
        return plain if plain.startswith("最") or "最" in plain else f"最{plain.rstrip('的一点些')}"
    return plain.removeprefix("the ")  # the answer has an article of its own
