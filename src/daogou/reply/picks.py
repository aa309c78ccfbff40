"""The products in running text: the first and why, and one that differs in a way that may matter."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from daogou.reply.cleaning import quoted
from daogou.reply.draft import Shown, Statement
from daogou.reply.gather import Fact, gather
from daogou.reply.rendering import listed
from daogou.reply.scene import Scene
from daogou.shop.need import PRICE
from daogou.shop.product import Product

MOST_FACTS = 3  # named of one product in running text
CLEARLY_CHEAPER = Decimal("0.9")


def picks(shown: Sequence[Shown], scene: Scene) -> Iterator[Statement]:
    """The first, and then the clearly cheaper or the next one."""
    yield _pick(shown[0], "pick.why", "pick.plain", scene)
    if len(shown) > 1:
        cheaper = _cheaper(shown, scene)
        yield cheaper or _pick(shown[1], "pick.second_why", "pick.second", scene)


def near_misses(shown: Sequence[Shown], scene: Scene) -> Iterator[Statement]:
    """Each near miss on its own line, with how it differs."""
    for each in shown:
        name, facts = _name(each.product, scene)
        briefs = listed_facts(each.reasons, scene) or _price(each.product, scene).printed
        text = "\n" + scene.phrases.say("pick.nearest", name=name, facts=briefs)
        rests_on = (*facts, _price(each.product, scene), *_facts(each.reasons))
        yield Statement(text=text, product=each.product, facts=rests_on, counted=_counted(each.reasons))


def listed_facts(reasons: Sequence[Statement], scene: Scene) -> str:
    """The reasons' bare facts in one phrase."""
    briefs = [statement.brief for statement in reasons[:MOST_FACTS]]
    return ("，" if scene.language == "zh" else "; ").join(dict.fromkeys(briefs))


def _pick(each: Shown, why: str, plain: str, scene: Scene) -> Statement:
    name, facts = _name(each.product, scene)
    price = _price(each.product, scene)
    told = [reason for reason in each.reasons if not _is_price(reason)][:MOST_FACTS]
    briefs = (
        listed([reason.brief for reason in told], scene.language)
        if scene.language == "en"
        else "，".join(reason.brief for reason in told)
    )
    text = scene.phrases.say(why if told else plain, name=name, price=price.printed, facts=briefs)
    rests_on = (*facts, price, *_facts(told))
    return Statement(text=text, product=each.product, facts=rests_on, counted=_counted(told))


def _cheaper(shown: Sequence[Shown], scene: Scene) -> Statement | None:
    first = shown[0].product.price_at(scene.at)
    if scene.need.sort is not None:
        return None
    rivals = [each for each in shown[1:] if each.product.price_at(scene.at).currency == first.currency]
    cheapest = min(rivals, key=lambda each: each.product.price_at(scene.at).amount, default=None)
    if cheapest is None or cheapest.product.price_at(scene.at).amount >= first.amount * CLEARLY_CHEAPER:
        return None
    return _pick(cheapest, "pick.cheaper", "pick.cheaper", scene)


def _name(product: Product, scene: Scene) -> tuple[str, tuple[Fact, ...]]:
    facts = gather(product, "title", at=scene.at, language=scene.language)
    return quoted(facts[0].printed), facts


def _price(product: Product, scene: Scene) -> Fact:
    return gather(product, PRICE, at=scene.at, language=scene.language)[0]


def _facts(reasons: Sequence[Statement]) -> tuple[Fact, ...]:
    return tuple(fact for statement in reasons for fact in statement.facts)


def _counted(reasons: Sequence[Statement]) -> tuple[int, ...]:
    return tuple(count for statement in reasons for count in statement.counted)


def _is_price(reason: Statement) -> bool:
    return all(fact.field == PRICE for fact in reason.facts) and not reason.counted
