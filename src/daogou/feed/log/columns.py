"""Which column of a log fills which field of an event: told by what the cells hold as well as by the names."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from daogou.feed.log.acts import Act, Fields, event_names, word_of, words_for
from daogou.feed.readers.record import Scalar, text_of
from daogou.feed.times import day_first_in, moment

Known = Callable[[str], bool]  # whether the shop knows a product by that id, number or title

_MOSTLY, _NAMED = 0.8, 0.5  # of the filled cells of a column that must be what it is taken for, unless it is called so
_VAGUE = ("name", "number")  # of an order, in a list of nothing but orders
_IN_PARTS = ("item_id", "quantity", "order", "search_term")
_NUMBER_ENDS = ("id", "sku", "code", "number", "asin", "ean", "编码", "编号")
_ITEM_FIELDS = ("quantity", "price", "index", "item_list_id")
_ACT_FIELDS = ("user_id", "session_id", "search_term", "order", "status", "cancelled", "zone")
_FEW = 60  # values: a column of events has no more, whatever they are called
_OURS = (datetime(1995, 1, 1, tzinfo=UTC), timedelta(days=3650))  # when shops are online


@dataclass(frozen=True, kw_only=True)
class LogColumns:
    """The columns of each field, best first: of an act, of a product in its list, of a product in the act's own row."""

    acts: Mapping[str, tuple[str, ...]]
    inside: Mapping[str, tuple[str, ...]]
    beside: Mapping[str, tuple[str, ...]]
    day_first: bool | None = None
    bought: bool = False  # a list of orders: nothing says what was done, since all was bought
    lines: bool = False  # an order's sum stands in rows of its own, beside those of its products

    def told(self) -> str:
        """The guess, for people: field = columns."""
        named = [
            *self.acts.items(),
            *self.beside.items(),
            *((f"items.{name}", found) for name, found in self.inside.items()),
        ]
        said = [f"{name} = {' or '.join(columns)}" for name, columns in named if columns]
        return "; ".join([*said, *(["every row is a purchase"] if self.bought else [])])


def guess_columns(acts: Sequence[Act], known: Known) -> LogColumns | None:
    """What the columns of these acts are; None where no column tells the time, or none a product."""
    cells = _by_column(act.fields for act in acts)
    inside = _by_column(item for act in acts for item in act.items)
    listed, beside = _item_columns(inside, known, alone=True), _item_columns(cells, known, alone=False)
    when = _when(cells)
    if not when or not (listed["item"] or beside["item"] or _named(cells, "search_term")):
        return None
    name = _name(cells)
    chosen = {field: _named(cells, field) for field in _ACT_FIELDS}
    taken = {*when, *beside["item"], *name}
    vague = _VAGUE if name else ()
    chosen["order"] = tuple(column for column in chosen["order"] if column not in taken and column not in vague)
    chosen["event_id"] = tuple(
        column for column in _named(cells, "event_id") if _tells_apart(column, acts, (*when, *name))
    )
    chosen["user_id"] = tuple(column for column in chosen["user_id"] if column not in taken)
    chosen["clock"] = _clock(cells, when)
    seen = {word_of(text_of(cell)) for column in name for cell in cells[column]}
    bought = not name and bool(chosen["order"] or beside["quantity"] or beside["price"])
    if not name and not bought:
        return None
    return LogColumns(
        acts={"timestamp": when, "name": name, **chosen},
        inside=listed,
        beside=beside,
        day_first=day_first_in(cell for column in when for cell in cells[column]),
        bought=bought,
        lines="transaction_item" in seen,
    )


def _by_column(rows: Iterable[Fields]) -> dict[str, list[Scalar]]:
    found: dict[str, list[Scalar]] = defaultdict(list)
    for row in rows:
        for name, cell in row.items():
            found[name].append(cell)
    return found


def _named(cells: Mapping[str, object], field: str) -> tuple[str, ...]:
    """The columns called so, best first; productid is product_id."""
    written = {name.replace("_", ""): name for name in cells}
    words = words_for(f"columns.{field}")
    found = [name for word in words if (name := written.get(word.replace("_", "")))]
    if field in _IN_PARTS:  # what it is of stands before it: cart_line_quantity
        telling = (word for word in words if "_" in word or word in ("sku", "quantity", "qty", "query"))
        found += [n for word in telling for n in cells if n.endswith(f"_{word}") and not n.startswith("total")]
    return tuple(dict.fromkeys(found))


