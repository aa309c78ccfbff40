"""What systems call the columns, events and order states of their logs: event_words.toml, read once."""

import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from daogou.catalog.products.event import EventName
from daogou.text.normalize import normalize

_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ASIDE = re.compile(r"\([^()]*\)|^\[[^\[\]]*\]")  # "Quantity (- Refund)", "[Amplitude] Page Viewed"
_BETWEEN = re.compile(r"[\W_]+")


@functools.lru_cache(maxsize=20_000)
def word_of(name: str) -> str:
    """A column or event as the table writes it: "productViewSku", "Product View SKU" -> product_view_sku."""
    plain = _ASIDE.sub(" ", name) if _ASIDE.sub("", name).strip() else name
    return _BETWEEN.sub("_", _HUMPS.sub("_", normalize(plain)).casefold()).strip("_")


@dataclass(frozen=True, kw_only=True)
class EventWords:
    """The table: names of columns by the field that they fill, best first; what an event or a state is called."""

    columns: Mapping[str, tuple[str, ...]]
    names: Mapping[str, EventName]
    other: frozenset[str]
    by_column: Mapping[EventName, tuple[str, ...]]
    cancelled: frozenset[str]
    refunded: frozenset[str]
    unpaid: frozenset[str]
    paid: frozenset[str]
    shipped: frozenset[str]
    excluded: tuple[str, ...]
    wrappers: frozenset[str]
    acts: frozenset[str]
    items: frozenset[str]
    hit_events: tuple[str, ...]
    hit_products: tuple[str, ...]
    hit_numbers: Mapping[str, str]
    hit_joined: Mapping[str, tuple[tuple[str, ...], ...]]


@functools.cache
def event_words() -> EventWords:
    """The table as it is shipped."""
    read = tomllib.loads((files(__package__) / "event_words.toml").read_text(encoding="utf-8"))
    states, hits = read["states"], read["hits"]
    return EventWords(
        columns={field: tuple(dict.fromkeys(text.split())) for field, text in read["columns"].items()},
        names={word: EventName(name) for name, text in read["names"].items() for word in text.split()},
        other=frozenset(read["other"]["names"].split()),
        by_column={EventName(name): tuple(text.split()) for name, text in read["by_column"].items()},
        cancelled=frozenset(states["cancelled"].split()),
        refunded=frozenset(states["refunded"].split()),
        unpaid=frozenset(states["unpaid"].split()),
        paid=frozenset(states["paid"].split()),
        shipped=frozenset(states["shipped"].split()),
        excluded=tuple(states["excluded"].split()),
        wrappers=frozenset(read["nested"]["wrappers"].split()),
        acts=frozenset(read["nested"]["acts"].split()),
        items=frozenset(read["nested"]["items"].split()),
        hit_events=tuple(hits["events"].split()),
        hit_products=tuple(hits["products"].split()),
        hit_numbers=hits["numbers"],
        hit_joined={
            name: tuple(tuple(columns.split()) for columns in text.split(",")) for name, text in hits["joined"].items()
        },
    )
