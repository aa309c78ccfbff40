"""The rows that a question about the shop is answered from: of a kind, typed so, or called so by their title and category."""

from collections.abc import Sequence
from datetime import datetime

from daogou.catalog.matching.matching import meets
from daogou.catalog.matching.wording import fold, mentions
from daogou.catalog.products.need import CATEGORY, PRICE, Asks, Constraint, Operator, ShopperNeed, ShopQuestion, Sort
from daogou.catalog.products.product import Product
from daogou.find.expand import translate
from daogou.find.retrieve import tightened
from daogou.ports import Catalogue, SearchIndex
from daogou.text.words import cut, is_chinese, language_of, stem

MOST_ROWS = 2_000  # looked at for one question
_CALLED = {"title": 1.0, "kind": 1.0}
MOST_SORTED = 300  # rows near the end of the price scale that are looked at for the very last one
_BY_PRICE = {Asks.DEAREST: True, Asks.CHEAPEST: False, Asks.PRICES: False}


def shop_rows(
    need: ShopperNeed, question: ShopQuestion, *, index: SearchIndex, catalogue: Catalogue, at: datetime
) -> list[Product]:
    """The rows of the kind that is asked about, dearest or cheapest first where prices are; else by id.

    Without a kind only those at an end of the price scale: what else is known of a whole shop is counted already.
    """
    extreme = question.asks in (Asks.DEAREST, Asks.CHEAPEST)
    sort = Sort(attribute=PRICE, descending=question.asks is Asks.DEAREST) if extreme else None
    if question.thing:
        rows = kind_rows(need, question.thing, index=index, catalogue=catalogue, at=at, sort=sort)
    elif sort is not None:
        musts = tightened(ShopperNeed(sort=sort), (), index, MOST_SORTED)
        rows = list(catalogue.get(index.matching(musts, limit=2 * MOST_SORTED)).values())
    else:
        return []
    return _by_price(rows, at, descending=_BY_PRICE[question.asks]) if question.asks in _BY_PRICE else rows


def _by_price(rows: Sequence[Product], at: datetime, *, descending: bool) -> list[Product]:
    """Those with a price in the currency that most of them have, in order."""
    priced = [(price, row) for row in rows if (price := row.price_at(at))]
    currencies = [price.currency for price, _ in priced]
    usual = max(currencies, key=currencies.count, default="")
    same = [(price.amount, row.id, row) for price, row in priced if price.currency == usual]
    return [row for *_, row in sorted(same, key=lambda one: (-one[0] if descending else one[0], one[1]))]


def kind_rows(
    need: ShopperNeed, thing: str, *, index: SearchIndex, catalogue: Catalogue, at: datetime, sort: Sort | None = None
) -> list[Product]:
    """Every row of that kind that meets what else was said of it, at most MOST_ROWS of them, by id.

    With `sort` those that come first in the order are surely among them, however many there are of the kind.
    """
    foreign = language_of(thing, default="en") not in index.vocabulary.languages
    name = fold(translate(thing, index.vocabulary.languages[0]) if foreign else thing)
    category = Constraint(attribute=CATEGORY, operator=Operator.IS, value=need.category)
    first = tightened(ShopperNeed(sort=sort), (category,), index, MOST_ROWS) if sort and need.category else (category,)
    typed = set(index.matching(first, limit=MOST_ROWS)) if need.category else set()
    said = [hit.product_id for hit in index.lexical(cut(name), limit=MOST_ROWS, fields=_CALLED)]
    rows = catalogue.get(sorted(typed | set(said)))
    wishes = [c for c in need.constraints if c.attribute != PRICE and fold(c.said) != fold(thing)]
    return [
        row
        for row in rows.values()
        if (row.id in typed or _is_called(row, name)) and all(meets(row, wish, at) is not False for wish in wishes)
    ]


def _is_called(row: Product, name: str) -> bool:
    """Whether title and category say the name, and the last of what it is called is the name's last word.

    The case of "Phones > Cases" is no phone, and 手机壳 is no 手机.
    """
    words = name.split() if not is_chinese(name) else [name]
    text = fold(" \n ".join((row.title, *row.category, row.product_type)))
    if not all(mentions(text, word) for word in words):
        return False
    ends = [fold(text) for text in (row.product_type, *row.category[-1:]) if text]
    return any(_ends(end, words[-1]) for end in ends) if ends else _ends(fold(row.title), words[-1])


def _ends(text: str, head: str) -> bool:
    if is_chinese(head):
        return text.endswith(head)
    last: Sequence[str] = cut(text)[-1:]
    return bool(last) and stem(last[0]) == stem(head)