def _item_columns(cells: Mapping[str, list[Scalar]], known: Known, *, alone: bool) -> dict[str, tuple[str, ...]]:
    """The columns of a product: those that the shop knows products by come first, whatever they are called."""
    ids, names = _named(cells, "item_id"), _named(cells, "item_name")
    if not alone:  # among the act's own "id" and "name" may be anybody's
        ids = tuple(word for word in ids if word not in ("id", "products", "upc"))
        names = tuple(word for word in names if word not in ("name", "title", "description"))
    shares = {column: _share(values, lambda cell: known(text_of(cell))) for column, values in cells.items()}
    told = [
        column
        for column in cells
        if shares[column] > 0.5 and (_distinct(cells[column]) > 1 or column.endswith(_NUMBER_ENDS))
    ]
    order = dict.fromkeys((*ids, *told, *names))
    ranked = sorted(order, key=lambda column: -round(shares[column], 1))
    found = {"item": tuple(ranked)}
    return found | {field: tuple(c for c in _named(cells, field) if c not in told) for field in _ITEM_FIELDS}


def _when(cells: Mapping[str, list[Scalar]]) -> tuple[str, ...]:
    """The first column called so that holds moments; one with the time of the day before one without."""
    named = list(_named(cells, "timestamp"))
    others = [name for name in cells if name not in named] if not named else []
    found = [column for column in named if _share(cells[column], lambda cell: moment(cell) is not None) >= _NAMED]
    found += [column for column in others if _share(cells[column], _is_moment) >= _MOSTLY]
    return tuple(sorted(found, key=lambda column: _share(cells[column], _is_day) > 0.5))


def _clock(cells: Mapping[str, list[Scalar]], when: Sequence[str]) -> tuple[str, ...]:
    """A column with the time of the day, where that of the moment has only days."""
    if _share(cells[when[0]], _is_day) <= 0.5:
        return ()
    return tuple(
        word
        for word in _named(cells, "clock")
        if _share(cells[word], lambda cell: moment(f"2026-01-01 {text_of(cell)}") is not None) >= _MOSTLY
    )


def _name(cells: Mapping[str, list[Scalar]]) -> tuple[str, ...]:
    """The columns that say what was done: what they are called, or that they hold little but known names of acts."""
    found = []
    for column, values in cells.items():
        texts = Counter(word_of(text_of(value)) for value in values if not isinstance(value, datetime))
        acts = sum(count for text, count in texts.items() if text in event_names())
        others = sum(count for text, count in texts.items() if text in words_for("other.names"))
        called = column in _named(cells, "name")
        share = (acts + others) / len(values)
        if acts and (called or (share >= _MOSTLY and len(texts) <= _FEW and len(texts) > 1)):
            found.append((-acts, column))
    return tuple(column for _, column in sorted(found)[:1])


def _tells_apart(column: str, acts: Sequence[Act], with_: Sequence[str]) -> bool:
    """Whether a number is that of one act: a counter comes again with another time or another act."""
    said: dict[Scalar, set[tuple[Scalar | None, ...]]] = defaultdict(set)
    for act in acts:
        if column in act.fields:
            said[act.fields[column]].add(tuple(act.fields.get(one) for one in with_))
    return sum(len(different) > 1 for different in said.values()) <= 0.05 * len(said)


def _share(values: Sequence[Scalar], holds: Callable[[Scalar], bool]) -> float:
    return sum(map(holds, values)) / len(values) if values else 0.0


def _distinct(values: Sequence[Scalar]) -> int:
    return len({text_of(value) for value in values})


def _is_moment(cell: Scalar) -> bool:
    found = moment(cell)
    return found is not None and _OURS[0] <= found.at <= datetime.now(UTC) + _OURS[1]


def _is_day(cell: Scalar) -> bool:
    found = moment(cell)
    return found is not None and found.whole_day
