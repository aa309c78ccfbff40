"""What answers questions: a base segment and, over it, a small one with what changed since (port SearchIndex)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

import numpy as np

from daogou.catalog.products.candidate import Hit
from daogou.catalog.products.need import Constraint
from daogou.catalog.products.vocabulary import Vocabulary
from daogou.errors import BackendError
from daogou.index.arrays.groups import things
from daogou.index.arrays.segment import Segment
from daogou.index.bm25 import FIELD_WEIGHTS, ceiling, idf
from daogou.index.codes import code_sources, meant
from daogou.index.documents import FIELDS, stemmed
from daogou.ports import Vectors


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
