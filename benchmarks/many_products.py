"""How does a turn's time grow with the catalogue? Icecat's rows again and again under new ids and model numbers.

    python benchmarks/many_products.py FEED.jsonl.gz --mapping examples/mappings/icecat.toml --into FOLDER [--products 54667]

Loads the feed as it is and grown into two shops (kept in FOLDER: a second run only measures), asks the same turns of both,
three rounds each, without a model, and prints p50, p95 and the memory after 500 turns. Alone on the machine, please.
"""

import argparse
import gzip
import itertools
import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from many_rows import pss

from daogou.app import open_shop
from daogou.guide import Guide

PRODUCTS = 54_667
ROUNDS, SOAK = 3, 500
BARS = {19_406: 60.0, PRODUCTS: 120.0}  # p95, ms
TURNS = (
    "I want to buy a new laptop", "laptop under 800 euros with at least 8 GB of RAM", "red mouse", "hard disk 1TB minimum",
    "a webcam for video calls", "printer without fax", "ink for HP DeskJet 2050", "U盘，至少8G", "cheapest usb c cable",
    "monitor with about 60 cm diagonal", "blue cat6 ethernet cable 2m", "headset not by Logitech", "Lenovo or ASUS laptop",
    "一千欧以内的笔记本电脑，内存16G以上", "bag for a 15 inch laptop", "projector with 3000 lumens", "toner for a brother printer",
    "wireless keyboard", "screen cleaning wipes", "led tv 50 inch", "usb stick 64gb", "无线鼠标", "黑色的耳机", "wall mount",
    "surge protector with 8 sockets", "calculator", "a gift for a child of six", "label maker tape", "memory 8 gb ddr4", "ups 1500 va",
)  # fmt: skip
_MODEL = re.compile(r"\b(?=[A-Z0-9-]*\d{2})(?=[A-Z0-9-]*[A-Z])[A-Z0-9-]{4,}\b")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("feed", type=Path)
    parser.add_argument("--mapping", type=Path, required=True)
    parser.add_argument("--into", type=Path, required=True)
    parser.add_argument("--products", type=int, default=PRODUCTS)
    given = parser.parse_args()
    given.into.mkdir(parents=True, exist_ok=True)
    missed = 0
    for name, count in (("as_it_is", 0), ("grown", given.products)):
        shop = given.into / name
        if not shop.exists():
            feed = given.into / f"{name}.jsonl"
            feed.write_text("\n".join(grown(given.feed, count)) + "\n", encoding="utf-8")
            begun = time.perf_counter()
            command = [sys.executable, "-m", "daogou", "load", feed, "--mapping", given.mapping, "--shop", shop]
            subprocess.run(list(map(str, command)), check=True, stdout=subprocess.DEVNULL)
            print(f"{name}: loaded in {time.perf_counter() - begun:.0f} s", flush=True)
        missed += measure(name, shop)
    return int(missed > 0)


def grown(feed: Path, count: int) -> Iterator[str]:
    """The feed's rows, and until there are `count` of them its rows again with other ids, EANs and model numbers."""
    with gzip.open(feed, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    for place, row in enumerate(itertools.islice(itertools.cycle(rows), count or len(rows))):
        yield json.dumps(copy(row, place // len(rows)), ensure_ascii=False)


def copy(row: dict[str, object], number: int) -> dict[str, object]:
    """The same row as another product: `number` 0 is the row itself."""
    if not number:
        return row
    changed = {name: value for name, value in row.items() if name != "ean"}
    for name in ("title", "name", "short_description"):
        if isinstance(changed.get(name), str):
            changed[name] = _MODEL.sub(lambda it: f"{it[0]}{'XYZ'[number % 3]}{number}", str(changed[name]))
    return changed | {"id": f"{row['id']}-{number}"}


def measure(name: str, folder: Path) -> int:
    """Prints the figures of a shop; 1 where its bar is missed."""
    with open_shop(folder) as shop:
        guide = shop.guide
        size = guide.engine.index.vocabulary.product_count
        for message in TURNS:
            guide.answer(message)
        rounds = [times(guide) for _ in range(ROUNDS)]
        for took in rounds:
            print(f"{name}: {size} products, p50 {statistics.median(took):.1f} ms, p95 {p95(took):.1f} ms", flush=True)
        for message in itertools.islice(itertools.cycle(TURNS), SOAK):
            guide.answer(message)
        print(f"{name}: PSS after {SOAK} turns {pss(os.getpid())} MB", flush=True)
    return int(min(map(p95, rounds)) > BARS.get(size, float("inf")))


def times(guide: Guide) -> list[float]:
    """Milliseconds of every turn."""
    took = []
    for message in TURNS:
        begun = time.perf_counter()
        guide.answer(message)
        took.append((time.perf_counter() - begun) * 1e3)
    return took


def p95(took: list[float]) -> float:
    return statistics.quantiles(took, n=20)[-1]


if __name__ == "__main__":
    raise SystemExit(main())
