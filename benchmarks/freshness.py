"""How soon is a change by POST said? A served shop, sessions under way, new prices, and products that go.

    python benchmarks/freshness.py [--shop FOLDER] [--rounds 20] [--changed 0]

Without --shop it serves the demo shop's 2,025 products; the folder named is changed, so give a copy. Each round posts a new price
of a product that two sessions are looking at, and prints how many milliseconds after the answer to POST it is said: by the next
answer of each session, by a search for the product, and by a search with a budget that only the new price meets.
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

BAR_MS, PATIENCE_S = 1_000.0, 30.0
BATCH = 500  # products of one POST
LONGEST = 500  # characters of an attribute that POST takes
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
            _wait(lambda: door.ask("GET", "/v1/health")["stale"] is False, "the index is fresh")
            step = max(1, len(ids) // given.rounds)
            chosen = ids[::step][: given.rounds]
            figures = [figure for one in chosen if (figure := _round(Connection(port), one))]
    slowest = 0.0
    for name in figures[0]:
        times, answers = zip(*(figure[name] for figure in figures), strict=True)
        slowest = max(slowest, *times)
        said = f"the first answer has it in {answers.count(1)} of {len(answers)}"
        print(f"{name:34} median {statistics.median(times):5.0f} ms, most {max(times):5.0f} ms; {said}")
    return int(slowest > BAR_MS)


def _round(door: Connection, product_id: str) -> dict[str, tuple[float, int]] | None:
    """None where the product is not the first that its own title finds."""
    row = _row(door, product_id)
    one, other = (door.ask("POST", "/v1/chat", {"message": row["title"]}) for _ in range(2))
    if not one["recommendations"] or one["recommendations"][0]["product_id"] != product_id:
        return None
    new = round(row["price"]["amount"] * 0.5 + 0.01, 2)
    search = f"/v1/search?q={urllib.parse.quote(row['title'])}"
    budget = search + urllib.parse.quote(f" under {new + 0.01:.2f}")

    def says(asks: Connection, message: str, session: Mapping[str, Any]) -> Mapping[str, Any]:
        return asks.ask("POST", "/v1/chat", {"message": message, "session_id": session["session_id"]})

    def costs(asks: Connection, path: str, most: int = 200) -> float | None:
        cards = asks.ask("GET", path)["results"][:most]
        return next((card["price"]["amount"] for card in cards if card["product_id"] == product_id), None)

    told = f"{new:,.2f}".removesuffix(".00")
    door.ask("POST", "/v1/products", [_priced(row, new)])
    took = _each_until(
        door,
        {
            "a session says the new price": lambda it: told in says(it, "how much is the first one?", one)["text"],
            "another session says it": lambda it: told in says(it, "第一个多少钱？", other)["text"],
            "a search shows it": lambda it: costs(it, search) == new,
            "with a budget it is found first": lambda it: costs(it, budget, most=1) == new,
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


def _each_until(door: Connection, seen: Mapping[str, Callable[[Connection], bool]]) -> dict[str, tuple[float, int]]:
    """Milliseconds from now until each is seen, and in which answer; all are asked side by side."""
    begun = time.perf_counter()

    def until(what: str) -> tuple[float, int]:
        own = Connection(door.port)
        answers = _wait(lambda: seen[what](own), what)
        return (time.perf_counter() - begun) * 1e3, answers

    with ThreadPoolExecutor(len(seen)) as pool:
        return dict(zip(seen, pool.map(until, seen), strict=True))


def _wait(seen: Callable[[], bool], what: str) -> int:
    """How often it was looked for."""
    deadline, looks = time.perf_counter() + PATIENCE_S, 1
    while not seen():
        if time.perf_counter() > deadline:
            raise SystemExit(f"{what}: not within {PATIENCE_S:g} s")
        time.sleep(0.005)
        looks += 1
    return looks


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
    facts = [
        {name: one[name] for name in ("name", "value", "unit")}
        for one in known["attributes"]
        if not isinstance(one["value"], str) or 0 < len(one["value"]) <= LONGEST
    ]
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
