"""What kind of thing each product of a catalogue is: named by its words, by mined phrases, or guessed (naive Bayes)."""

import functools
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from daogou.catalog.kinds.heads import chunks_of, compound, head_of, tail_of
from daogou.catalog.kinds.phrase_book import Stems, Tail, longest_mined, mine, stems_of
from daogou.catalog.kinds.reader import TypeReader
from daogou.catalog.products.product import Product
from daogou.text.heads import plain_words
from daogou.text.thesaurus import thesaurus
from daogou.text.words import is_chinese, normalize, stem

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


@dataclass(frozen=True, kw_only=True)
class TypeModel:
    """How this catalogue's products are typed; learn it once, then ask it for each product."""

    reader: TypeReader = field(default_factory=TypeReader)
    mined: dict[Stems, int] = field(default_factory=dict)
    plain: frozenset[str] = frozenset()
    guesser: Guesser = field(default_factory=Guesser)
    signatures: Signatures = field(default_factory=Signatures)

    @classmethod
    def learn(cls, products: Iterable[Product]) -> "TypeModel":
        """Read every product twice: once to see which types there are, once to learn from those that name one."""
        seen = list(products)
        plain = plain_words().union(word for product in seen for word in stems_of(product.brand))
        rough = [TypeReader().read(product) for product in seen]
        reader = TypeReader(prior=_prior(rough))
        read = [reader.read(product) for product in seen]
        nameless = [product for product, product_type in zip(seen, read, strict=True) if not product_type]
        word_uses = Counter(word for product in seen for word in set(stems_of(product.title)))
        mined = mine(_tails(nameless, plain), plain=plain, word_uses=word_uses)
        named = [(product, product_type) for product, product_type in zip(seen, read, strict=True) if product_type]
        stated = [(tuple(columns(product)), product_type) for product, product_type in named]
        signatures = Signatures(counts=count_features([example for example in stated if example[0]]))
        examples = [(_features(*one), one[1]) for one in named if not signatures.doubts(*one)]
        return cls(reader=reader, mined=mined, plain=plain, guesser=learn_guesser(examples), signatures=signatures)

    def type_of(self, product: Product) -> str:
        """A thesaurus key, a mined phrase, or the merchant's own category; empty if nothing can be said."""
        named = self.reader.read(product)
        if named:
            return self._believed(product, named)
        said = _merchants_words(product)
        return self._mined(product) or said or self.guesser.guess(_features(product))

    def _believed(self, product: Product, named: str) -> str:
        """The named type; where the columns deny it, another that the words name or that everything speaks for."""
        if not self.signatures.doubts(product, named) or self.reader.filing(product).bears_out(named):
            return named
        likelier = self.signatures.likelier(product, named, self.reader.further(product))
        if likelier != named:
            return likelier
        return self.signatures.likelier(product, named, [self.guesser.guess(_features(product))], lead=CERTAIN)

    def _mined(self, product: Product) -> str:
        if is_chinese(product.title):
            return ""
        phrases = (longest_mined(words, self.mined) for words, _ in _tails([product], self.plain))
        return next((" ".join(phrase) for phrase in phrases if phrase), "")

    def to_json(self) -> str:
        """The whole model as one JSON object."""
        return json.dumps(
            {
                "prior": self.reader.prior,
                "mined": [[list(phrase), count] for phrase, count in self.mined.items()],
                "plain": sorted(self.plain),
                "products": self.guesser.products,
                "uses": self.guesser.uses,
                "margin": self.guesser.margin,
                "signatures": {"products": self.signatures.counts.products, "uses": self.signatures.counts.uses},
            },
            ensure_ascii=False,
        )

    @classmethod
    def from_json(cls, text: str) -> "TypeModel":
        """The inverse of `to_json`."""
        data: dict[str, Any] = json.loads(text)
        return cls(
            reader=TypeReader(prior=data["prior"]),
            mined={tuple(phrase): count for phrase, count in data["mined"]},
            plain=frozenset(data["plain"]),
            guesser=Guesser(products=data["products"], uses=data["uses"], margin=data.get("margin", NEVER)),
            signatures=Signatures(counts=Guesser(**data.get("signatures", {}))),
        )


def _prior(types: Iterable[str]) -> dict[str, float]:
    """How often each type is named, and its part of what is left to the department; sums to 1."""
    known = thesaurus().types
    counts = Counter(product_type for product_type in types if product_type in known)
    departments: Counter[str] = Counter()
    for product_type, count in counts.items():
        departments[known[product_type].department] += count
    sizes = Counter(concept.department for concept in known.values())
    total = max(2 * counts.total(), 1)
    return {
        key: (counts[key] + departments[concept.department] / sizes[concept.department]) / total
        for key, concept in known.items()
        if departments[concept.department]
    }


def _tails(products: Iterable[Product], plain: frozenset[str]) -> list[Tail]:
    tails: list[Tail] = []
    for product in products:
        for chunk in chunks_of(product.title)[:1]:
            head = head_of(chunk)
            words = (compound(chunk, head) if head else ()) or tail_of(chunk, plain)
            tails += [(words, product.brand)] if words else []
    return tails


def _features(product: Product, product_type: str = "") -> tuple[str, ...]:
    """Attribute names and title words, without the words of the type's own name."""
    concept = thesaurus().types.get(product_type)
    names = {word for phrase in concept.phrases["en"] for word in stems_of(phrase)} if concept else set()
    words = [word for word in stems_of(product.title) if len(word) > 1 and not word[0].isdigit() and word not in names]
    return tuple({*(f"@{attribute.name}" for attribute in product.attributes), *words, f"={stem(product.brand)}"})


def _merchants_words(product: Product) -> str:
    own = product.product_type or next(iter(product.category[-1:]), "")
    return normalize(own).casefold()
