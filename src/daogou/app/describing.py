"""Describing a whole shop into a file that a killed run goes on with."""

import csv
import io
import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from daogou.app.engines import open_model
from daogou.app.opening import Shop
from daogou.catalog.products.product import Product
from daogou.errors import UserError
from daogou.ports import LanguageModel
from daogou.progress import Progress, silent
from daogou.reply.describe.description import VARIANTS, describe
from daogou.reply.describe.words import FACTS, SENTENCES, Brief

COLUMNS = ("id", "generated_description", "language")
BATCH = 20  # descriptions between two fsyncs: what a power cut may cost
TRIED = 5  # products that an estimate measures
TOKENS_OF_A_FACT, TOKENS_OF_A_SENTENCE, TOKENS_OF_THE_ORDER = 12, 30, 90  # about
REMOTE = "openai"


@dataclass(frozen=True, kw_only=True)
class Described:
    """What a run did."""

    written: int
    already: int
    unknown: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """What a run would take; no tokens are read without a model on another machine."""

    products: int
    seconds: float
    tokens_read: int = 0


def describe_shop(
    shop: Shop,
    brief: Brief,
    output: Path,
    *,
    ids: Sequence[str] = (),
    limit: int = 0,
    model: LanguageModel | None = None,
    on_progress: Progress = silent,
) -> Described:
    """Append a row for each product that the file lacks; UserError where the file is not one of ours."""
    products, unknown = _products(shop, ids, limit)
    done = _resume(output, brief.language)
    left = [product for product in products if product.id not in done]
    already, at = len(products) - len(left), shop.clock()
    with output.open("ab") as file:
        if not output.stat().st_size:
            file.write(_head(output))
        for number, product in enumerate(left, start=1):
            described = describe(product, brief, at=at, model=model)
            file.write(_row(output, product.id, described.text, brief.language))
            file.flush()
            if number % BATCH == 0:
                _keep(file)
            on_progress("describing", already + number, len(products))
        _keep(file)
    return Described(written=len(left), already=already, unknown=unknown)


def estimate(
    shop: Shop, brief: Brief, output: Path, *, ids: Sequence[str] = (), limit: int = 0, model_name: str = ""
) -> Estimate:
    """Products left, and seconds by trying a few; nothing is asked of a model on another machine."""
    products, _ = _products(shop, ids, limit)
    done = _done(output, brief.language)
    left = [product for product in products if product.id not in done]
    remote = model_name.partition(":")[0] == REMOTE
    model = None if remote else model_of(shop, model_name)
    tried = left[:TRIED]
    start = time.perf_counter()
    for product in tried:
        describe(product, brief, at=shop.clock(), model=model)
    seconds = (time.perf_counter() - start) / max(1, len(tried)) * len(left)
    if not remote:
        return Estimate(products=len(left), seconds=seconds)
    prompt = TOKENS_OF_THE_ORDER + TOKENS_OF_A_FACT * FACTS[brief.length]
    judged = VARIANTS * (prompt + TOKENS_OF_A_SENTENCE * SENTENCES[brief.length][1])
    return Estimate(products=len(left), seconds=seconds, tokens_read=len(left) * judged)


def model_of(shop: Shop, name: str) -> LanguageModel | None:
    """The model of that name; the shop's own where none is named."""
    return open_model(replace(shop.settings, language_model=name)) if name else shop.model


def _products(shop: Shop, ids: Sequence[str], limit: int) -> tuple[list[Product], tuple[str, ...]]:
    if not ids:
        return list(islice(shop.catalogue.products(), limit or None)), ()
    wanted = list(dict.fromkeys(ids))
    found = shop.catalogue.get(wanted)
    known = [found[one] for one in wanted if one in found]
    return known[: limit or None], tuple(one for one in wanted if one not in found)


def _resume(output: Path, language: str) -> set[str]:
    """The ids that are told already; a last line that was torn off is dropped from the file."""
    done = _done(output, language)
    if output.exists():
        with output.open("r+b") as file:
            file.truncate(len(_whole(file.read())))
    return done


def _done(output: Path, language: str) -> set[str]:
    """Reads only; UserError for a file that this command did not write, or wrote in another language."""
    rows = list(_rows(output)) if output.exists() else []
    others = {row[2] for row in rows} - {language}
    if others:
        raise UserError(f"'{output}' holds descriptions in '{others.pop()}', not in '{language}'; name another file")
    return {row[0] for row in rows}


def _rows(output: Path) -> Iterator[tuple[str, str, str]]:
    whole = _whole(output.read_bytes())
    foreign = UserError(f"'{output}' was not written by 'daogou describe'; it is left as it is, name another file")
    if not whole:
        if not _is_torn_start(output):
            raise foreign
        return
    try:
        text = whole.decode("utf-8")
        head, *rows = _objects(text) if _is_jsonl(output) else csv.reader(io.StringIO(text), strict=True)
        if tuple(head) != COLUMNS:
            raise ValueError(head)
    except (ValueError, TypeError, csv.Error) as error:
        raise foreign from error
    yield from ((row[0], row[1], row[2]) for row in rows if len(row) == len(COLUMNS))


def _is_torn_start(output: Path) -> bool:
    """Whether the file is empty, or was cut off within its first line."""
    data, start = output.read_bytes(), b'{"id": "' if _is_jsonl(output) else _head(output)
    return start.startswith(data) or (_is_jsonl(output) and data.startswith(start))


def _whole(data: bytes) -> bytes:
    """Up to the last line that was written whole: no value of ours has a line break."""
    return data[: data.rfind(b"\n") + 1]


def _objects(text: str) -> Iterator[list[str]]:
    """As rows of a table, the head first."""
    yield list(COLUMNS)
    for line in text.splitlines():
        row = json.loads(line)
        if tuple(row) != COLUMNS:
            raise ValueError(row)
        yield [row[name] for name in COLUMNS]


def _is_jsonl(output: Path) -> bool:
    return output.suffix in (".jsonl", ".ndjson")


def _head(output: Path) -> bytes:
    return b"" if _is_jsonl(output) else (",".join(COLUMNS) + "\n").encode()


def _row(output: Path, *values: str) -> bytes:
    if _is_jsonl(output):
        return (json.dumps(dict(zip(COLUMNS, values, strict=True)), ensure_ascii=False) + "\n").encode()
    with closing(io.StringIO()) as line:
        csv.writer(line, lineterminator="\n").writerow([" ".join(value.splitlines()) for value in values])
        return line.getvalue().encode()


def _keep(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
