"""Does a feed of a million rows stream? Made-up rows, one load without encoders, its seconds and its largest memory.

    python benchmarks/many_rows.py --into FOLDER [--rows 1000000] [--profile]

Prints rows per second, the processor's seconds and the largest PSS (MB, looked at every second); `--profile` prints
where the time goes instead. The feed in FOLDER is made once for each number of rows.
"""

import argparse
import csv
import os
import random
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

from daogou.text.thesaurus import thesaurus

SEED = 7
HEADINGS = [
    "id",
    "title",
    "price",
    "brand",
    "category",
    "color",
    "material",
    "weight",
    "availability",
    "gtin",
    "link",
    "description",
]
COLOURS = [
    "black",
    "white",
    "red",
    "navy blue",
    "grey",
    "silver",
    "green",
    "beige",
    "pink",
    "yellow",
    "purple",
    "brown",
]
MATERIALS = ("cotton", "leather", "steel", "plastic", "wood", "glass", "aluminium", "polyester", "wool", "ceramic")
STATES = ("in_stock",) * 8 + ("out_of_stock", "preorder")
ADJECTIVES = [
    "Pro",
    "Classic",
    "Ultra",
    "Mini",
    "Compact",
    "Premium",
    "Wireless",
    "Outdoor",
    "Everyday",
    "Portable",
    "Slim",
]
WORDS = 4_000  # of the descriptions, the most frequent first
SYLLABLES = ("ra", "lo", "ten", "mi", "sar", "vek", "du", "pel", "on", "gri", "ta", "bo", "lin", "es", "qua", "fer")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--into", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--profile", action="store_true")
    given = parser.parse_args()
    given.into.mkdir(parents=True, exist_ok=True)
    feed, shop = given.into / f"rows-{given.rows}.csv", given.into / f"shop-{given.rows}"
    if not feed.exists():
        write_feed(feed, given.rows)
    shutil.rmtree(shop, ignore_errors=True)
    profiled = ["-m", "cProfile", "-s", "tottime"] if given.profile else []
    command = [sys.executable, *profiled, "-m", "daogou", "load", str(feed), "--shop", str(shop)]
    began, most = time.perf_counter(), 0
    with subprocess.Popen(command, env=os.environ | {"DAOGOU_ENCODERS": ""}) as load:
        while load.poll() is None:
            most = max(most, pss(load.pid))
            time.sleep(1)
    seconds, used = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"{given.rows:,} rows in {seconds:.0f} s ({given.rows / seconds:,.0f}/s), {used.ru_utime + used.ru_stime:.0f} s of processor,"
        f" largest PSS {most} MB, largest RSS {used.ru_maxrss // 1024} MB"
    )
    return int(load.returncode != 0)


def write_feed(path: Path, rows: int) -> None:
    """A feed of goods of every kind that the thesaurus knows, each with a model number of its own."""
    chance = random.Random(SEED)
    kinds = [
        (concept.department, concept.phrases["en"][0])
        for concept in thesaurus().types.values()
        if concept.phrases["en"]
    ]
    brands = [word(chance).capitalize() for _ in range(400)]
    words = [word(chance) for _ in range(WORDS)]
    shares = [1 / (rank + 10) for rank in range(WORDS)]
    with path.open("w", encoding="utf-8", newline="") as file:
        written = csv.writer(file)
        written.writerow(HEADINGS)
        for number in range(rows):
            department, kind = chance.choice(kinds)
            brand, colour, material = chance.choice(brands), chance.choice(COLOURS), chance.choice(MATERIALS)
            model = f"{word(chance)[:2].upper()}{number:06}"
            title = f"{brand} {model} {chance.choice(ADJECTIVES)} {kind.title()} {colour.title()}"
            told = " ".join(chance.choices(words, shares, k=chance.randint(8, 40))).capitalize()
            price, weight = f"{chance.lognormvariate(3.5, 1):.2f} EUR", f"{chance.lognormvariate(0, 1):.2f} kg"
            path_ = f"{department.title()} > {kind.title()}"
            link = f"https://shop.example/p/{number}"
            written.writerow(
                (
                    number,
                    title,
                    price,
                    brand,
                    path_,
                    colour,
                    material,
                    weight,
                    chance.choice(STATES),
                    "",
                    link,
                    told + ".",
                )
            )


def word(chance: random.Random) -> str:
    return "".join(chance.choices(SYLLABLES, k=chance.randint(2, 4)))


def pss(process: int) -> int:
    """Proportional set size of a process, MB; 0 where it has ended."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("Pss:")), 0)


if __name__ == "__main__":
    raise SystemExit(main())
