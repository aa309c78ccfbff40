"""A part of the index that never changes: some products, with all that finds them, in one folder."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import reduce
from pathlib import Path
from types import MappingProxyType

import numpy as np

from daogou.catalog.products.candidate import Hit
from daogou.catalog.products.need import Constraint
from daogou.catalog.products.product import Product
from daogou.catalog.products.vocabulary import Vocabulary
from daogou.db.database import chunks
from daogou.errors import BackendError
from daogou.index.arrays.arrays import Groups, GroupsWriter, Mask, Rows, best_rows, things
from daogou.index.arrays.facts import Facts, FactsWriter
from daogou.index.arrays.postings import Fields, FieldsWriter
from daogou.index.arrays.vectors import ROWS_AT_ONCE, SetDown, StoredVectors, VectorsWriter
from daogou.index.codes import Codes, CodesWriter, Entry, code_sources, meant, product_codes
from daogou.index.documents import FIELD_WEIGHTS, FIELDS, ceiling, encoded_text, field_words, idf, stemmed
from daogou.ports import Encoder, Vectors

CACHED_MASKS = 64
EXACT_SHARE = 0.25  # of the rows: with fewer survivors it pays to pick their vectors out first


def write_segment(
    folder: Path,
    products: Iterable[Product],
    encoders: Sequence[Encoder],
    titles: Mapping[str, SetDown] = MappingProxyType({}),
) -> int:
    """Write the products' segment into an empty folder; how many there were.

    The `titles` that an encoder of that name reads are set down for it: it learns from them before it encodes them.
    """
    facts, fields, codes, groups = FactsWriter(folder), FieldsWriter(folder), CodesWriter(), GroupsWriter()
    vectors = VectorsWriter(folder, encoders)
    row = 0
    for some in chunks(products, ROWS_AT_ONCE):
        for product in some:
            facts.add(row, product)
            fields.add(row, field_words(product))
            codes.add(row, product_codes(product))
            groups.add(product)
            row += 1
        texts = {e.name: [encoded_text(product, e.name) for product in some] for e in encoders}
        vectors.add([product.id for product in some], texts)
        for name, down in titles.items():
            down.add(encoded_text(product, name) for product in some)
    vectors.save()
    facts.save()
    fields.save()
    codes.save(folder)
    groups.save(folder)
    return row


class Segment:
    """The same, read; every method is safe in many threads."""

    def __init__(self, folder: Path, *, means: Mapping[str, float] | None = None, dead: Iterable[str] = ()) -> None:
        stored = StoredVectors(folder)
        self.ids = stored.ids
        self.rows = {product_id: row for row, product_id in enumerate(self.ids)}
        self.vectors = stored.by_encoder
        self.fields = Fields(folder, means)
        self._facts = Facts(folder, len(self.ids))
        self._codes = Codes(folder)
        self.groups = Groups(folder, len(self.ids))
        self._alive = np.ones(len(self.ids), dtype=np.bool_)
        self._alive[[self.rows[product_id] for product_id in dead if product_id in self.rows]] = False
        self._masks = _Masks()

    def without(self, dead: Iterable[str]) -> "Segment":
        """The same segment, but those products are no longer in it."""
        other = object.__new__(Segment)
        other.__dict__ |= self.__dict__
        other._alive = np.ones(len(self.ids), dtype=np.bool_)
        other._alive[[self.rows[product_id] for product_id in dead if product_id in self.rows]] = False
        return other

    def passing(self, musts: Sequence[Constraint], at: datetime) -> Mask:
        """(n_rows,) True for the rows that are alive and pass every must."""
        return reduce(np.logical_and, (self._mask(must, at) for must in musts), self._alive)

    def alive(self, product_id: str) -> int | None:
        """The row of that product, or None."""
        row = self.rows.get(product_id)
        return row if row is not None and self._alive[row] else None

    def group(self, item_group_id: str) -> list[str]:
        """The products of that item group."""
        return [self.ids[row] for row in self.groups.rows(item_group_id).tolist() if self._alive[row]]

    def whole_codes(self, code: str) -> list[Entry]:
        """Who has exactly this number (folded)."""
        return self._entries(self._codes.whole(code))

    def part_codes(self, part: str) -> list[Entry]:
        """Who has a number that this is a good part of; not all where many have."""
        return self._entries(self._codes.parts(part))

    def lexical(self, weights: Sequence[tuple[str, str, float]], passing: Mask, limit: int) -> list[Hit]:
        """The best by BM25; `weights` are (field, stemmed word, weight x idf)."""
        scores = np.zeros(len(self.ids), dtype=np.float32)
        for field, word, weight in weights:
            self.fields.add_scores(scores, field, word, weight)
        return self._hits(scores, _rows(passing & (scores > 0)), limit)

    def dense(self, encoder: str, vector: Vectors, passing: Mask, limit: int) -> list[Hit]:
        """The best by dot product: always exact."""
        rows, vectors = _rows(passing), self.vectors[encoder]
        scores = np.zeros(len(self.ids), dtype=np.float32)
        if len(rows) < EXACT_SHARE * len(self.ids):
            scores[rows] = vectors.dot(vector, rows)
        else:
            scores = vectors.dot(vector)
        return self._hits(scores, rows, limit)

    def _entries(self, found: Iterable[tuple[int, str, str]]) -> list[Entry]:
        return [Entry(self.ids[row], code, source) for row, code, source in found if self._alive[row]]

    def _hits(self, scores: Vectors, rows: Rows, limit: int) -> list[Hit]:
        best = best_rows(scores, rows, limit)
        pairs = zip(best.tolist(), scores[best].tolist(), strict=True)  # plain numbers: a loop over numpy's is slow
        return [Hit(product_id=self.ids[row], score=score) for row, score in pairs]

    def _mask(self, must: Constraint, at: datetime) -> Mask:
        key = (must.attribute, must.operator, repr(must.value), self._facts.interval(must, at))
        mask = self._masks.get(key)
        if mask is None:
            mask = self._facts.mask(must, at)
            self._masks.put(key, mask)
        return mask


class _Masks:
    """The masks of the constraints that were asked for last: one turn asks for the same several times."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[object, Mask] = OrderedDict()

    def get(self, key: object) -> Mask | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: object, mask: Mask) -> None:
        with self._lock:
            self._kept[key] = mask
            while len(self._kept) > CACHED_MASKS:
                self._kept.popitem(last=False)


