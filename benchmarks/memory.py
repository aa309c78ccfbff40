"""Does a service that talks all day stay as small as it was? 20,000 turns in 10,000 sessions, and the slope of its memory.

    python benchmarks/memory.py [--shop FOLDER] [--turns 20000] [--sessions 10000]

Without --shop it serves the demo shop's 2,025 products. Four shoppers at once; no message comes twice, so that nothing is
answered from what is kept. Prints USS, PSS and RSS on the way, and the slopes after the first fifth of the turns, by least
squares; the exit status is 1 where USS grows by more than 1 MB in 10,000 turns. (PSS and RSS count pages of files too, which
come and go with what else runs on the machine.)
"""

import argparse
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
from made_shop import load_feed
from running_shop import Connection, service

TURNS, SESSIONS, SHOPPERS = 20_000, 10_000, 4
SAMPLES, WARM = 40, 0.2  # of a run; the part of it that counts as warming up
BAR_MB = 1.0  # per 10,000 turns
THINGS = ("laptop", "mug", "lamp", "tent", "headphones", "jacket", "backpack", "kettle", "monitor", "chair")
THINGS_ZH = ("笔记本电脑", "杯子", "台灯", "帐篷", "耳机", "外套", "背包", "水壶", "显示器", "椅子")
FIRST = (
    "{thing} under {amount} euros",
    "a {thing} for {name}, at least {small} GB",
    "{amount}元以内的{zh}",
    "{name} {thing} {small} cm",
)
LATER = (
    "under {amount} please",
    "not from {name}",
    "compare the first two, {name}",
    "{amount}以内，不要{name}",
    "the cheapest {thing} over {small}",
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shop", type=Path)
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--sessions", type=int, default=SESSIONS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        shop = given.shop or load_feed(Path(made), seeds=1)
        with service(shop) as (port, process):
            samples = talk(port, process, given.turns, given.sessions)
    warm = samples[samples[:, 0] >= WARM * given.turns]
    slopes = {name: slope(warm[:, 0], warm[:, column]) for column, name in ((1, "USS"), (2, "PSS"), (3, "RSS"))}
    for name, grown in slopes.items():
        print(f"{name}: {grown:+.2f} MB for 10,000 turns, over the last {len(warm)} samples (at most {BAR_MB:g})")
    return int(slopes["USS"] > BAR_MB)


def talk(port: int, process: psutil.Process, turns: int, sessions: int) -> np.ndarray:
    """Turns done, USS, PSS and RSS in MB: (n_samples, 4)."""
    samples: list[tuple[int, float, float, float]] = []
    each, begun = max(1, turns // SAMPLES), time.monotonic()
    for done in range(0, turns, each):
        part = [max(1, each * sessions // turns // SHOPPERS)] * SHOPPERS
        shoppers = [
            threading.Thread(target=shop, args=(port, done * SHOPPERS + number, count, turns // sessions))
            for number, count in enumerate(part)
        ]
        for shopper in shoppers:
            shopper.start()
        for shopper in shoppers:
            shopper.join()
        memory = process.memory_full_info()
        samples.append((done + each, memory.uss / 2**20, memory.pss / 2**20, memory.rss / 2**20))
        took_ms = (time.monotonic() - begun) * 1e3 / (done + each)
        figures = "  ".join(
            f"{name} {mb:7.2f}" for name, mb in zip(("USS", "PSS", "RSS"), samples[-1][1:], strict=True)
        )
        print(f"{done + each:6} turns  {figures} MB  {took_ms:.0f} ms a turn", flush=True)
    return np.array(samples)


def shop(port: int, seed: int, sessions: int, turns: int) -> None:
    """One shopper's sessions, one after another; RuntimeError on any answer but 200."""
    door, dice = Connection(port), random.Random(seed)
    for _ in range(sessions):
        session: dict[str, str] = {}
        for message in messages(dice, turns):
            answer = door.ask("POST", "/v1/chat", {"message": message} | session)
            session = {"session_id": answer["session_id"]}


def messages(dice: random.Random, turns: int) -> Iterator[str]:
    """What one shopper says."""
    for turn in range(turns):
        place = dice.randrange(len(THINGS))
        name = "".join(dice.choices("bcdfglmnprst", k=3)) + "".join(dice.choices("aeiou", k=2))
        words = {"thing": THINGS[place], "zh": THINGS_ZH[place], "name": name.title()}
        numbers = {"amount": dice.randint(10, 9_999), "small": dice.randint(1, 99)}
        yield dice.choice(LATER if turn else FIRST).format(**words, **numbers)


def slope(turns: np.ndarray, mb: np.ndarray) -> float:
    """MB for 10,000 turns."""
    return float(np.polyfit(turns, mb, 1)[0] * 10_000)


if __name__ == "__main__":
    sys.exit(main())
