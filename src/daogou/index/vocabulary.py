"""The catalogue's own words, counted in one pass over its products."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from daogou.catalog.products.product import Attribute, Product
from daogou.catalog.products.vocabulary import AttributeKind, AttributeProfile, Vocabulary
from daogou.index.documents import title_words
from daogou.text.thesaurus import other_names, thesaurus
from daogou.text.words import normalize

VALUE_LIMIT = 2000  # text values kept for each attribute
CATEGORY_SPREAD = 12  # a category whose products are of more types than this says nothing about the type
LANGUAGE_SHARE = 0.05  # of the products, for a language to be one of the catalogue's
CATEGORY_SHARE = 0.05  # a type counts as meant by a category from this share of its products on
ONE_ROOF = 0.95  # a category with more of the products than this is the whole shop
MOST_DEPARTMENTS = 200
READ_OUT_OF_TEXT = frozenset({"title", "description", "highlights"})


def build_vocabulary(products: Iterable[Product]) -> Vocabulary:
    """Count types, brands, attributes and title words; the products should be enriched and typed."""
    count = VocabularyCount()
    for product in products:
        count.add(product)
    return count.vocabulary()


@dataclass(kw_only=True)
class _Tally:
    """One attribute, as counted so far."""

    products: int = 0
    kinds: Counter[AttributeKind] = field(default_factory=Counter)
    units: Counter[str | None] = field(default_factory=Counter)
    ranges: dict[str | None, tuple[Decimal, Decimal]] = field(default_factory=dict)  # unit -> lowest, highest
    values: Counter[str] = field(default_factory=Counter)
    by_type: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)

    def add(self, attribute: Attribute) -> None:
        value = attribute.value
        if isinstance(value, bool):
            self.kinds[AttributeKind.BOOL] += 1
        elif isinstance(value, Decimal):
            self.kinds[AttributeKind.NUMBER] += 1
            self.units[attribute.unit] += 1
            lowest, highest = self.ranges.get(attribute.unit, (value, value))
            self.ranges[attribute.unit] = (min(lowest, value), max(highest, value))
        else:
            self.kinds[AttributeKind.TEXT] += 1
            self.values[value] += 1
        self.sources[attribute.source] += 1

    def profile(self, name: str) -> AttributeProfile:
        unit = self.units.most_common(1)[0][0] if self.units else None
        minimum, maximum = self.ranges.get(unit, (None, None))
        return AttributeProfile(
            name=name,
            label=self._label(name),
            kind=self.kinds.most_common(1)[0][0],
            product_count=self.products,
            unit=unit,
            minimum=minimum,
            maximum=maximum,
            values=_by_frequency(self.values, VALUE_LIMIT),
            by_type=_by_frequency(self.by_type),
        )

    def _label(self, name: str) -> str:
        columns = [source for source, _ in self.sources.most_common() if source and source not in READ_OUT_OF_TEXT]
        return columns[0] if columns else thesaurus().attribute_label(name, "en")


@dataclass(kw_only=True)
class VocabularyCount:
    """The whole catalogue, as counted so far."""

    products: int = 0
    types: Counter[str] = field(default_factory=Counter)
    brands: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    currencies: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    attributes: defaultdict[str, _Tally] = field(default_factory=lambda: defaultdict(_Tally))
    levels: tuple[Counter[str], Counter[str]] = field(default_factory=lambda: (Counter(), Counter()))
    categories: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def counting(self, products: Iterable[Product]) -> Iterator[Product]:
        """The products, each counted on its way."""
        for product in products:
            self.add(product)
            yield product

    def vocabulary(self) -> Vocabulary:
        """Of what has been counted."""
        languages = _languages(self)
        return Vocabulary(
            types=_by_frequency(self.types),
            type_phrases=_type_phrases(self),
            departments=_departments(self),
            brands=_by_frequency(self.brands),
            attributes={name: tally.profile(name) for name, tally in sorted(self.attributes.items())},
            words=dict(self.words),
            other_names=other_names(self.words, languages),
            currency=next(iter(_by_frequency(self.currencies)), ""),
            languages=languages,
            product_count=self.products,
        )

    def add(self, product: Product) -> None:
        """One more."""
        self.products += 1
        self.types.update([product.product_type] if product.product_type else [])
        self.brands.update([product.brand] if product.brand else [])
        self.words.update(set(title_words(product)))
        self.currencies.update(offer.price.currency for offer in product.offers[:1])
        self.languages.update({product.language, *product.translations})
        self._add_attributes(product)
        for level, category in zip(self.levels, product.category, strict=False):
            level[category] += 1
        if product.product_type:
            for category in product.category:
                self.categories[normalize(category).casefold()][product.product_type] += 1

    def _add_attributes(self, product: Product) -> None:
        for attribute in product.attributes:
            self.attributes[attribute.name].add(attribute)
        for name in {attribute.name for attribute in product.attributes}:
            tally = self.attributes[name]
            tally.products += 1
            if product.product_type:
                tally.by_type[product.product_type] += 1


def _type_phrases(count: VocabularyCount) -> dict[str, tuple[str, ...]]:
    """Category names, and the heads of mined phrases ("photo paper" is a "paper"), with the types they mean."""
    phrases: dict[str, dict[str, None]] = {}
    for category, types in count.categories.items():
        enough = CATEGORY_SHARE * types.total()
        meant = [product_type for product_type, products in types.most_common() if products >= enough]
        if category and len(types) <= CATEGORY_SPREAD:
            phrases.setdefault(category, {}).update(dict.fromkeys(meant))
    known = thesaurus().types
    for product_type in _by_frequency(count.types):
        words = [] if product_type in known or not product_type.isascii() else product_type.split()
        for start in range(1, len(words)):
            phrases.setdefault(" ".join(words[start:]), {})[product_type] = None
    return {phrase: tuple(types) for phrase, types in sorted(phrases.items())}


def _languages(count: VocabularyCount) -> tuple[str, ...]:
    """Those that enough products speak: three Chinese titles do not make an English shop answer Chinese words."""
    enough = LANGUAGE_SHARE * count.products
    return tuple(name for name, products in _by_frequency(count.languages).items() if products >= enough) or ("en",)


def _departments(count: VocabularyCount) -> dict[str, int]:
    """The first level of the merchant's categories; the second where nearly everything stands under one name."""
    top, below = count.levels
    one = bool(top) and max(top.values()) > ONE_ROOF * top.total() and len(below) > 1
    return _by_frequency(below if one else top, MOST_DEPARTMENTS)


