"""What products are like, as numbers: brand, kind, colour ... and how dear each is among its kind."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from daogou.catalog.products.product import Product

BRAND, KIND = "brand", "product_type"
MOST_ATTRIBUTES = 4  # beside brand and kind
COVERAGE = 0.15  # share of the products that must have the attribute
VALUES = (2, 200)  # different values, at least and at most: more are names, not tastes

Codes = npt.NDArray[np.int32]  # (n_items,) the value's number; -1: the row does not say


@dataclass(frozen=True, eq=False)
class Traits:
    """Row by row: a value's number for each trait, and the price level in [0, 1] within the kind (nan: no price)."""

    values: dict[str, tuple[str, ...]]  # by trait: the names of its numbers
    codes: dict[str, Codes]  # by trait
    price_level: npt.NDArray[np.float32]  # (n_items,)

    def __len__(self) -> int:
        return len(self.price_level)


def traits_of(products: Sequence[Product], at: datetime, *, like: Traits | None = None) -> Traits:
    """The traits of these products; those that are `like` others use the others' names and numbers."""
    told = [_told(product) for product in products]
    names = list(like.values) if like is not None else _worth_knowing(told)
    values, codes = {}, {}
    for name in names:
        known = like.values[name] if like is not None else tuple(sorted({one[name] for one in told if name in one}))
        numbers = {value: number for number, value in enumerate(known)}
        values[name] = known
        codes[name] = np.array([numbers.get(one.get(name, ""), -1) for one in told], dtype=np.int32)
    return Traits(values=values, codes=codes, price_level=_price_levels(products, at))


def _told(product: Product) -> dict[str, str]:
    facts = {fact.name: str(fact.value).casefold() for fact in product.attributes if isinstance(fact.value, str)}
    own = {BRAND: product.brand.casefold(), KIND: product.product_type}
    return facts | {name: value for name, value in own.items() if value}


def _worth_knowing(told: Sequence[dict[str, str]]) -> list[str]:
    """Brand and kind, and the attributes that most products have."""
    counts = Counter(name for one in told for name in one)
    few, many = VALUES
    names = []
    for name, count in counts.most_common():
        different = len({one[name] for one in told if name in one})
        own = name in (BRAND, KIND)
        if different >= few and (own or (different <= many and count >= COVERAGE * len(told))):
            names.append(name)
    rest = [name for name in names if name not in (BRAND, KIND)][:MOST_ATTRIBUTES]
    return [name for name in (BRAND, KIND) if name in names] + rest


def _price_levels(products: Sequence[Product], at: datetime) -> npt.NDArray[np.float32]:
    """(n_items,) the share of the products of its kind that cost less."""
    prices = [product.price_at(at) for product in products]
    levels = np.full(len(products), np.nan, dtype=np.float32)
    of_kind: dict[str, list[int]] = {}
    for row, (product, price) in enumerate(zip(products, prices, strict=True)):
        if price is not None:
            of_kind.setdefault(product.product_type, []).append(row)
    for rows in of_kind.values():
        amounts = np.array([float(price.amount) for row in rows if (price := prices[row]) is not None])
        below, upto = (np.searchsorted(np.sort(amounts), amounts, side=side) for side in ("left", "right"))
        levels[rows] = (below + upto) / 2 / len(rows)
    return levels
