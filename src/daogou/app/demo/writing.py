"""The demo shop as files: what a merchant would bring."""

import json
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path

from daogou.app.demo.catalogue import demo_products
from daogou.app.demo.shoppers import demo_events
from daogou.catalog.products.event import Event

SEED = 7
FEED, EVENTS, MAPPING, SHOP = "products.jsonl", "events.jsonl", "mapping.toml", "shop"
NAME = "Daogou Demo"


def write_demo(folder: Path, *, seed: int = SEED) -> None:
    """products.jsonl, events.jsonl, mapping.toml and catalog/products/daogou.toml into the folder (made when missing)."""
    (folder / SHOP).mkdir(parents=True, exist_ok=True)
    (folder / SHOP / "daogou.toml").write_text(f'name = "{NAME}"\n', encoding="utf-8")
    products = demo_products(seed)
    _write(folder / FEED, (product.row for product in products))
    (folder / MAPPING).write_text(
        resources.files("daogou.app.demo").joinpath(MAPPING).read_text(encoding="utf-8"), encoding="utf-8"
    )
    _write(folder / EVENTS, (_event_row(event) for event in demo_events(seed, products)))


def _write(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _event_row(event: Event) -> dict[str, object]:
    return {
        "event_id": event.event_id,
        "name": event.name.value,
        "timestamp": event.timestamp.isoformat(),
        "user_id": event.user_id,
        "session_id": event.session_id,
        "search_term": event.search_term,
        "items": [
            {"item_id": item.item_id, "quantity": item.quantity, "price": str(item.price)} for item in event.items
        ],
    }
