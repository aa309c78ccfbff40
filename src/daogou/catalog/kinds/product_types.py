"""What kind of thing each product of a catalogue is: named by its words, by mined phrases, or guessed."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from daogou.catalog.kinds.guess import (
    CERTAIN,
    NEVER,
    Guesser,
    Signatures,
    columns,
    count_features,
    learn_guesser,
)
from daogou.catalog.kinds.heads import chunks_of, compound, head_of, tail_of
from daogou.catalog.kinds.phrase_book import Stems, Tail, longest_mined, mine, stems_of
from daogou.catalog.kinds.reader import TypeReader
from daogou.catalog.products.product import Product
from daogou.text.heads import plain_words
from daogou.text.thesaurus import thesaurus
from daogou.text.words import is_chinese, normalize, stem


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
