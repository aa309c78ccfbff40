"""How soon is a change by POST said? A served shop, sessions under way, new prices, and products that go.

    python benchmarks/freshness.py [--shop FOLDER] [--rounds 20] [--changed 0]

Without --shop it serves the demo shop's 2,025 products; the folder named is changed, so give a copy. Each round posts a new price
of a product that two sessions are looking at, and prints how many milliseconds after the answer to POST it is said: by the next
answer of each session, by a search for the product, and by a search with a budget that only the new price meets (the index).
Then the product that was shown first is deleted: "the first one" must say that it is gone, and no search may have it.
`--changed` posts so many other prices before, as a merchant does over a day. The exit status is 1 where one takes over a second.
"""

import argparse
import statistics
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from made_shop import load_feed
from running_shop import Connection, service

BAR_MS, PATIENCE_S = 1_000.0, 120.0
BATCH = 500  # products of one POST
KEPT = ("id", "title", "availability", "condition", "description", "brand", "category", "product_type", "item_group_id")
GONE = "left the shop"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shop", type=Path)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--changed", type=int, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        shop = given.shop or load_feed(Path(made), seeds=1)
        with service(shop, options=["--write-without-key"]) as (port, _):
            door = Connection(port)
            ids = _ids(door)
            for start in range(0, given.changed, BATCH):
                rows = [_row(door, one) for one in ids[start : min(start + BATCH, given.changed)]]
                door.ask("POST", "/v1/products", [_priced(row, row["price"]["amount"] + 1) for row in rows])
            _wait(lambda: door.ask("GET", "/v1/health")["stale"] is False)
            step = max(1, len(ids) // given.rounds)
            chosen = ids[::step][: given.rounds]
            figures = [figure for one in chosen if (figure := _round(Connection(port), one))]
    took = {name: [figure[name] for figure in figures] for name in figures[0]}
    for name, times in took.items():
        print(
            f"{name:34} median {statistics.median(times):7.0f} ms, most {max(times):7.0f} ms of {len(times)} (at most {BAR_MS:g})"
        )
    return int(max(max(times) for times in took.values()) > BAR_MS)


def _round(door: Connection, product_id: str) -> dict[str, float] | None:
    """None where the product is not the first that its own title finds."""
    row = _row(door, product_id)
    one, other = (door.ask("POST", "/v1/chat", {"message": row["title"]}) for _ in range(2))
    if not one["recommendations"] or one["recommendations"][0]["product_id"] != product_id:
        return None
    new = round(row["price"]["amount"] * 0.5 + 0.01, 2)
    search = f"/v1/search?q={urllib.parse.quote(row['title'])}"
    budget = f"/v1/search?limit=200&q={urllib.parse.quote(row['product_type'] + ' under ' + str(new + 0.01))}"

    def says(asks: Connection, message: str, session: Mapping[str, Any]) -> Mapping[str, Any]:
        return asks.ask("POST", "/v1/chat", {"message": message, "session_id": session["session_id"]})

    def costs(asks: Connection, path: str) -> float | None:
        cards = asks.ask("GET", path)["results"]
        return next((card["price"]["amount"] for card in cards if card["product_id"] == product_id), None)

    told = f"{new:,.2f}".removesuffix(".00")
    door.ask("POST", "/v1/products", [_priced(row, new)])
    took = _each_until(
        door,
        {
            "a session says the new price": lambda it: told in says(it, "how much is the first one?", one)["text"],
            "another session says it": lambda it: told in says(it, "第一个多少钱？", other)["text"],
            "a search shows it": lambda it: costs(it, search) == new,
            "a budget counts by it": lambda it: costs(it, budget) == new,
        },
    )
    door.ask("DELETE", f"/v1/products/{urllib.parse.quote(product_id)}")
    return took | _each_until(
        door,
        {
            "the first one is said to be gone": lambda it: _says_gone(says(it, "tell me about the first one", one)),
            "no search has it": lambda it: costs(it, search) is None,
        },
    )


def _each_until(door: Connection, seen: Mapping[str, Callable[[Connection], bool]]) -> dict[str, float]:
    """Milliseconds from now until each is seen; all are asked side by side."""
    begun = time.perf_counter()

    def until(see: Callable[[Connection], bool]) -> float:
        own = Connection(door.port)
        _wait(lambda: see(own))
        return (time.perf_counter() - begun) * 1e3

    with ThreadPoolExecutor(len(seen)) as pool:
        return dict(zip(seen, pool.map(until, seen.values()), strict=True))


def _wait(seen: Callable[[], bool]) -> None:
    deadline = time.perf_counter() + PATIENCE_S
    while not seen():
        if time.perf_counter() > deadline:
            raise SystemExit(f"not within {PATIENCE_S:g} s")
        time.sleep(0.005)


def _says_gone(answer: Mapping[str, Any]) -> bool:
    return not answer["recommendations"] and GONE in answer["text"]


def _ids(door: Connection) -> list[str]:
    """Those that a few searches find, each once."""
    found: dict[str, None] = {}
    for query in (
        "laptop",
        "mug",
        "lamp",
        "bag",
        "phone",
        "printer",
        "cable",
        "chair",
        "tea",
        "jacket",
        "monitor",
        "book",
    ):
        cards = door.ask("GET", f"/v1/search?q={query}&limit=200")["results"]
        found |= dict.fromkeys(card["product_id"] for card in cards if card["price"])
    return list(found)


def _row(door: Connection, product_id: str) -> dict[str, Any]:
    """The product as it would be posted."""
    known = door.ask("GET", f"/v1/products/{urllib.parse.quote(product_id)}")
    facts = [{name: one[name] for name in ("name", "value", "unit")} for one in known["attributes"]]
    row = {name: known[name] for name in KEPT if known[name]}
    return row | {
        "price": known["price_before"] or known["price"],
        "attributes": facts,
        "translations": known["translations"],
    }


def _priced(row: Mapping[str, Any], amount: float) -> dict[str, Any]:
    return {**row, "price": {**row["price"], "amount": round(amount, 2)}}


if __name__ == "__main__":
    sys.exit(main())
