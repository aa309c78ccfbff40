"""Why this product, for this shopper: what the row says to each thing that was asked."""

from collections.abc import Iterator

from daogou.reply.answers import answer, refused, say_fact
from daogou.reply.cleaning import short
from daogou.reply.deviations import deviations
from daogou.reply.draft import Statement
from daogou.reply.gather import FULL_PRICE, RATING_COUNT, TITLE, gather, passage
from daogou.reply.mirror import grouped
from daogou.reply.scene import Scene
from daogou.reply.standing import standing
from daogou.reply.wishes import unmet_wish, words_met
from daogou.shop.matching import meets
from daogou.shop.need import AVAILABILITY, BRAND, PRICE, RATING, TEXT, Operator
from daogou.shop.product import Availability, Product
from daogou.text.thesaurus import thesaurus
from daogou.text.words import cut

MOST_REASONS = 4
FEW_REASONS = 2  # with fewer, plain facts of the product fill up


def reasons(product: Product, scene: Scene) -> tuple[Statement, ...]:
    """At most four, weightiest first: its standing, musts, wishes, then what else speaks for it; a warning never drops."""
    found = [*_asked(product, scene)]
    if len(found) < FEW_REASONS:
        said = {fact.field for statement in found for fact in statement.facts}
        found += [s for s in _telling(product, scene) if s.facts[0].field not in said][: FEW_REASONS - len(found)]
    found = found or list(_at_least(product, scene))[:1]
    warnings = list(_warnings(product, scene))
    return (*found[: MOST_REASONS - len(warnings)], *warnings)


def near_reasons(product: Product, scene: Scene) -> tuple[Statement, ...]:
    """Of a near miss: how it differs first, its price always, then what it does meet."""
    differs = list(deviations(product, scene))
    told = {fact.field for statement in differs for fact in statement.facts}
    costs = _plain(product, PRICE, scene)
    meets_also = [s for s in _asked(product, scene) if s.facts[0].field not in told and s.facts[0].field != PRICE]
    return (*differs, *([] if PRICE in told or costs is None else [costs]), *meets_also)[:MOST_REASONS]


def plain_facts(product: Product, scene: Scene) -> tuple[Statement, ...]:
    """What there is to say of a product that nothing particular was asked about: price, state, what people ask first."""
    own = [_plain(product, field, scene) for field in (PRICE, BRAND)]
    telling = list(_telling(product, scene))[:MOST_REASONS]
    found = (*own, _state(product, scene), *telling, *_rating(product, scene))
    return tuple(statement for statement in found if statement is not None)


def _state(product: Product, scene: Scene) -> Statement | None:
    facts = gather(product, AVAILABILITY, at=scene.at, language=scene.language)
    if not facts:
        return None
    text = scene.phrases.say(f"fact.{facts[0].value}")
    return Statement(text=text, product=product, facts=facts, brief=text)


def _plain(product: Product, field: str, scene: Scene) -> Statement | None:
    facts = gather(product, field, at=scene.at, language=scene.language)[:2]
    if not facts:
        return None
    text = say_fact(facts, scene)
    return Statement(text=text, product=product, facts=facts, brief=text)


def _asked(product: Product, scene: Scene) -> Iterator[Statement]:
    yield from standing(product, scene)
    for group in grouped((*scene.need.musts, *scene.need.wishes)):
        if all(meets(product, constraint, scene.at) for constraint in group):
            statement = answer(product, group, scene)
            if statement:
                yield statement
    yield from words_met(product, scene)
    yield from _rating(product, scene)
    yield from _sale(product, scene)


def _rating(product: Product, scene: Scene) -> Iterator[Statement]:
    rating = gather(product, RATING, at=scene.at, language=scene.language)
    count = gather(product, RATING_COUNT, at=scene.at, language=scene.language)
    if not rating or any(c.attribute == RATING for c in scene.need.constraints):
        return
    key = "fact.rating" if not count else "fact.rating_one" if count[0].value == 1 else "fact.rating_many"
    text = scene.phrases.say(key, value=rating[0].printed, count=count[0].printed if count else "")
    if count:
        yield Statement(text=text, product=product, facts=(*rating, *count), brief=text)


def _sale(product: Product, scene: Scene) -> Iterator[Statement]:
    full = gather(product, FULL_PRICE, at=scene.at, language=scene.language)
    price = gather(product, PRICE, at=scene.at, language=scene.language)
    if full:
        text = scene.phrases.say("fact.sale", price=price[0].printed, full=full[0].printed)
        brief = scene.phrases.say("fact.sale_brief", full=full[0].printed)
        yield Statement(text=text, product=product, facts=(*price, *full), brief=brief)


def _telling(product: Product, scene: Scene) -> Iterator[Statement]:
    """What people ask first of such a thing."""
    concept = thesaurus().types.get(product.product_type)
    for name in concept.ask if concept else ():
        facts = gather(product, name, at=scene.at, language=scene.language)[:2]
        if facts and name not in (PRICE, BRAND):
            text = say_fact(facts, scene)
            yield Statement(text=text, product=product, facts=facts, brief=text)


def _at_least(product: Product, scene: Scene) -> Iterator[Statement]:
    """Where nothing else can be said: the query's word that the title has, or the brand."""
    for word in cut(scene.need.query):
        fact = passage(product, word) if len(word) > 1 else None
        if fact and fact.field == TITLE:
            text = scene.phrases.say("fact.mentions", word=short(word))
            yield Statement(text=text, product=product, facts=(fact,), brief=text)
    brand = _plain(product, BRAND, scene)
    if brand:
        yield brand


def _warnings(product: Product, scene: Scene) -> Iterator[Statement]:
    state = _state(product, scene)
    if state and state.facts[0].value != Availability.IN_STOCK:
        yield state
    for must in scene.need.musts:
        if must.attribute == TEXT and must.operator is Operator.IS_NOT and meets(product, must, scene.at) is None:
            yield refused(product, must, scene)
    yield from unmet_wish(product, scene)
