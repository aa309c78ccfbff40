"""What others choose, and what this shopper keeps coming back to: the brand, the colour, the price level."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

import numpy as np
import numpy.typing as npt

from daogou.catalog.products.product import Product
from daogou.recommend.history import History, Rows, Weights
from daogou.recommend.models.items import Scores

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
    different = {name: len({one[name] for one in told if name in one}) for name in counts}
    few, many = VALUES
    common = [name for name, count in counts.most_common() if count >= COVERAGE * len(told)]
    rest = [name for name in common if few <= different[name] <= many and name not in (BRAND, KIND)]
    return [name for name in (BRAND, KIND) if different.get(name, 0) >= few] + rest[:MOST_ATTRIBUTES]


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


@dataclass(frozen=True, eq=False)
class Popular:
    """The same for everybody: purchases most, looks least, older ones less."""

    counts: Scores  # (n_items,)
    name: str = "popular"

    def scores(self, history: History) -> Scores:
        """(n_items,)."""
        return self.counts

    def widened(self, more: int) -> "Popular":
        """Further products at the table's end: nobody has chosen them yet."""
        return Popular(np.pad(self.counts, (0, more)))


@dataclass(frozen=True, eq=False)
class PopularInKind:
    """Popular among the product types that the shopper looked at."""

    counts: Scores  # (n_items,)
    kinds: npt.NDArray[np.int32]  # (n_items,) the product type's number
    names: tuple[str, ...]  # the product types
    decay: float
    name: str = "popular in kind"

    @classmethod
    def of(cls, counts: Scores, kinds: Sequence[str], decay: float) -> "PopularInKind":
        """From each product's type."""
        return cls(counts[:0], np.zeros(0, dtype=np.int32), (), decay).widened(kinds, counts)

    def scores(self, history: History) -> Scores:
        """(n_items,) P(kind | history) P(item | kind)."""
        rows, shares = history.weights(self.decay)
        liked = np.bincount(self.kinds[rows], shares, minlength=len(self._totals))
        return np.asarray(liked / self._totals, dtype=np.float32)[self.kinds] * self.counts

    @cached_property
    def _totals(self) -> npt.NDArray[np.float64]:
        return np.maximum(np.bincount(self.kinds, self.counts, minlength=len(self.names)), 1e-9)

    def widened(self, kinds: Sequence[str], counts: Scores | None = None) -> "PopularInKind":
        """Further products at the table's end, of these kinds."""
        names = tuple(dict.fromkeys((*self.names, *kinds)))
        numbers = {name: number for number, name in enumerate(names)}
        more = np.array([numbers[kind] for kind in kinds], dtype=np.int32)
        added = np.zeros(len(kinds), dtype=np.float32) if counts is None else counts
        return PopularInKind(np.append(self.counts, added), np.append(self.kinds, more), names, self.decay)


@dataclass(frozen=True, eq=False)
class Repeats:
    """What this shopper wanted before: paper and ink run out."""

    n_items: int
    decay: float
    name: str = "again"

    def scores(self, history: History) -> Scores:
        """(n_items,)."""
        found = np.zeros(self.n_items, dtype=np.float32)
        rows, shares = history.weights(self.decay)
        found[rows] = shares
        return found

    def widened(self, more: int) -> "Repeats":
        """For further products at the table's end."""
        return Repeats(self.n_items + more, self.decay)


@dataclass(frozen=True, eq=False)
class Uniform:
    """Every product the same: what nobody has met yet is not impossible."""

    n_items: int
    name: str = "any"

    def scores(self, history: History) -> Scores:
        """(n_items,) ones."""
        return np.ones(self.n_items, dtype=np.float32)

    def widened(self, more: int) -> "Uniform":
        """For further products at the table's end."""
        return Uniform(self.n_items + more)


PRIOR = 1.0  # touches' worth of the shop's own shares that every shopper starts with
POPULAR, PRICE = "popular", "price"


@dataclass(frozen=True, eq=False)
class Taste:
    """A conditional logit (McFadden, 1974): P(item | shopper) is proportional to exp(sum of weight x feature).

    A trait's feature is the log of how much more often the shopper chose its value than the shop's shoppers do; the price's
    is the squared distance from the price level that the shopper is used to; popularity's is its logarithm.
    """

    traits: Traits
    counts: Scores  # (n_items,) popularity
    weights: Mapping[str, float]  # by feature; 0 or less for a trait: it tells nothing
    decay: float
    name: str = "taste"

    def scores(self, history: History) -> Scores:
        """(n_items,) zeros for a stranger."""
        rows, shares = history.weights(self.decay)
        if not len(rows):
            return np.zeros(len(self.counts), dtype=np.float32)
        total = np.float32(self.weights[POPULAR]) * self._log_counts + np.float32(self.weights[PRICE]) * self._nearness(
            rows, shares
        )
        for name, codes in self.traits.codes.items():
            total += (np.float32(self.weights[name]) * self._liking(name, rows, shares))[codes]
        total -= total.max()
        return np.exp(total, out=total)

    def features(self, rows: Rows, shares: Weights) -> dict[str, npt.NDArray[np.float32]]:
        """By name: (n_items,) of the shopper who touched those rows."""
        found = {name: self._liking(name, rows, shares)[self.traits.codes[name]] for name in self.traits.codes}
        return found | {PRICE: self._nearness(rows, shares), POPULAR: self._log_counts}

    def _liking(self, name: str, rows: Rows, shares: Weights) -> npt.NDArray[np.float32]:
        usual = self._usual[name]  # (n_values + 1,), the last for what the row does not say
        chosen = np.bincount(self.traits.codes[name][rows] % len(usual), shares, minlength=len(usual))
        lift = (chosen + PRIOR * usual) / (chosen.sum() + PRIOR) / usual
        lift[-1] = 1.0
        return np.asarray(np.log(lift), dtype=np.float32)

    def _nearness(self, rows: Rows, shares: Weights) -> npt.NDArray[np.float32]:
        levels = self.traits.price_level[rows]
        known = ~np.isnan(levels)
        used_to = (levels[known] @ shares[known] + 0.5 * PRIOR) / (shares[known].sum() + PRIOR)
        return np.asarray(-((self._levels - used_to) ** 2), dtype=np.float32)

    @cached_property
    def _levels(self) -> npt.NDArray[np.float32]:
        return np.nan_to_num(self.traits.price_level, nan=0.5)

    @cached_property
    def _log_counts(self) -> npt.NDArray[np.float32]:
        return np.log1p(self.counts).astype(np.float32)

    @cached_property
    def _usual(self) -> dict[str, npt.NDArray[np.float64]]:
        """By trait: (n_values + 1,) the share of what the shop's shoppers choose, popular products more."""
        smoothed = self.counts + 1e-3 * (self.counts.mean() + 1e-3)  # so that no value is impossible
        found = {}
        for name, values in self.traits.values.items():
            size = len(values) + 1
            sums = np.bincount(self.traits.codes[name] % size, smoothed, minlength=size) + 1e-9
            found[name] = np.asarray(sums / sums.sum(), dtype=np.float64)
        return found

    def widened(self, traits: Traits) -> "Taste":
        """With further products at the table's end, `like` its own traits."""
        grown = Traits(
            values=self.traits.values,
            codes={name: np.append(codes, traits.codes[name]) for name, codes in self.traits.codes.items()},
            price_level=np.append(self.traits.price_level, traits.price_level),
        )
        return replace(self, traits=grown, counts=np.pad(self.counts, (0, len(traits))))
