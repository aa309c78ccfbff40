"""CSV and TSV, one row at a time, so that one broken row costs one row."""

import csv
import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, zip_longest

from daogou.errors import FeedError
from daogou.feed.readers.headings import fields_named, shortened
from daogou.feed.readers.record import Record

LOOKED_AT = 12  # rows
_NUMBERS = re.compile(r"\s*\d[\d.,:/ -]*")
_LIKELY = 0.55


def header_rows(rows: Sequence[Sequence[str]]) -> tuple[int, int]:
    """The place of the row with the names, and of the first row of data."""
    if (declared := _declared(rows)) is not None:
        return declared
    known = [known_columns(row) for row in rows]
    best = max(known, default=0)
    headings = [
        place for place, count in enumerate(known) if count >= 2 and 2 * count >= best and _is_heading(rows[place])
    ]
    if not headings:
        widest = max((_filled(row) for row in rows), default=0)
        place = next((i for i, row in enumerate(rows) if 2 * _filled(row) > widest), 0)
        return place, place + 1
    first = headings[0]
    last = first
    while last + 1 in headings:
        last += 1
    together = range(first, last + 1)
    place = max(together, key=lambda place: (_machine_made(rows[place]), known[place], -place))
    return place, next(
        (data for data in range(last + 1, len(rows)) if not _is_labels(rows[data], rows[data + 1 :])), last + 1
    )


def _is_labels(row: Sequence[str], later: Sequence[Sequence[str]]) -> bool:
    """Whether it says what to write into the columns ("Mandatory"): words in all that later rows fill with numbers."""
    last = next((each for each in reversed(later) if _filled(each)), ())
    counted = [cell.strip() for cell, number in zip(row, last, strict=False) if _NUMBERS.fullmatch(number)]
    words = [cell for cell in counted if cell and not _NUMBERS.fullmatch(cell)]
    return len(words) > 1 and len(words) >= len(counted) - 1 and all(words)


def _declared(rows: Sequence[Sequence[str]]) -> tuple[int, int] | None:
    """What Amazon's templates say above their table: "settings=attributeRow=5&dataRow=7&..."."""
    said = next((cell for cell in rows[0] if "attributeRow=" in cell), "") if rows else ""
    found = [re.search(rf"\b{name}=(\d+)", said) for name in ("attributeRow", "dataRow")]
    places = [int(match[1]) - 1 for match in found if match]
    return (places[0], places[1]) if len(places) == 2 and 0 <= places[0] < places[1] < len(rows) else None


def known_columns(row: Sequence[str]) -> int:
    """How many cells of a row are names of columns that a feed may have."""
    return sum(max(fields_named(cell).values(), default=0) >= _LIKELY for cell in row if 0 < len(cell) < 80)


