"""The numbers of a product (id, mpn, gtin, those of titles and attributes), which products a number means, and where they are kept."""

import functools
import json
import mmap
import re
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path

import numpy as np

from daogou.catalog.products.candidate import Hit
from daogou.catalog.products.product import Product
from daogou.catalog.products.vocabulary import AttributeKind, AttributeProfile, Vocabulary
from daogou.index.arrays.arrays import Array, open_array, save_arrays
from daogou.text.substances import LEAST_PART, cuts_number, folded_code, has_digit, is_amount, mixed, telling
from daogou.text.words import normalize

OWN, TITLE = "", "title"  # where a number stands; else an attribute's name with a colon before it
WHOLE, IN_TITLE, PART = 1.0, 0.9, 0.5  # scores; a part's is less, the less of the number it is
FEW = 12  # products: what more of them share does not tell one
LEAST_SHARE = 0.5  # of a number that a part of it must be
_LONGEST = 32  # characters of an attribute's value that may be a number
_LEAST_IN_TITLE = 5
_LEAST_DIGITS = 6  # of an attribute's value without letters that may be a number
_LOOKED_AT = 200  # values of an attribute
_DISTINCT, _MIXED = 0.5, 0.6  # shares of an attribute's values from which on it holds numbers
_WORD = re.compile(r"[a-z0-9]+(?:[-./_][a-z0-9]+)*")
_FOR = re.compile(r"\b(?:for|fits?|compatible|replaces)\b|适用|适配|用于|兼容")


@dataclass(frozen=True, slots=True)
class Entry:
    """That a product has this number there."""

    product_id: str
    code: str
    source: str


def product_codes(product: Product) -> list[tuple[str, str]]:
    """(folded number, where it stands), each once."""
    own = [product.id, product.mpn, product.gtin, product.item_group_id]
    found = [(folded_code(number), OWN) for number in own if number]
    found += [(code, TITLE) for code in _of_title(product.title)]
    values = ((fact.name, fact.value) for fact in product.attributes if isinstance(fact.value, str))
    found += [(folded_code(value), f":{name}") for name, value in values if _may_number(value)]
    return list(dict.fromkeys((code, source) for code, source in found if has_digit(code)))


def code_sources(vocabulary: Vocabulary) -> frozenset[str]:
    """Where numbers stand in this shop: with the products' own, in titles, and in attributes that hold little else."""
    return frozenset((OWN, TITLE, *(f":{name}" for name, known in vocabulary.attributes.items() if _numbers(known))))


def meant(code: str, whole: Iterable[Entry], parts: Iterable[Entry], sources: Collection[str]) -> list[Hit]:
    """The products that the folded number means, best first: by their whole number, else by that of their title, else by
    a part that few have.
    """
    there = [entry for entry in whole if entry.source in sources]
    own = _hits((entry.product_id, WHOLE) for entry in there if entry.source != TITLE)
    titled = _hits((entry.product_id, IN_TITLE) for entry in there)
    if own or titled:
        return own or (titled if len(titled) <= FEW else [])
    partly = _hits((e.product_id, PART * len(code) / len(e.code)) for e in parts if e.source in sources)
    return partly if len(partly) <= FEW else []


def long_enough(part: str, code: str) -> bool:
    """Whether so much of a number can stand for it."""
    return LEAST_PART <= len(part) < len(code) and len(part) >= LEAST_SHARE * len(code)


def _hits(found: Iterable[tuple[str, float]]) -> list[Hit]:
    best: dict[str, float] = {}
    for product_id, score in found:
        best[product_id] = max(score, best.get(product_id, 0.0))
    hits = [Hit(product_id=product_id, score=score) for product_id, score in best.items()]
    return sorted(hits, key=lambda hit: (-hit.score, hit.product_id))


def _of_title(title: str) -> Iterator[str]:
    """Words such as BL1850B, and with the word before: GSR 18V-28; not those of what the product is for."""
    text = normalize(title).casefold()
    away = _FOR.search(text)
    before = ""
    for match in _WORD.finditer(text, 0, away.start() if away else len(text)):
        word = match.group()
        if has_digit(word) and not is_amount(word):
            code = folded_code(word)
            adjoining = before if text[: match.start()].endswith(f"{before} ") else ""
            for one in (code, f"{adjoining}{code}" if adjoining.isalpha() and mixed(code) else ""):
                if len(one) >= _LEAST_IN_TITLE and telling(one):
                    yield one
        before = word


