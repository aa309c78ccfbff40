"""Permissively licensed text, read where it lies and never copied: Icecat, Online Retail, WebShop's shopping instructions."""

import csv
import gzip
import json
from collections.abc import Iterator
from pathlib import Path

from daogou.learn.examples import Example
from daogou.text.prompts import SHOPPER, continuation

ICECAT = "icecat/products.jsonl.gz"
JUDGEMENTS = "icecat/judgements.csv"
GOALS = "intents/webshop_human_goals.json"


def goals(data: Path) -> Iterator[Example]:
    """12,087 shopping instructions that people wrote (WebShop, Yao et al. 2022, MIT)."""
    for text in json.loads((data / GOALS).read_text(encoding="utf-8")):
        yield Example(prompt=SHOPPER, continuation=continuation(text), domain="request", language="en")


def icecat_texts(data: Path) -> Iterator[Example]:
    """Titles and short descriptions (Icecat Open Content License); judged products are left out: they measure."""
    judged = _judged(data)
    with gzip.open(data / ICECAT, "rt", encoding="utf-8") as rows:
        for row in map(json.loads, rows):
            if str(row.get("id")) not in judged:
                text = " ".join(filter(None, (row.get("title"), row.get("short_description"))))
                yield Example(prompt="product:", continuation=continuation(text), domain="product", language="en")


def _judged(data: Path) -> set[str]:
    with (data / JUDGEMENTS).open(encoding="utf-8", newline="") as rows:
        return {row["docid"] for row in csv.DictReader(rows)}
