"""Does the service keep its promises? Search, chat, a crowd, memory; beside bm25s + faiss on the same data in the same run.

    python benchmarks/serving.py --shop shops/icecat     an open shop folder
    python benchmarks/serving.py                         20,000 products made by the demo shop's generator

Needs the extra `bench`. Prints one figure a line; the exit status is 1 where a bar is missed.
"""

import argparse
import statistics
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import bm25s
import faiss
import numpy as np
import psutil
from made_shop import load_feed
from running_shop import Connection, service

from daogou.app import open_shop
from daogou.catalog.products.product import Product
from daogou.encoders import minilm
from daogou.encoders.minilm import MiniLM
from daogou.ports import SearchIndex
from daogou_evals.questions import quantile

BARS = {"search p50 ms": 25.0, "chat p95 ms": 120.0, "crowd p95 ms": 1000.0, "crowd errors": 0.0, "resident MB": 800.0}
SEARCHES = (
    "laptop", "wireless mouse", "lamp", "usb stick 64gb", "black headphones", "printer under 200", "coffee",
    "monitor 24 inch", "bag", "phone case", "keyboard not black", "cheapest mouse", "笔记本电脑", "蓝牙音箱", "红色的包", "耳机",
)  # fmt: skip
TALKS = (
    ("I need a laptop with at least 8 GB of memory", "under 600 please", "a lighter one?", "compare the first two"),
    ("想买一个蓝牙音箱", "两百以内的", "有黑色的吗", "第一个和第二个哪个好"),
    ("hello", "a gift for my mother, about 30", "something cheaper", "thank you"),
    ("wireless mouse", "not black", "the cheapest one", "why this one?"),
)
SHOPPERS = 20
ROUNDS = 5  # over SEARCHES and TALKS


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shop", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        shop = given.shop or load_feed(Path(made))
        with service(shop) as (port, process):
            figures = measure(port, process)
        with open_shop(shop) as opened:
            figures |= peer(list(opened.catalogue.products()), opened.index)
    for name, value in figures.items():
        bar = f"   (at most {BARS[name]:g})" if name in BARS else ""
        print(f"{name:28} {value:10.1f}{bar}")
    return int(any(figures[name] > bar for name, bar in BARS.items()))


def measure(port: int, process: psutil.Process) -> dict[str, float]:
    """The figures of the running service."""
    door = AppState(port)
    for query in SEARCHES:
        door.search(query)
    searches = [took(lambda query=query: door.search(query)) for _ in range(ROUNDS) for query in SEARCHES]
    turns = [ms for _ in range(ROUNDS) for talk in TALKS for ms in door.talk(talk)]
    crowd, errors = _crowd(port)
    return {
        "search p50 ms": statistics.median(searches),
        "search p95 ms": quantile(searches, 0.95),
        "chat p50 ms": statistics.median(turns),
        "chat p95 ms": quantile(turns, 0.95),
        "crowd p50 ms": statistics.median(crowd),
        "crowd p95 ms": quantile(crowd, 0.95),
        "crowd errors": float(errors),
        "resident MB": process.memory_info().rss / 1e6,
    }


def peer(products: Sequence[Product], ours: SearchIndex) -> dict[str, float]:
    """bm25s over title and description, faiss over the same MiniLM vectors; in this process, no service around."""
    texts = [f"{product.title} {product.description}" for product in products]
    words = bm25s.BM25()
    words.index(bm25s.tokenize(texts, show_progress=False), show_progress=False)
    encoder = MiniLM() if minilm.available() else None
    index = faiss.IndexFlatIP(MiniLM.dimensions)
    if encoder:
        vectors = ours.vectors(encoder.name, [product.id for product in products])
        index.add(np.stack([vectors[product.id] for product in products]))

    def search(query: str) -> None:
        words.retrieve(bm25s.tokenize([query], show_progress=False), k=100, show_progress=False)
        if encoder:
            index.search(np.ascontiguousarray(encoder.encode([query])), 100)

    english = [query for query in SEARCHES if query.isascii()]
    for query in english:
        search(query)
    times = [took(lambda query=query: search(query)) for _ in range(ROUNDS) for query in english]
    return {
        "products": float(len(products)),
        "bm25s + faiss p50 ms": statistics.median(times),
        "bm25s + faiss p95 ms": quantile(times, 0.95),
    }


class AppState:
    """One shopper's connection to the service."""

    def __init__(self, port: int) -> None:
        self._connection = Connection(port)

    def search(self, query: str) -> None:
        """One search; RuntimeError on any answer but 200."""
        self._connection.ask("GET", f"/v1/search?q={urllib.parse.quote(query)}&limit=20")

    def talk(self, messages: Sequence[str]) -> Iterator[float]:
        """The milliseconds of each turn of one conversation."""
        session: dict[str, str] = {}
        for message in messages:
            started = time.perf_counter()
            answer = self._connection.ask("POST", "/v1/chat", {"message": message} | session)
            session = {"session_id": answer["session_id"]}
            yield (time.perf_counter() - started) * 1e3


def took(act: Callable[[], None]) -> float:
    """Milliseconds."""
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1e3


def _crowd(port: int) -> tuple[list[float], int]:
    """SHOPPERS conversations at the same time: the milliseconds of all turns, and how many conversations broke."""
    times: list[float] = []
    errors: list[Exception] = []

    def shopper(number: int) -> None:
        try:
            for talk in (*TALKS[number % len(TALKS) :], *TALKS[: number % len(TALKS)]):
                times.extend(AppState(port).talk(talk))
        except Exception as error:
            errors.append(error)
            print(f"shopper {number}: {error}", file=sys.stderr)

    threads = [threading.Thread(target=shopper, args=(number,)) for number in range(SHOPPERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, len(errors)


if __name__ == "__main__":
    sys.exit(main())