def _filled(row: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _is_heading(row: Sequence[str]) -> bool:
    """Names of columns are words: no numbers, no times, no addresses."""
    return not any(_NUMBERS.fullmatch(cell) or "://" in cell for cell in row)


def _machine_made(row: Sequence[str]) -> bool:
    """Whether it has the names that a program gives, "item_sku", beside those for people."""
    return sum("_" in cell for cell in row) >= 2


_DELIMITERS = "\t,;|"
_SEP = re.compile(r"sep=(.)", re.IGNORECASE)
_LONGEST_ROW = 500  # lines; a quote that is open for longer was never closed
_LONGEST_CELL = 1 << 20  # characters

csv.field_size_limit(_LONGEST_CELL)
_MOST_STRAY = 0.02  # of a header's characters may be control characters


@dataclass(frozen=True, kw_only=True)
class Header:
    """The columns of a table, and what is odd about them; `ahead` are lines of data that were read with it."""

    columns: tuple[str, ...]
    delimiter: str
    notices: tuple[str, ...] = ()
    row: int = 1
    ahead: tuple[str, ...] = ()


def read_header(lines: Iterator[str]) -> Header:
    """The row that names the columns, after titles and comments; "sep=;" or its most frequent mark is the delimiter."""
    first = list(islice(lines, LOOKED_AT))
    while first and not any(line.strip() for line in first):
        first = list(islice(lines, LOOKED_AT))
    blank = next((place for place, line in enumerate(first) if line.strip()), 0)
    first = first[blank:]
    if not first:
        raise FeedError("the feed has no header row")
    top = "".join(first[:2])
    if sum(not c.isprintable() and c not in "\t\r\n" for c in top) > _MOST_STRAY * len(top):
        raise FeedError("this is no text: a feed is CSV, TSV, JSON, Parquet, Merchant XML or a spreadsheet")
    declared = _SEP.fullmatch(first[0].strip())
    start = 1 if declared else 0
    delimiter = declared[1] if declared else _delimiter(first)
    place, data = header_rows([_parse(line, delimiter) for line in first[start:]])
    place, data = place + start, data + start
    names = [shortened(name.strip()) for name in _parse(first[place], delimiter)]
    notices = tuple(
        f"the column {name!r} stands {count} times in the header; the first is used"
        for name, count in Counter(names).items()
        if count > 1 and name
    )
    return Header(
        columns=tuple(_distinct(names)),
        delimiter=delimiter,
        notices=notices,
        row=blank + data if place else 1,
        ahead=tuple(first[data:]),
    )


def read_rows(lines: Iterator[str], header: Header) -> Iterator[Record]:
    """Every row after the header, good or bad; `lines` goes on where `read_header` left it."""
    rows = _Lines(chain(header.ahead, lines), header.row)
    while (line := rows.next()) is not None:
        number = rows.number
        if not line.strip():
            continue
        yield _row(rows, line, number, header)


def _delimiter(lines: Sequence[str]) -> str:
    """The mark that cuts most lines into as many cells as any other line."""
    cut = {mark: Counter(len(_parse(line, mark)) for line in lines if line.strip()) for mark in _DELIMITERS}
    usual = {mark: max(counts, key=lambda cells: (cells > 1, counts[cells], cells)) for mark, counts in cut.items()}
    return max(_DELIMITERS, key=lambda mark: (usual[mark] > 1, cut[mark][usual[mark]] * (usual[mark] - 1)))


def _row(rows: "_Lines", line: str, number: int, header: Header) -> Record:
    text, taken = line, [line]
    while True:
        try:
            cells = next(csv.reader([text], delimiter=header.delimiter, strict=True))
            break
        except csv.Error as error:
            if "unexpected end of data" not in str(error):
                return _lenient(rows, taken, number, header)
            more = rows.next() if len(taken) < _LONGEST_ROW else None
            if more is None:
                rows.put_back(taken[1:])
                return _broken(number, "a quote is opened and never closed", line)
            taken.append(more)
            text += more
    rows.rows_were_one(len(taken))
    if len(taken) > 1 and not _is_full(cells, header):
        rows.put_back(taken[1:])
        rows.number = number
        return _broken(number, "a quote is opened and never closed", line)
    return _record(cells, number, header, text)


def _lenient(rows: "_Lines", taken: list[str], number: int, header: Header) -> Record:
    """A stray quote inside a quoted cell: the line may still make sense, unless its quote was open at its end."""
    rows.put_back(taken[1:])
    rows.number = number
    if len(taken) > 1:
        return _broken(number, "a quote is opened and never closed", taken[0])
    try:
        cells = next(csv.reader([taken[0]], delimiter=header.delimiter))
    except csv.Error as error:
        return _broken(number, f"the row can't be cut into cells: {error}", taken[0])
    record = _record(cells, number, header, taken[0])
    if record.reasons or not _is_full(cells, header):
        return _broken(number, "a quote stands inside a quoted cell (write it twice)", taken[0])
    return Record(number=number, cells=record.cells, warnings=("a quote stands inside a quoted cell (write it twice)",))


def _record(cells: list[str], number: int, header: Header, text: str) -> Record:
    if not _fits(cells, header):
        return _broken(number, f"{len(cells)} columns where the header has {len(header.columns)}", text)
    return Record(number=number, cells=dict(zip_longest(header.columns, cells[: len(header.columns)], fillvalue="")))


def _fits(cells: list[str], header: Header) -> bool:
    """Whether no cell stands beyond the header's columns, unless it is empty; cells that end early were empty."""
    return not any(cell.strip() for cell in cells[len(header.columns) :])


def _is_full(cells: list[str], header: Header) -> bool:
    """Whether the row has a cell for every column: only then was a quote that spans lines really meant."""
    return len(cells) >= len(header.columns) and _fits(cells, header)


def _broken(number: int, reason: str, text: str) -> Record:
    return Record(number=number, reasons=(reason,), raw=text.rstrip("\r\n"))


def _parse(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter))
    except csv.Error:
        return [line]


def _distinct(names: list[str]) -> Iterator[str]:
    seen: Counter[str] = Counter()
    for position, name in enumerate(names, start=1):
        seen[name] += 1
        if not name:
            yield f"column {position}"
        else:
            yield name if seen[name] == 1 else f"{name} ({seen[name]})"


class _Lines:
    """The lines with their spreadsheet row, and a way back: a row that was a mistake gives its lines back."""

    def __init__(self, lines: Iterator[str], row: int) -> None:
        self._lines = lines
        self._again: deque[str] = deque()
        self.number = row  # of the header

    def next(self) -> str | None:
        self.number += 1
        if self._again:
            return self._again.popleft()
        return next(self._lines, None)

    def put_back(self, lines: list[str]) -> None:
        self._again.extendleft(reversed(lines))

    def rows_were_one(self, lines: int) -> None:
        """A spreadsheet shows a cell with line breaks in one row."""
        self.number -= lines - 1
