"""A vocabulary as JSON, and back: written with the index, read when the service starts."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from daogou.catalog.products.vocabulary import AttributeKind, AttributeProfile, Vocabulary


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
