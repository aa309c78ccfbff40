"""Guess a type from what else a product says (naive Bayes), and doubt a name that a product's columns deny."""

import functools
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from daogou.catalog.products.product import Product
from daogou.text.thesaurus import thesaurus

FEWEST_PRODUCTS = 8  # of a type that can be guessed
FEWEST_USES = 3  # of a feature that counts
SMOOTHING = 0.1
RIGHT = 0.94  # share of guesses that must be right on held-out products, some of whose own types are misread
NEVER = 1e9


Example: TypeAlias = tuple[tuple[str, ...], str]  # what is known of a product without its type's name, and the type


@dataclass(frozen=True, kw_only=True)
class Guesser:
    """Counts of features for each type; `margin` is how far ahead the best type must be for each feature."""

    products: Mapping[str, int] = field(default_factory=dict)  # type -> products
    uses: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # feature -> type -> products
    margin: float = NEVER

    def guess(self, features: Iterable[str]) -> str:
        """The type, or an empty text where none is far enough ahead."""
        product_type, margin = self.leading(features)
        return product_type if margin >= self.margin else ""

    def scores(self, features: Iterable[str]) -> Mapping[str, float]:
        """Type -> log-likelihood of the features, common or rare, over the root of their number; empty without any."""
        totals = self._tables.totals(features)
        return {} if totals is None else dict(zip(self._tables.types, totals.tolist(), strict=True))

    def likeliest(self, features: Iterable[str], named: str) -> tuple[str, float]:
        """The type with the largest score, and how far ahead of the named one it is; "" where one of them has none."""
        totals, column = self._tables.totals(features), self._tables.columns.get(named)
        if totals is None or column is None:
            return "", 0.0
        best = int(totals.argmax())
        return self._tables.types[best], float(totals[best]) - float(totals[column])

    def leading(self, features: Iterable[str]) -> tuple[str, float]:
        """The type, and how far it is ahead of the next for each feature."""
        rows = self._tables.known(features)
        if not rows or len(self.products) < 2:
            return "", 0.0
        scores = self._tables.prior + self._tables.logs[rows].sum(axis=0)
        first, second = np.argsort(-scores)[:2]
        return self._tables.types[int(first)], float(scores[first] - scores[second]) / len(rows) ** 0.5

    @functools.cached_property
    def _tables(self) -> "_Tables":
        return _Tables.of(self.products, self.uses)


def learn_guesser(examples: Sequence[Example]) -> Guesser:
    """Learn from four fifths, set the margin on the last fifth, keep all counts."""
    known = [example for example in examples if example[0]]
    trial = count_features([example for number, example in enumerate(known) if number % 5])
    return replace(count_features(known), margin=_margin(trial, known[::5]))


def count_features(examples: Sequence[Example]) -> Guesser:
    """The counts alone, of types and features that are not too rare."""
    products = Counter(product_type for _, product_type in examples)
    kept = {product_type: count for product_type, count in products.items() if count >= FEWEST_PRODUCTS}
    uses: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for features, product_type in examples:
        for feature in set(features) if product_type in kept else ():
            uses[feature][product_type] += 1
    counted = {feature: dict(types) for feature, types in uses.items() if types.total() >= FEWEST_USES}
    return Guesser(products=kept, uses=counted)


def _margin(trial: Guesser, held_out: Sequence[Example]) -> float:
    """The smallest margin from which on enough of the guesses are right."""
    guessed = ((*trial.leading(features), product_type) for features, product_type in held_out)
    tried = sorted(((margin, kin(guess, product_type)) for guess, margin, product_type in guessed), reverse=True)
    right, smallest = 0, NEVER
    for number, (margin, was_right) in enumerate(tried, start=1):
        right += was_right
        if number >= 20 and right >= RIGHT * number:
            smallest = margin
    return smallest


def kin(one: str, other: str) -> bool:
    """Whether two types are the same, or kinds of the same: a gaming laptop is near enough to a laptop."""
    return bool(_line(one) & _line(other))


@functools.cache
def _line(key: str) -> frozenset[str]:
    """The type and every broader one."""
    concept = thesaurus().types.get(key)
    return frozenset((key,)) | (_line(concept.broader) if concept and concept.broader else frozenset())


@dataclass(frozen=True, kw_only=True)
class _Tables:
    types: tuple[str, ...]
    columns: Mapping[str, int]  # type -> its place
    rows: Mapping[str, int]  # feature -> its place
    logs: npt.NDArray[np.float32]  # (n_features, n_types) log P(feature | type)
    prior: npt.NDArray[np.float32]  # (n_types,)

    def known(self, features: Iterable[str]) -> list[int]:
        """The rows of those that are known."""
        return [row for feature in set(features) if (row := self.rows.get(feature)) is not None]

    def totals(self, features: Iterable[str]) -> npt.NDArray[np.float32] | None:
        """(n_types,) log-likelihood of the features over the root of their number; None without any."""
        rows = self.known(features)
        return self.logs[rows].sum(axis=0) / np.float32(len(rows) ** 0.5) if rows else None

    @classmethod
    def of(cls, products: Mapping[str, int], uses: Mapping[str, Mapping[str, int]]) -> "_Tables":
        types = tuple(products)
        columns = {product_type: number for number, product_type in enumerate(types)}
        counts = np.zeros((len(uses), len(types)), dtype=np.float32)
        for row, feature in enumerate(uses):
            for product_type, count in uses[feature].items():
                counts[row, columns[product_type]] = count
        sizes = np.array([products[product_type] for product_type in types], dtype=np.float32)
        logs = np.log((counts + SMOOTHING) / (sizes + 2 * SMOOTHING))
        prior = np.log(sizes / max(float(sizes.sum()), 1.0))
        rows = {feature: row for row, feature in enumerate(uses)}
        return cls(types=types, columns=columns, rows=rows, logs=logs, prior=prior)


DOUBT = 2.0  # log-likelihood, over the root of the number of columns, by which another type must be ahead
CERTAIN = 4.0  # the same, where no word names that other type
FEWEST_COLUMNS = 2


@dataclass(frozen=True, kw_only=True)
class Signatures:
    """What the columns speak for; `counts` has columns as its features."""

    counts: Guesser = field(default_factory=Guesser)

    def doubts(self, product: Product, named: str) -> bool:
        """Whether the columns speak clearly for some type that is no kin of the named one."""
        best, lead = self.counts.likeliest(columns(product), named)
        return lead >= DOUBT and not kin(best, named)

    def likelier(self, product: Product, named: str, others: Iterable[str], *, lead: float = DOUBT) -> str:
        """The one of the others that the columns clearly speak for instead of the named type; else the named type.

        What its words call a thing for another thing is not that other thing: a laptop stand stays one.
        """
        scores = self.counts.scores(columns(product))
        known = [other for other in others if other in scores and not kin(other, named) and not _thing_of(named, other)]
        best = max(known, key=lambda other: scores[other], default=named)
        if best == named or scores[best] - scores.get(named, 0.0) < lead:
            return named
        relatives = [key for key in scores if kin(key, best) and scores[key] - scores[best] >= DOUBT]
        return max(relatives, key=lambda key: scores[key], default=best)


def columns(product: Product) -> Collection[str]:
    """The names of the attributes that the feed states; few say too little."""
    names = {attribute.name for attribute in product.attributes if attribute.source not in ("title", "highlights")}
    return names if len(names) >= FEWEST_COLUMNS else ()


def _thing_of(named: str, other: str) -> bool:
    types = thesaurus().types
    return named in types and types[named].accessory and not (other in types and types[other].accessory)
