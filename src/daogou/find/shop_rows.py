"""The rows that a question about the shop is answered from."""

from collections.abc import Sequence
from datetime import datetime

from daogou.catalog.products.need import PRICE, ShopperNeed, Sort
from daogou.catalog.products.product import Product
from daogou.catalog.products.shop_question import Asks, ShopQuestion
from daogou.find.kind_rows import kind_rows
from daogou.find.sorting import tightened
from daogou.ports import Catalogue, SearchIndex

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
