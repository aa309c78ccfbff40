"""A shop of 20,250 products with 1.1 million events: the demo shop's generators with ten seeds, each with its own ids."""

import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from daogou.app.demo.catalogue import DemoProduct, demo_products
from daogou.app.demo.shoppers import demo_events

SEEDS = 10
DAOGOU = (sys.executable, "-m", "daogou")
SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("event_id", "name", "timestamp", "user_id", "session_id", "search_term")),
        *((name, pa.string()) for name in ("item_id",)),
        ("quantity", pa.int64()),
        ("price", pa.string()),
    ]
)


def load_feed(folder: Path, seeds: int = SEEDS) -> Path:
    """Write the feed of so many seeds, load it; the shop's folder."""
    feed = folder / "products.jsonl"
    with feed.open("w", encoding="utf-8") as file:
        for seed in range(seeds):
            for product in demo_products(seed):
                file.write(json.dumps(product.row | {"id": f"{seed}-{product.row['id']}"}, ensure_ascii=False) + "\n")
    mapping = Path(__file__).parents[1] / "src" / "daogou" / "app" / "demo" / "mapping.toml"
    shop = folder / "shop"
    subprocess.run([*DAOGOU, "load", str(feed), "--mapping", str(mapping), "--shop", str(shop)], check=True)
    return shop


def write_log(folder: Path) -> tuple[Path, int]:
    """events.parquet with GA4's columns, one row for each product of an event; and how many events there are."""
    path, count = folder / "events.parquet", 0
    with pq.ParquetWriter(path, SCHEMA) as writer:
        for seed in range(SEEDS):
            rows = _rows(seed, demo_products(seed))
            count += len({row["event_id"] for row in rows})
            writer.write_table(pa.Table.from_pylist(rows, schema=SCHEMA))
    return path, count


def _rows(seed: int, products: list[DemoProduct]) -> list[dict[str, object]]:
    return [
        {
            "event_id": f"{seed}-{event.event_id}",
            "name": event.name.value,
            "timestamp": event.timestamp.isoformat(),
            "user_id": f"{seed}-{event.user_id}",
            "session_id": f"{seed}-{event.session_id}",
            "search_term": event.search_term,
            "item_id": f"{seed}-{item.item_id}" if item else None,
            "quantity": item.quantity if item else None,
            "price": str(item.price) if item and item.price is not None else None,
        }
        for event in demo_events(seed, products)
        for item in (event.items or (None,))
    ]
