"""Where a product stands among all that fit: said only where every one of them could be looked at."""

from collections.abc import Iterator

from daogou.reply.answers import say_fact
from daogou.reply.draft import Statement
from daogou.reply.gather import Fact, gather
from daogou.reply.scene import Scene
from daogou.shop.need import PRICE
from daogou.shop.product import Product

LEAST_RIVALS = 3  # "the cheapest of 2" helps nobody


def standing(product: Product, scene: Scene) -> Iterator[Statement]:
    """The extreme that the shopper asked for: cheapest, lightest, of how many."""
    sort = scene.need.sort
    if sort is None or not scene.shortlist or product != scene.shortlist[0]:
        return
    own = gather(product, sort.attribute, at=scene.at, language=scene.language)
    rivals = _values(scene)
    if not own or len(rivals) < LEAST_RIVALS or not _is_extreme(own[0], rivals, descending=sort.descending):
        return
    text = _said(own, len(rivals), scene)
    yield Statement(text=text, product=product, facts=own[:1], brief=text, counted=(len(rivals),))


def everything_seen(scene: Scene) -> bool:
    """Whether the candidates are all that fit, and their rows are at hand."""
    candidates = scene.retrieval.candidates
    if scene.retrieval.given_up:
        return False
    return len(candidates) == scene.retrieval.total and all(c.product_id in scene.products for c in candidates)


def _values(scene: Scene) -> list[Fact]:
    if scene.need.sort is None or not everything_seen(scene):
        return []
    rows = [scene.products[candidate.product_id] for candidate in scene.retrieval.candidates]
    found = [gather(row, scene.need.sort.attribute, at=scene.at, language=scene.language) for row in rows]
    return [facts[0] for facts in found if facts]


def _is_extreme(own: Fact, rivals: list[Fact], *, descending: bool) -> bool:
    mine, others = own.value, [rival.value for rival in rivals]
    if isinstance(mine, (bool, str)) or any(isinstance(other, (bool, str)) for other in others):
        return False
    numbers = [other for other in others if not isinstance(other, (bool, str))]
    return mine >= max(numbers) if descending else mine <= min(numbers)


def _said(own: tuple[Fact, ...], count: int, scene: Scene) -> str:
    sort = scene.need.sort
    assert sort is not None
    if sort.attribute == PRICE:
        return scene.phrases.say("answer.dearest" if sort.descending else "answer.cheapest", count=str(count))
    return scene.phrases.say(
        "answer.highest" if sort.descending else "answer.lowest",
        fact=say_fact(own[:1], scene),
        attribute=scene.phrases.label(sort.attribute),
        count=str(count),
    )
