"""The first sentence: what was understood, and how much of it there is."""

from decimal import Decimal

from daogou.reply.cleaning import short, spoken
from daogou.reply.gather import gather
from daogou.reply.mirror import extra_words, named_a_number, thing, wants
from daogou.reply.rendering import listed, number
from daogou.reply.scene import Scene
from daogou.shop.need import CATEGORY, PRICE, Act, Constraint, Operator
from daogou.shop.product import Product
from daogou.shop.verdict import Sold

MOST_WORDS = 3  # of the query, quoted


def lead(scene: Scene) -> list[str]:
    """At most three short sentences before the products."""
    values = _values(scene)
    if scene.need.act is Act.MORE and scene.retrieval.given_up:
        return [scene.phrases.say("lead.more_near", **values)]
    if only_cheaper(scene):
        kept = tuple(must for must in scene.need.musts if must not in scene.retrieval.given_up)
        form = "no_cheaper" if all_seen(scene) else "none_less"
        return [scene.phrases.say(f"lead.{form}", **values | {"wants": wants(kept, scene.phrases, scene.currency)})]
    if scene.retrieval.given_up:
        return [scene.phrases.say("lead.gave_up", **values)]
    sorry = [unsold(scene)] if scene.need.unsold else []
    return [*sorry, scene.phrases.say(f"lead.{_form(scene)}", **values), *_sorted(scene)]


def empty(scene: Scene) -> str:
    """Nothing to show: said plainly, with what was looked for."""
    if scene.need.unsold:
        return unsold(scene)
    if scene.need.act is Act.MORE:
        return scene.phrases.say("lead.no_more" if scene.need.musts else "lead.no_more_kind")
    values = _values(scene)
    if scene.need.query.strip() and not scene.need.category:
        return scene.phrases.say("lead.nothing_for", **values)
    known = scene.need.category or values["wants"]
    return scene.phrases.say("lead.nothing_but" if known else "lead.nothing", **values)


def unsold(scene: Scene) -> str:
    """What this shop does not sell, in the shopper's words."""
    things = listed([f"“{short(thing)}”" for thing in scene.need.unsold], scene.language, last="or")
    return scene.phrases.say("lead.unsold", unsold=things)


def only_cheaper(scene: Scene) -> bool:
    """Whether all that was given up is "cheaper": a bound on the price that the shopper put in no number."""
    return bool(scene.retrieval.given_up) and all(
        must.attribute == PRICE and must.operator is Operator.AT_MOST and not named_a_number(must)
        for must in scene.retrieval.given_up
    )


def all_seen(scene: Scene) -> bool:
    """Whether the candidates are all that meet what was kept, or the first of them by price."""
    sort = scene.need.sort
    by_price = sort is not None and sort.attribute == PRICE and not sort.descending
    return by_price or len(scene.retrieval.candidates) == scene.retrieval.total


def _form(scene: Scene) -> str:
    need, shown, total = scene.need, len(scene.shown), scene.retrieval.total
    if scene.retrieval.sold is Sold.CLOSEST and need.query.strip() and need.act is not Act.MORE and not need.category:
        return "near"
    if need.act is Act.MORE:
        return "more_one" if shown == 1 else "more"
    if not need.category:
        return _form_without_category(scene)
    if extra_words(need) and total > 1 and scene.retrieval.counted:
        return "closest"
    return _how_many(scene)


def _form_without_category(scene: Scene) -> str:
    if extra_words(scene.need) or (scene.need.query.strip() and not scene.need.musts):
        return "loose"
    if not scene.need.musts:
        return "some"
    return _how_many(scene)


def _how_many(scene: Scene) -> str:
    shown, total = len(scene.shown), scene.retrieval.total
    if total > shown and not scene.retrieval.counted:
        return "first_few" if shown > 1 else "first_one"
    if total > shown:
        return "first" if shown == 1 else "many"
    return "one" if shown == 1 else "all"


def _values(scene: Scene) -> dict[str, str]:
    need, shown = scene.need, len(scene.shown)
    kept = tuple(must for must in need.musts if must not in scene.retrieval.given_up)
    asked = need.musts if scene.retrieval.given_up or not scene.shown else kept
    given_up = [_given_up(must, scene) for must in scene.retrieval.given_up]
    return {
        "thing": thing(need, scene.phrases),
        "things": thing(need, scene.phrases, scene.retrieval.total),
        "wants": wants(asked, scene.phrases, scene.currency),
        "total": number(Decimal(scene.retrieval.total)),
        "shown": str(shown),
        "query": _query(scene),
        "given_up": listed(list(dict.fromkeys(given_up)), scene.language),
        "is_are": "is this one" if shown == 1 else "are these",
    }


def _query(scene: Scene) -> str:
    """What the query says beyond the rest of the need, each word quoted; the whole query where no kind is known."""
    extra = list(dict.fromkeys(extra_words(scene.need)))[:MOST_WORDS] if scene.need.category else []
    return ("”“" if scene.language == "zh" else "” “").join(map(short, extra)) or spoken(scene.need.query)


def _given_up(must: Constraint, scene: Scene) -> str:
    if must.said.strip() and must.attribute != CATEGORY:
        return f"“{spoken(must.said)}”"
    return scene.phrases.say("noun.given_up", attribute=scene.phrases.label(must.attribute))


def _states(product: Product, attribute: str, scene: Scene) -> bool:
    return bool(gather(product, attribute, at=scene.at, language=scene.language))


def _sorted(scene: Scene) -> list[str]:
    sort = scene.need.sort
    if sort is None or sum(_states(product, sort.attribute, scene) for product in scene.shown) < 2:
        return []
    direction = "down" if sort.descending else "up"
    key = f"sorted.price_{direction}" if sort.attribute == PRICE else f"sorted.{direction}"
    return [scene.phrases.say(key, attribute=scene.phrases.label(sort.attribute))]
