"""A question about the shop as a need: of which kind of thing, and what was asked before stays."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from daogou.ask.lexicon import Lexicon
from daogou.ask.shop_questions import shop_question
from daogou.shop.need import Act, ShopperNeed
from daogou.shop.product import Product
from daogou.shop.shop_question import Asks
from daogou.text.normalize import is_chinese
from daogou.text.words import cut, segment

_OFFERED = re.compile(r"\b(?:have|sell|carry|stock|got)\b|[有卖]")


def about_shop(
    text: str,
    before: ShopperNeed | None,
    *,
    shown: Sequence[Product],
    own: Mapping[str, tuple[str, ...]],
    read: Callable[[str], ShopperNeed],
    lexicon: Lexicon,
) -> ShopperNeed | None:
    """The need of a folded message that asks about the shop; None where it asks for products.

    `read` understands a few words by themselves; a kind of thing that the shop knows nothing of is searched for.
    """
    question = shop_question(text, shown=bool(shown), own=own)
    if question is None:
        return None
    if question.asks is Asks.SERVICE:
        if any(product.values(question.topic) for product in shown) or _sold(text, question.topic, read):
            return None
        return replace(before or ShopperNeed(), act=Act.SHOP, shop=question, refers_to=(), about="", unsold=())
    of = read(question.thing) if question.thing else ShopperNeed()
    if question.thing and not _known(question.thing, of, lexicon):
        return None
    return replace(of, act=Act.SHOP, shop=question)


def _sold(text: str, topic: str, read: Callable[[str], ShopperNeed]) -> bool:
    """Whether "do you have phones?" asks for something on the shelves."""
    return topic in _THINGS and bool(_OFFERED.search(text)) and bool(read(text).category)


_THINGS = ("contact", "payment", "location")  # topics whose names are things as well


def _known(thing: str, of: ShopperNeed, lexicon: Lexicon) -> bool:
    """Whether the shop has the kind, and nothing but a kind is spoken of."""
    if of.unsold or of.purpose or of.sort or any(isinstance(c.value, Decimal) for c in of.constraints):
        return False
    words = segment(thing) if is_chinese(thing) else cut(thing)
    return bool(of.category) or all(map(lexicon.forms, words))