def _rows(mask: Mask) -> Rows:
    return np.flatnonzero(mask).astype(np.int32)


class SegmentsIndex:
    """Asks every segment and merges; one object is one state of the index, for as long as somebody holds it.

    A word's idf counts rows that were replaced since the last full build as well.
    """

    def __init__(
        self,
        segments: Sequence[Segment],
        *,
        vocabulary: Vocabulary,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._segments = tuple(segments)
        self._vocabulary = vocabulary
        self._clock = clock
        self._code_sources = code_sources(vocabulary)
        self._row_count = sum(len(segment.ids) for segment in segments)

    @property
    def vocabulary(self) -> Vocabulary:
        """The catalogue's words, as of the last full build."""
        return self._vocabulary

    def lexical(
        self,
        words: Sequence[str] | Mapping[str, float],
        *,
        musts: Sequence[Constraint] = (),
        limit: int = 100,
        fields: Mapping[str, float] | None = None,
    ) -> list[Hit]:
        """BM25 over the fields' words (cut by text.words.cut), among the products that pass the musts; best first."""
        weights = self._weights(stemmed(words), FIELD_WEIGHTS if fields is None else fields)
        at = self._clock()
        return _merged([s.lexical(weights, s.passing(musts, at), limit) for s in self._segments], limit)

    def most(self, words: Sequence[str] | Mapping[str, float]) -> float:
        """The most that `lexical` could give a product that consists of these words; words of no product count too."""
        return ceiling(
            stemmed(words), self._row_count, lambda word: sum(s.fields.containing("body", word) for s in self._segments)
        )

    def coded(self, code: str) -> list[Hit]:
        """The products that a number means (folded by text.codes), with 1 where it is exactly theirs; best first."""
        whole = [entry for segment in self._segments for entry in segment.whole_codes(code)]
        parts = (entry for segment in self._segments for entry in segment.part_codes(code))
        return meant(code, whole, parts, self._code_sources)

    def dense(self, encoder: str, vector: Vectors, *, musts: Sequence[Constraint] = (), limit: int = 100) -> list[Hit]:
        """Cosine similarity to a (dimensions,) vector of that encoder, always exact; best first."""
        self._check(encoder, vector)
        at = self._clock()
        return _merged([s.dense(encoder, vector, s.passing(musts, at), limit) for s in self._segments], limit)

    def vectors(self, encoder: str, product_ids: Sequence[str]) -> dict[str, Vectors]:
        """The (dimensions,) vectors of those products that exist."""
        found: dict[str, Vectors] = {}
        for segment in self._segments:
            rows = {key: row for key in product_ids if (row := segment.alive(key)) is not None}
            found |= zip(rows, segment.vectors[encoder].rows(list(rows.values())), strict=True)
        return {key: found[key] for key in product_ids if key in found}

    def matching(self, musts: Sequence[Constraint], *, limit: int | None = None) -> list[str]:
        """Ids of the products that pass the musts, in no particular order."""
        at = self._clock()
        found = ((s, np.flatnonzero(s.passing(musts, at))[:limit].tolist()) for s in self._segments)
        return [segment.ids[row] for segment, rows in found for row in rows][:limit]

    def count(self, musts: Sequence[Constraint]) -> int:
        """How many things pass the musts: an item group is one, however many of its variants do."""
        at = self._clock()
        passing = [(segment, segment.passing(musts, at)) for segment in self._segments]
        if any(segment.groups.any for segment in self._segments):
            return things([segment.groups.keys(mask) for segment, mask in passing])
        return sum(int(np.count_nonzero(mask)) for _, mask in passing)

    def group(self, item_group_id: str) -> list[str]:
        """Ids of the products of an item group, in no particular order."""
        return [product_id for segment in self._segments for product_id in segment.group(item_group_id)]

    def _weights(self, words: Mapping[str, float], fields: Mapping[str, float]) -> list[tuple[str, str, float]]:
        """(field, word, weight x idf) of those that some row holds."""
        found = []
        for field in FIELDS:
            for word, weight in words.items() if fields.get(field) else ():
                containing = sum(segment.fields.containing(field, word) for segment in self._segments)
                if containing:
                    found.append((field, word, fields[field] * weight * idf(self._row_count, containing)))
        return found

    def _check(self, encoder: str, vector: Vectors) -> None:
        """A vector of another encoder, or of one that learned from another catalogue, would find nonsense."""
        for segment in self._segments:
            known = segment.vectors.get(encoder)
            if known is None or known.shape[1:] != vector.shape:
                have = {name: vectors.shape[1] for name, vectors in segment.vectors.items()}
                raise BackendError(f"the index has the encoders {have}, not '{encoder}' with shape {vector.shape}")


def _merged(found: Sequence[list[Hit]], limit: int) -> list[Hit]:
    hits = [hit for segment in found for hit in segment]
    return sorted(hits, key=lambda hit: (-hit.score, hit.product_id))[:limit] if len(found) > 1 else hits[:limit]