def _by_frequency(counter: Mapping[str, int], limit: int | None = None) -> dict[str, int]:
    """Most frequent first, equals by name."""
    return dict(sorted(counter.items(), key=lambda item: (-item[1], item[0]))[:limit])


def vocabulary_to_json(vocabulary: Vocabulary) -> str:
    """The whole vocabulary as one JSON object."""
    return json.dumps(
        {
            "types": vocabulary.types,
            "type_phrases": vocabulary.type_phrases,
            "departments": vocabulary.departments,
            "brands": vocabulary.brands,
            "attributes": [_profile_to_json(profile) for profile in vocabulary.attributes.values()],
            "words": vocabulary.words,
            "other_names": dict(vocabulary.other_names),
            "currency": vocabulary.currency,
            "languages": vocabulary.languages,
            "product_count": vocabulary.product_count,
        },
        ensure_ascii=False,
    )


def vocabulary_from_json(text: str) -> Vocabulary:
    """The inverse of `vocabulary_to_json`."""
    data = json.loads(text)
    return Vocabulary(
        types=data["types"],
        type_phrases={phrase: tuple(types) for phrase, types in data["type_phrases"].items()},
        departments=data.get("departments", {}),  # an index of before has none
        brands=data["brands"],
        attributes={entry["name"]: _profile_from_json(entry) for entry in data["attributes"]},
        words=data["words"],
        other_names={name: tuple(others) for name, others in data.get("other_names", {}).items()},
        currency=data["currency"],
        languages=tuple(data["languages"]),
        product_count=data["product_count"],
    )


def _profile_to_json(profile: AttributeProfile) -> dict[str, Any]:
    return {
        "name": profile.name,
        "label": profile.label,
        "kind": profile.kind.value,
        "product_count": profile.product_count,
        "unit": profile.unit,
        "minimum": None if profile.minimum is None else str(profile.minimum),
        "maximum": None if profile.maximum is None else str(profile.maximum),
        "values": profile.values,
        "by_type": profile.by_type,
    }


def _profile_from_json(entry: Mapping[str, Any]) -> AttributeProfile:
    numbers = {name: None if entry[name] is None else Decimal(entry[name]) for name in ("minimum", "maximum")}
    return AttributeProfile(**{**entry, "kind": AttributeKind(entry["kind"]), **numbers})