@functools.lru_cache(maxsize=8_192)
def _may_number(value: str) -> bool:
    if len(value) > _LONGEST:
        return False
    code = folded_code(value)
    numbering = mixed(code) or (code.isdigit() and len(code) >= _LEAST_DIGITS)
    return numbering and not is_amount(value)


def _numbers(profile: AttributeProfile) -> bool:
    """Whether nearly every product has another value, and most of the values mix letters and digits."""
    if profile.kind is not AttributeKind.TEXT or not profile.values:
        return False
    if len(profile.values) < _DISTINCT * sum(profile.values.values()):
        return False
    looked_at = list(islice(profile.values, _LOOKED_AT))
    return sum(map(_may_number, looked_at)) >= _MIXED * len(looked_at)


_TABLE = "codes"
_BETWEEN = b"\n"
_MOST = 200  # entries looked at for a part of a number: what has more tells nothing


class CodesWriter:
    """Collects each row's numbers for the index of a segment."""

    def __init__(self) -> None:
        self._codes: list[str] = []
        self._entries = array("i")  # row, source: two for each number
        self._sources: dict[str, int] = {}

    def add(self, row: int, codes: Sequence[tuple[str, str]]) -> None:
        """The row has these numbers: (folded, where it stands)."""
        for code, source in codes:
            self._codes.append(code)
            self._entries.extend((row, self._sources.setdefault(source, len(self._sources))))

    def save(self, folder: Path) -> None:
        """Write what `Codes` reads."""
        order = sorted(range(len(self._codes)), key=self._codes.__getitem__)
        places, starts = array("q", [1]), array("q", [0])
        with (folder / f"{_TABLE}.bin").open("wb") as file:
            for code, same in groupby(order, key=self._codes.__getitem__):
                places.append(places[-1] + file.write(_BETWEEN + code.encode()))
                starts.append(starts[-1] + sum(1 for _ in same))
            file.write(_BETWEEN)
        (folder / f"{_TABLE}.sources.json").write_text(json.dumps(list(self._sources)), encoding="utf-8")
        entries = np.array(self._entries, dtype=np.int32).reshape(-1, 2)[order]
        arrays: dict[str, Array] = {
            "places": np.array(places, dtype=np.int64),
            "starts": np.array(starts, dtype=np.int64),
            "rows": entries[:, 0].copy(),
            "sources": entries[:, 1].astype(np.int16),
        }
        save_arrays(folder, _TABLE, arrays)


class Codes:
    """The numbers of one segment."""

    def __init__(self, folder: Path) -> None:
        with (folder / f"{_TABLE}.bin").open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._sources: list[str] = json.loads((folder / f"{_TABLE}.sources.json").read_text(encoding="utf-8"))
        self._places, self._starts, self._rows, self._source = (
            open_array(folder, _TABLE, name) for name in ("places", "starts", "rows", "sources")
        )

    def whole(self, code: str) -> Iterator[tuple[int, str, str]]:
        """(row, number, where it stands) of the rows that have exactly this number."""
        at = bisect_left(range(len(self._places) - 1), code, key=self._code)
        if at < len(self._places) - 1 and self._code(at) == code:
            yield from self._entries(at)

    def parts(self, part: str) -> Iterator[tuple[int, str, str]]:
        """The same for numbers that this is a good part of; not all where many are."""
        sought, seen = part.encode(), 0
        found = self._bytes.find(sought)
        while found >= 0 and seen < _MOST:
            at = int(np.searchsorted(self._places, found, side="right")) - 1
            code, start = self._code(at), found - int(self._places[at])
            if long_enough(part, code) and not cuts_number(code, start, start + len(part)):
                yield from self._entries(at)
                seen += 1
            found = self._bytes.find(sought, int(self._places[at + 1]))

    def _code(self, at: int) -> str:
        return self._bytes[int(self._places[at]) : int(self._places[at + 1]) - 1].decode()

    def _entries(self, at: int) -> Iterator[tuple[int, str, str]]:
        code = self._code(at)
        for place in range(int(self._starts[at]), int(self._starts[at + 1])):
            yield int(self._rows[place]), code, self._sources[self._source[place]]
