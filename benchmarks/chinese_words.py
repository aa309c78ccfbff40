"""What do pairs of Chinese characters add to jieba's words? The text index alone, asked with words and with weighted pairs.

    python benchmarks/chinese_words.py --feed shop.jsonl --queries queries.jsonl [--pairs 0 0.3 1]

A line of the queries is {"query": text, "right": [product ids]}. Prints hit@1, hit@5 and hit@10 of an index that knows words
alone, of one that knows pairs as well, by the weight that the question gives them, and of pairs alone.
"""

import argparse
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from daogou.catalog.products.product import Product
from daogou.catalog.products.vocabulary import Vocabulary
from daogou.feed import read_feed
from daogou.index import documents
from daogou.index.arrays.segment import Segment, SegmentsIndex, write_segment
from daogou.ports import SearchIndex
from daogou.text.words import cut, pairs, stem

DEPTHS = (1, 5, 10)
Asking = Callable[[str], Mapping[str, float]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feed", type=Path, required=True)
    parser.add_argument("--queries", type=Path, required=True)
    parser.add_argument("--pairs", type=float, nargs="*", default=[0.0, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0])
    given = parser.parse_args()
    products = sorted(_products(given.feed), key=lambda product: product.id)
    asked = [json.loads(line) for line in given.queries.read_text(encoding="utf-8").splitlines() if line.strip()]
    print(f"{len(products):,} products, {len(asked)} queries; hit@{', @'.join(map(str, DEPTHS))}")
    with tempfile.TemporaryDirectory() as folder:
        both = _index(Path(folder) / "pairs", products)
        documents.pairs = _none  # type: ignore[attr-defined]
        plain = _index(Path(folder) / "words", products)
        _print("words", plain, _asking(0.0), asked)
        for weight in given.pairs:
            _print(f"words and {weight} pairs", both, _asking(weight), asked)
        _print("pairs alone", both, lambda query: dict.fromkeys(pairs(query), 1.0), asked)


def _products(feed: Path) -> list[Product]:
    return [row.product for row in read_feed(feed) if row.product is not None]


def _none(text: str) -> list[str]:
    return []


def _index(folder: Path, products: Sequence[Product]) -> SearchIndex:
    folder.mkdir()
    write_segment(folder, products, [])
    return SegmentsIndex([Segment(folder)], vocabulary=Vocabulary(product_count=len(products)))


def _asking(weight: float) -> Asking:
    def words(query: str) -> Mapping[str, float]:
        added = dict.fromkeys(pairs(query), weight) if weight else {}
        return added | {stem(word): 1.0 for word in cut(query)}

    return words


def _print(name: str, index: SearchIndex, words: Asking, asked: Sequence[Mapping[str, object]]) -> None:
    places = [_place(index, words(str(one["query"])), set(one["right"])) for one in asked]  # type: ignore[call-overload]
    shares = [sum(place < depth for place in places) / len(places) for depth in DEPTHS]
    print(f"{name:>20}: " + " / ".join(f"{share:.3f}" for share in shares))


def _place(index: SearchIndex, words: Mapping[str, float], right: set[str]) -> int:
    hits = index.lexical(words, limit=max(DEPTHS))
    return next((place for place, hit in enumerate(hits) if hit.product_id in right), max(DEPTHS))


if __name__ == "__main__":
    main()
