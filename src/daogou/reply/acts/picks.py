"""The products in running text: the first and why, and one that differs in a way that may matter."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from daogou.catalog.products.need import AVAILABILITY, PRICE
from daogou.catalog.products.product import Availability, Product
from daogou.reply.draft import Shown, Statement
from daogou.reply.scene import Scene
from daogou.reply.sentences.rendering import listed, quoted
from daogou.reply.verify.gather import Fact

MOST_FACTS = 3  # named of one product in running text
CLEARLY_CHEAPER = Decimal("0.9")


def picks(shown: Sequence[Shown], scene: Scene) -> Iterator[Statement]:
    """The first, and then the clearly cheaper or the next one."""
    shown = _told_once(shown)
    if len(shown) == 1 and scene.retrieval.total <= 1:
        yield pick(shown[0], "pick.only_why", "pick.only", scene)
        return
    yield pick(shown[0], "pick.why", "pick.plain", scene)
    others = [each for each in shown[1:] if _can_be_had(each.product, scene)] or shown[1:]
    if others:
        yield _cheaper([shown[0], *others], scene) or pick(others[0], "pick.second_why", "pick.second", scene)


def near_misses(shown: Sequence[Shown], scene: Scene) -> Iterator[Statement]:
    """Each near miss on its own line, with how it differs; what all of them lack was told before."""
    shared = _shared(shown)
    for each in shown:
        name, facts = _name(each.product, scene)
        told = [reason for reason in each.reasons if reason.brief not in shared][:MOST_FACTS]
        form = "pick.nearest" if told else "pick.nearest_plain"
        text = "\n" + scene.phrases.say(form, name=name, facts=joined_briefs(told, scene))
        yield Statement(text=text, product=each.product, facts=(*facts, *_facts(told)), counted=_counted(told))


def _told_once(shown: Sequence[Shown]) -> list[Shown]:
    """Without what all of several lack: the lead has told it."""
    shared = _shared(shown)
    return [replace(each, reasons=tuple(one for one in each.reasons if one.brief not in shared)) for each in shown]


def _shared(shown: Sequence[Shown]) -> frozenset[str]:
    """What every one of several products is silent on."""
    differing = [{reason.brief for reason in each.reasons if reason.lacks} for each in shown]
    return frozenset.intersection(*map(frozenset, differing)) if len(shown) > 1 else frozenset()


def joined_briefs(reasons: Sequence[Statement], scene: Scene, *, of: str = "brief") -> str:
    """The reasons' bare facts (or, of="text", the reasons) in one phrase."""
    texts = [statement.brief if of == "brief" else statement.text for statement in reasons]
    return ("；" if scene.language == "zh" else "; ").join(dict.fromkeys(texts))


def pick(each: Shown, why: str, plain: str, scene: Scene, **values: str) -> Statement:
    """One product with its price, by the phrase `why` with its reasons' facts or, where it has none, by `plain`."""
    name, facts = _name(each.product, scene)
    price = scene.facts(each.product, PRICE)
    offer = scene.phrases.say("noun.offer", name=name, price=price[0].printed) if price else name
    told = _told(each.reasons)
    briefs = _in_a_row([reason.brief for reason in told], scene)
    text = scene.phrases.say(why if told else plain, offer=offer, facts=briefs, **values)
    return Statement(text=text, product=each.product, facts=(*facts, *price, *_facts(told)), counted=_counted(told))


def _told(reasons: Sequence[Statement]) -> list[Statement]:
    """The weightiest facts beside the price; that it can't be had at once is never left out."""
    states = [reason for reason in reasons if reason.facts[0].field == AVAILABILITY]
    others = [reason for reason in reasons if not _is_price(reason) and reason not in states]
    return [*others[: MOST_FACTS - len(states)], *states]


def _in_a_row(briefs: Sequence[str], scene: Scene) -> str:
    if scene.language == "zh":
        return "，".join(briefs)
    return "; ".join(briefs) if any("," in brief for brief in briefs) else listed(briefs, scene.language)


def _cheaper(shown: Sequence[Shown], scene: Scene) -> Statement | None:
    first = scene.price(shown[0].product)
    if first is None or scene.need.sort is not None:
        return None
    kind = shown[0].product.product_type
    alike = [each for each in shown[1:] if each.product.product_type == kind]
    prices = [(price, each) for each in alike if (price := scene.price(each.product))]
    same = [(price.amount, each) for price, each in prices if price.currency == first.currency]
    amount, cheapest = min(same, key=lambda one: one[0], default=(first.amount, shown[0]))
    if amount >= first.amount * CLEARLY_CHEAPER:
        return None
    return pick(cheapest, "pick.cheaper", "pick.cheaper", scene) if _can_be_had(cheapest.product, scene) else None


def _can_be_had(product: Product, scene: Scene) -> bool:
    offer = product.best_offer(scene.at) or product
    return offer.availability is not Availability.OUT_OF_STOCK


def _name(product: Product, scene: Scene) -> tuple[str, tuple[Fact, ...]]:
    facts = scene.facts(product, "title")
    return quoted(facts[0].printed), facts


def _facts(reasons: Sequence[Statement]) -> tuple[Fact, ...]:
    return tuple(fact for statement in reasons for fact in statement.facts)


def _counted(reasons: Sequence[Statement]) -> tuple[int | Decimal, ...]:
    return tuple(count for statement in reasons for count in statement.counted)


def _is_price(reason: Statement) -> bool:
    return all(fact.field == PRICE for fact in reason.facts) and not reason.counted
