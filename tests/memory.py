"""The shop's products without a disk: brute force, plainly right; the twin that the real catalogue and index must equal."""

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from daogou.catalog.matching.matching import admits
from daogou.catalog.products.candidate import Hit
from daogou.catalog.products.need import Constraint
from daogou.catalog.products.product import Product
from daogou.catalog.products.vocabulary import Vocabulary
from daogou.index.codes import Entry, code_sources, long_enough, meant, product_codes
from daogou.index.documents import FIELD_WEIGHTS, FIELDS, ceiling, encoded_text, field_words, idf, saturation, stemmed
from daogou.ports import Encoder, Vectors
from daogou.text.substances import cuts_number


class MemoryCatalogue:
    """Products in a dictionary, as given; the types that were set in another."""

    def __init__(self, products: Iterable[Product] = ()) -> None:
        self._given: dict[str, Product] = {}
        self._set_types: dict[str, str] = {}
        self._version = 0
        self.upsert(products)

    def get(self, product_ids: Sequence[str]) -> dict[str, Product]:
        """Those that exist; the others are left out."""
        return {key: self._typed(key) for key in product_ids if key in self._given}

    def upsert(self, products: Iterable[Product]) -> int:
        """Insert or replace by id; a type that was set stays until the product comes with another type than before."""
        given = list(products)
        changed = {product.id: product for product in given if self._given.get(product.id) != product}
        for key, product in changed.items():
            if key in self._given and self._given[key].product_type != product.product_type:
                self._set_types.pop(key, None)
        self._given |= changed
        self._version += bool(changed)
        return len(given)

    def withdraw(self, product_ids: Iterable[str]) -> int:
        """Remove by id."""
        gone = [key for key in set(product_ids) if self._given.pop(key, None)]
        for key in gone:
            self._set_types.pop(key, None)
        self._version += bool(gone)
        return len(gone)

    def set_types(self, types: Mapping[str, str]) -> int:
        """Set the product type of those that exist, over the one they came with; how many changed."""
        known = [key for key in types if key in self._given]
        changed = [key for key in known if self._typed(key).product_type != types[key]]
        self._set_types |= {key: types[key] for key in changed}
        self._version += bool(changed)
        return len(changed)

    def products(self) -> Iterator[Product]:
        """All of them, by id."""
        return iter([self._typed(key) for key in sorted(self._given)])

    def ids(self) -> set[str]:
        """All ids."""
        return set(self._given)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._given)

    @property
    def version(self) -> int:
        """Grows with every change."""
        return self._version

    def _typed(self, key: str) -> Product:
        product = self._given[key]
        return replace(product, product_type=self._set_types.get(key) or product.product_type)


class MemoryIndex:
    """Scans every product for every question."""

    def __init__(
        self,
        products: Iterable[Product],
        *,
        encoders: Sequence[Encoder] = (),
        vocabulary: Vocabulary | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._products = sorted(products, key=lambda product: product.id)
        self._clock = clock
        self._vocabulary = vocabulary or Vocabulary(product_count=len(self._products))
        self._words = [{name: Counter(words) for name, words in field_words(p).items()} for p in self._products]
        self._codes = [Entry(p.id, code, source) for p in self._products for code, source in product_codes(p)]
        self._vectors = {
            encoder.name: encoder.encode([encoded_text(product, encoder.name) for product in self._products])
            for encoder in encoders
        }

    @property
    def vocabulary(self) -> Vocabulary:
        """The catalogue's words."""
        return self._vocabulary

    def lexical(
        self,
        words: Sequence[str] | Mapping[str, float],
        *,
        musts: Sequence[Constraint] = (),
        limit: int = 100,
        fields: Mapping[str, float] | None = None,
    ) -> list[Hit]:
        """BM25 over the fields' words, among the products that pass the musts; best first."""
        weights = FIELD_WEIGHTS if fields is None else fields
        scores = np.zeros(len(self._products), dtype=np.float32)
        for name in FIELDS:
            if weights.get(name):
                scores += weights[name] * self._field_scores(name, stemmed(words))
        return self._best(scores, [row for row in self._passing(musts) if scores[row] > 0], limit)

    def most(self, words: Sequence[str] | Mapping[str, float]) -> float:
        """The most that `lexical` could give a product that consists of these words."""
        return ceiling(stemmed(words), len(self._words), lambda word: sum(word in row["body"] for row in self._words))

    def coded(self, code: str) -> list[Hit]:
        """The products that a number means (folded by text.codes), with 1 where it is exactly theirs; best first."""
        whole = [entry for entry in self._codes if entry.code == code]
        parts = (entry for entry in self._codes if long_enough(code, entry.code) and _in_part(code, entry.code))
        return meant(code, whole, parts, code_sources(self._vocabulary))

    def dense(self, encoder: str, vector: Vectors, *, musts: Sequence[Constraint] = (), limit: int = 100) -> list[Hit]:
        """Cosine similarity to a (dimensions,) vector of that encoder; best first."""
        return self._best(self._vectors[encoder] @ vector, self._passing(musts), limit)

    def vectors(self, encoder: str, product_ids: Sequence[str]) -> dict[str, Vectors]:
        """The (dimensions,) vectors of those products that exist."""
        rows = {product.id: row for row, product in enumerate(self._products)}
        return {key: self._vectors[encoder][rows[key]] for key in product_ids if key in rows}

    def matching(self, musts: Sequence[Constraint], *, limit: int | None = None) -> list[str]:
        """Ids of the products that pass the musts."""
        return [self._products[row].id for row in self._passing(musts)][:limit]

    def count(self, musts: Sequence[Constraint]) -> int:
        """How many things pass the musts: an item group is one, however many of its variants do."""
        return len({self._products[row].item_group_id or row for row in self._passing(musts)})

    def group(self, item_group_id: str) -> list[str]:
        """Ids of the products of an item group."""
        return [product.id for product in self._products if item_group_id == product.item_group_id]

    def _passing(self, musts: Sequence[Constraint]) -> list[int]:
        at = self._clock()
        rows = enumerate(self._products)
        return [row for row, product in rows if all(admits(product, must, at) for must in musts)]

    def _field_scores(self, name: str, words: Mapping[str, float]) -> Vectors:
        counts = [document[name] for document in self._words]
        lengths = np.array([count.total() for count in counts], dtype=np.float32)
        scores = np.zeros(len(counts), dtype=np.float32)
        for word, weight in words.items():
            frequencies = np.array([count[word] for count in counts], dtype=np.float32)
            telling = idf(len(counts), int((frequencies > 0).sum()))
            scores += weight * telling * saturation(frequencies, lengths, float(lengths.mean()) if counts else 0.0)
        return scores

    def _best(self, scores: Vectors, rows: Sequence[int], limit: int) -> list[Hit]:
        best = heapq.nsmallest(limit, rows, key=lambda row: (-scores[row], row))
        return [Hit(product_id=self._products[row].id, score=float(scores[row])) for row in best]


def _in_part(part: str, code: str) -> bool:
    start = code.find(part)
    return start >= 0 and not cuts_number(code, start, start + len(part))
