"""ASK for an extreme: the shown product that has most or least of something, with its figure off the row."""

from daogou.reply.answers import say_fact
from daogou.reply.cleaning import quoted, short
from daogou.reply.draft import Draft, Statement
from daogou.reply.gather import TITLE, Fact, gather, passage
from daogou.reply.scene import Scene
from daogou.shop.need import PRICE, RATING, Sort
from daogou.shop.product import Product
from daogou.text.stated import Stated, stated, stated_in
from daogou.text.units import UNITS

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
    title = gather(winner, TITLE, at=scene.at, language=scene.language)
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
        return gather(row, sort.attribute, at=scene.at, language=scene.language)[:1]
    figure = _figure(row, sort)
    if figure is None:
        return ()
    found = passage(row, figure.text) if figure.text else None
    return (found,) if found else gather(row, figure.attribute, at=scene.at, language=scene.language)[:1]


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
    return plain
