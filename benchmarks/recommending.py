"""Does the recommender keep its promises? Loading and learning from a million events, recommending, and going on for long.

    python benchmarks/recommending.py --folder /tmp/big                 make the shop, load, learn, measure
    python benchmarks/recommending.py --folder /tmp/big --soak 10       then ask for ten minutes more: does memory grow?

20,250 products and 1.1 million events, made by the demo shop's generators; what lies in the folder already is used again.
Needs the extra `bench`. Prints one figure a line; the exit status is 1 where a bar is missed.
"""

import argparse
import itertools
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import psutil
from made_shop import load_feed, write_log
from running_shop import Connection, service

from daogou.app import open_shop
from daogou.app.learning import goods_of, learn_shop_recommender
from daogou.app.loading_events import load_event_log
from daogou.recommend.history import STRENGTHS
from daogou.recommend.learn.fitting import MOST, SIMILAR_DECAY, factorise, similar
from daogou.recommend.learn.interactions import interactions_from
from daogou_evals.questions import quantile

AT_LEAST = {"load events/s": 20_000.0}
AT_MOST = {
    "ALS and item-item s": 60.0,
    "home p50 ms": 5.0,
    "home p95 ms": 15.0,
    "third click moves the rail after ms": 1_000.0,
    "memory MB per 100,000 requests": 20.0,
}
SHOPPERS, REQUESTS = 500, 2_000
SEED = 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--soak", type=float, default=0.0, metavar="MINUTES")
    given = parser.parse_args()
    figures = dict(_figures(given.folder, given.soak))
    missed = [name for name, bar in AT_LEAST.items() if figures.get(name, bar) < bar]
    missed += [name for name, bar in AT_MOST.items() if figures.get(name, bar) > bar]
    print("missed: " + ", ".join(missed) if missed else "every bar is met")
    return int(bool(missed))


def _figures(folder: Path, soak_minutes: float) -> Iterator[tuple[str, float]]:
    folder.mkdir(parents=True, exist_ok=True)
    for figure in itertools.chain(
        _loading(folder), _learning(folder / "shop"), _serving(folder / "shop", soak_minutes)
    ):
        name, value = figure
        bar = f"   (at least {AT_LEAST[name]:g})" if name in AT_LEAST else ""
        bar = f"   (at most {AT_MOST[name]:g})" if name in AT_MOST else bar
        print(f"{name:38} {value:12.2f}{bar}", flush=True)
        yield figure


def _loading(folder: Path) -> Iterator[tuple[str, float]]:
    shop = folder / "shop"
    if not (shop / "index").exists():
        load_feed(folder)
    log = folder / "events.parquet"
    if not log.exists():
        write_log(folder)
    report = load_event_log(log, folder=shop)
    if report.new == report.rows:  # else it was loaded before: that is faster, and no figure
        yield "load events/s", report.new / report.seconds


def _learning(shop: Path) -> Iterator[tuple[str, float]]:
    with open_shop(shop) as opened:
        item_data = goods_of(opened)
        started = time.perf_counter()
        interactions = interactions_from(opened.events.events(), item_data.table)
        yield "reading the log s", time.perf_counter() - started
    yield "events learnt from", float(len(interactions.row))
    started = time.perf_counter()
    similar(interactions, decay=SIMILAR_DECAY, most=MOST)
    factorise(interactions)
    yield "ALS and item-item s", time.perf_counter() - started
    if not (shop / "recommender").exists():
        started = time.perf_counter()
        learn_shop_recommender(shop)
        yield "learn recommender, all of it, s", time.perf_counter() - started


def _serving(shop: Path, soak_minutes: float) -> Iterator[tuple[str, float]]:
    with open_shop(shop) as opened:
        acts = (event for event in opened.events.events() if event.name in STRENGTHS)
        users = list(dict.fromkeys(event.user_id for event in itertools.islice(acts, 200_000)))
    users = random.Random(SEED).sample(users, SHOPPERS)
    with service(shop) as (port, process):
        door = Connection(port)
        for user in users:  # a service that has been up for a while has read its products
            _home(door, user)
        inside = [_home(door, user)["took_ms"] for user in users]
        around = [
            _took(lambda user=user: _home(door, user)) for user in itertools.islice(itertools.cycle(users), REQUESTS)
        ]
        yield "home p50 ms", statistics.median(inside)
        yield "home p95 ms", quantile(inside, 0.95)
        yield "home over HTTP p50 ms", statistics.median(around)
        yield "home over HTTP p95 ms", quantile(around, 0.95)
        yield "third click moves the rail after ms", _third_click(door)
        yield "resident MB", process.memory_info().rss / 1e6
        if soak_minutes:
            yield from _soak(door, users, process, soak_minutes)


def _home(door: Connection, user: str) -> dict[str, object]:
    return door.ask("GET", f"/v1/recommendations?user_id={user}&limit=12")


def _third_click(door: Connection) -> float:
    """Milliseconds from a stranger's third click to a home rail that is another."""
    session = f"third-click-{time.time_ns()}"  # another one in every run: the shop remembers
    asked = f"/v1/recommendations?session_id={session}&limit=12"
    popular = [one["product_id"] for one in door.ask("GET", asked)["recommendations"]]
    about = door.ask("GET", f"/v1/recommendations?product_id={popular[-1]}&limit=3")["recommendations"]
    clicks = [{"name": "view_item", "product_id": one["product_id"], "session_id": session} for one in about]
    for click in clicks[:2]:
        door.ask("POST", "/v1/clicks", click)
    before = [one["product_id"] for one in door.ask("GET", asked)["recommendations"]]
    started = time.perf_counter()
    door.ask("POST", "/v1/clicks", clicks[2])
    while [one["product_id"] for one in door.ask("GET", asked)["recommendations"]] == before:
        if time.perf_counter() - started > 10:
            break
    return (time.perf_counter() - started) * 1e3


def _soak(door: Connection, users: list[str], process: psutil.Process, minutes: float) -> Iterator[tuple[str, float]]:
    """Rails of every kind, clicks among them; the slope is of the second half, when caches are full."""
    ends, dice = time.perf_counter() + 60 * minutes, random.Random(SEED)
    counts, sizes, number = [], [], 0
    while time.perf_counter() < ends or number < 100_000:
        number += _anything(door, dice.choice(users), number)
        if number // 1_000 > len(counts):
            counts.append(number)
            sizes.append(process.memory_info().rss / 1e6)
    half = len(counts) // 2
    yield "requests", float(number)
    yield "memory at half time MB", sizes[half]
    yield "memory at the end MB", sizes[-1]
    yield "memory MB per 100,000 requests", float(np.polyfit(counts[half:], sizes[half:], 1)[0]) * 1e5


def _anything(door: Connection, user: str, number: int) -> int:
    """Some requests; how many."""
    found = _home(door, user)["recommendations"]
    assert isinstance(found, list)
    product = found[number % len(found)]["product_id"]
    scene = ("similar", "together", "after_purchase")[number % 3]
    door.ask("GET", f"/v1/recommendations?scene={scene}&product_id={product}&user_id={user}&limit=8")
    door.ask("POST", "/v1/clicks", {"name": "view_item", "product_id": product, "user_id": f"soak-{number % 997}"})
    return 3


def _took(act: Callable[[], object]) -> float:
    """Milliseconds."""
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1e3


if __name__ == "__main__":
    sys.exit(main())
