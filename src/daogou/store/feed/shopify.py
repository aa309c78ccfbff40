"""Shopify's product CSV: several rows with one handle are one product with variants and images.

Variants that share price, compare-at price and availability, and whose options form a full grid, become one record with
its options as lists; so every combination that a product claims can be had at its price. The records of a handle share
`item_group_id`; the first keeps the handle as its id, the others add their first variant's options.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, product

from daogou.store.feed.record import Cell, Record, Scalar
from daogou.text.normalize import snake_case

# Our column -> what Shopify calls it, in the exports before and since 2024.
_NAMES: dict[str, tuple[str, ...]] = {
    "handle": ("handle", "url handle"),
    "title": ("title",),
    "body": ("body (html)", "description"),
    "vendor": ("vendor",),
    "category": ("product category", "google shopping / google product category"),
    "type": ("type", "custom product type"),
    "tags": ("tags",),
    "published": ("published", "published on online store"),
    "status": ("status",),
    "sku": ("variant sku", "sku"),
    "barcode": ("variant barcode", "barcode"),
    "price": ("variant price", "price"),
    "compare_at": ("variant compare at price", "compare-at price"),
    "quantity": ("variant inventory qty", "inventory quantity"),
    "policy": ("variant inventory policy", "continue selling when out of stock"),
    "tracker": ("variant inventory tracker", "inventory tracker"),
    "grams": ("variant grams", "weight value (grams)"),
    "image": ("image src", "product image url"),
    "condition": ("google shopping / condition",),
}
_OPTIONS = ("option1", "option2", "option3")
_NO_OPTION = ("", "title", "default title")

Row = Mapping[str, str]
Variant = tuple[tuple[str, ...], Row]  # the option values, the row


def is_shopify(columns: Iterable[str]) -> bool:
    """Whether a header is that of a Shopify product export."""
    found = {column.casefold() for column in columns}
    return bool(found & {"handle", "url handle"}) and "option1 name" in found and "option1 value" in found


def read_products(rows: Iterable[Record]) -> Iterator[Record]:
    """One record for each group of variants; broken rows go through as they are."""
    for handle, records in groupby(rows, key=lambda record: _handle(record)):
        if handle is None:
            yield from records
        else:
            yield from _products(handle, list(records))


def _handle(record: Record) -> str | None:
    if record.reasons:
        return None
    return next((str(cell).strip() for name, cell in record.cells.items() if name.casefold() in _NAMES["handle"]), "")


def _products(handle: str, records: list[Record]) -> Iterator[Record]:
    rows = [_row(record) for record in records]
    number = {id(row): record.number for row, record in zip(rows, records, strict=True)}
    first = rows[0]
    names = [_first(rows, f"{option} name") for option in _OPTIONS]
    variants = [(tuple(row[f"{option} value"] for option in _OPTIONS), row) for row in rows if _is_variant(row)]
    groups = [grid for group in _alike(variants) for grid in _grids(group)] or [[(("", "", ""), first)]]
    for index, group in enumerate(groups):
        options, row = group[0]
        suffix = "-".join(snake_case(option) for option in options if option.casefold() not in _NO_OPTION)
        cells = {name: row[name] or (first[name] if name in _SHARED else "") for name in _NAMES}
        yield Record(
            number=number[id(row)],
            cells={
                **cells,
                "id": handle if index == 0 else f"{handle}:{suffix or index + 1}",
                "group": handle if len(groups) > 1 else "",
                "image": row["image"] or _first(rows, "image"),
                "availability": _availability(first, row),
                **_options(names, group),
            },
        )


_SHARED = frozenset(("title", "body", "vendor", "category", "type", "tags", "published", "status", "condition"))


def _row(record: Record) -> Row:
    folded = {name.casefold(): str(cell or "").strip() for name, cell in record.cells.items()}
    row = {ours: next((folded[name] for name in names if folded.get(name)), "") for ours, names in _NAMES.items()}
    return row | {f"{option} {part}": folded.get(f"{option} {part}", "") for option in _OPTIONS for part in _PARTS}


_PARTS = ("name", "value")


def _first(rows: Sequence[Row], name: str) -> str:
    return next((row[name] for row in rows if row[name]), "")


def _is_variant(row: Row) -> bool:
    """A row that only brings one more image has neither a price nor an option."""
    return bool(row["price"] or row["option1 value"] or row["sku"])


def _alike(variants: list[Variant]) -> list[list[Variant]]:
    """Variants by price, compare-at price and availability, in the feed's order."""
    groups: dict[tuple[str, ...], list[Variant]] = {}
    for variant in variants:
        row = variant[1]
        groups.setdefault((row["price"], row["compare_at"], _stock(row)), []).append(variant)
    return list(groups.values())


def _grids(variants: list[Variant], depth: int = 0) -> list[list[Variant]]:
    """Cut until every combination of the options that occur is really there."""
    present = {options for options, _ in variants}
    grid = set(product(*(dict.fromkeys(column) for column in zip(*present, strict=True))))
    if grid == present or depth == len(_OPTIONS):
        return [variants]
    by_value: dict[str, list[Variant]] = {}
    for variant in variants:
        by_value.setdefault(variant[0][depth], []).append(variant)
    return [grid for group in by_value.values() for grid in _grids(group, depth + 1)]


def _options(names: Sequence[str], group: Sequence[Variant]) -> dict[str, Cell]:
    cells: dict[str, Cell] = {}
    for place, name in enumerate(names):
        values: tuple[Scalar, ...] = tuple(
            dict.fromkeys(options[place] for options, _ in group if options[place].casefold() not in _NO_OPTION)
        )
        if values and name:
            cells[f"option.{name}"] = values
    return cells


def _availability(first: Row, row: Row) -> str:
    """A draft or an unpublished product can't be had, whatever is in stock."""
    hidden = first["published"].casefold() in ("false", "no") or first["status"].casefold() in ("draft", "archived")
    return "out_of_stock" if hidden else _stock(row)


def _stock(row: Row) -> str:
    """Stock counts only where Shopify tracks it and does not go on selling without it."""
    tracked = row["tracker"].casefold() == "shopify" or (row["quantity"] and not row["tracker"])
    if not tracked or row["policy"].casefold() in ("continue", "true"):
        return "in_stock"
    quantity = row["quantity"].lstrip("-")
    return "in_stock" if quantity.isdigit() and int(row["quantity"]) > 0 else "out_of_stock"
