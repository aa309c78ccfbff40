"""Hits of web analytics that number their events and pack their products: the data feed of Adobe Analytics."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from daogou.feed.log.event_words import event_words, word_of
from daogou.feed.values.numbers import parse_number


def unpacked_hit(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The row with an event_name and items of its own; any other row as it is.

    Source: Adobe, "Data column reference" and "product_list" (experienceleague.adobe.com, Analytics data feeds).
    """
    words = event_words()
    columns = [name for name in words.hit_events if name in row]
    if not columns or not any(name in row for name in words.hit_products):
        return row
    events = next((str(row[name]) for name in columns if row[name]), "")
    products = next((str(row[name]) for name in words.hit_products if row.get(name)), "")
    cells = {name: cell for name, cell in row.items() if name not in (*words.hit_events, *words.hit_products)}
    items = [item for text in products.split(",") if (item := _item(text))]
    return {**cells, "event_name": _act(events), "items": items, **_joined(row)}


def _act(events: str) -> str:
    """What a shop calls the weightiest of the hit's events: "1,200" is a purchase; else all of them."""
    said = {event.partition("=")[0].strip() for event in events.split(",")}
    numbers = event_words().hit_numbers
    known = [name for number, name in numbers.items() if number in said or name in map(word_of, said)]
    return known[0] if known else events


def _item(text: str) -> dict[str, Any]:
    """category;product;quantity;revenue, where the revenue is that of all pieces."""
    cells = [cell.strip() for cell in text.split(";")] + [""] * 4
    if not cells[1]:
        return {}
    count, asked = parse_number(cells[2]), parse_number(cells[3])
    each = {"price": asked / count} if asked and count and count > 0 else {}
    return {"product_id": cells[1], "quantity": count or Decimal(1), **each}


def _joined(cells: Mapping[str, Any]) -> dict[str, str]:
    """Numbers that stand in two columns, as one."""
    found: dict[str, str] = {}
    for name, choices in event_words().hit_joined.items():
        parts = next(([str(cells[column]) for column in each] for each in choices if all(map(cells.get, each))), [])
        if parts:
            found[name] = "-".join(parts)
    return found
