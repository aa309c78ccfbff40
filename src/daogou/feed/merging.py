"""Many rows, one product: sales, listings and daily scrapes, gathered by the product's id."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from daogou.catalog.products.product import Money, Product
from daogou.feed.mapping.mapping import GroupRule
from daogou.feed.row import FeedRow


@dataclass(kw_only=True)
class _Gathered:
    first: FeedRow
    last: Product
    rows: int = 0
    titles: Counter[str] = field(default_factory=Counter)
    prices: Counter[Money] = field(default_factory=Counter)


class Merger:
    """Takes good rows in, gives products out at the end; holds the products, not the rows."""

    def __init__(self, rule: GroupRule) -> None:
        self._rule = rule
        self._groups: dict[str, _Gathered] = {}

    def add(self, row: FeedRow) -> None:
        """One more row of a product."""
        product = row.product
        assert product is not None
        group = self._groups.get(product.id)
        if group is None:
            group = self._groups[product.id] = _Gathered(first=row, last=product)
        group.last = product
        group.rows += 1
        group.titles[product.title] += 1
        group.prices.update(offer.price for offer in product.offers)

    def products(self) -> Iterator[FeedRow]:
        """One row for each product, numbered by the first row it was seen in."""
        for group in self._groups.values():
            if group.rows < self._rule.at_least:
                yield FeedRow(
                    number=group.first.number,
                    reasons=(f"the product occurs in {group.rows} rows; at least {self._rule.at_least} are asked for",),
                    raw=group.last.title,
                )
            else:
                yield replace(group.first, product=self._product(group))

    def _product(self, group: _Gathered) -> Product:
        first, last = group.first.product, group.last
        assert first is not None
        chosen = first if self._rule.title == "first" else last
        title = group.titles.most_common(1)[0][0] if self._rule.title == "most_common" else chosen.title
        offers = (first if self._rule.price == "first" else last).offers
        if offers and self._rule.price not in ("first", "last"):
            offers = (replace(offers[0], price=_price(self._rule.price, group.prices)), *offers[1:])
        return replace(last, title=title, offers=offers)


def _price(rule: str, prices: Counter[Money]) -> Money:
    """The lowest, the highest, or the lower median: a price that was really asked."""
    asked = sorted(prices.elements(), key=lambda price: price.amount)
    return {"lowest": asked[0], "highest": asked[-1], "median": asked[(len(asked) - 1) // 2]}[rule]
