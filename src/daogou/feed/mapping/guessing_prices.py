"""What a guess makes of the money in a feed: which price is the price, in which currency, with which marks, until when."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from daogou.feed.mapping.mapping import FieldRule
from daogou.feed.prices import decimal_habit
from daogou.feed.readers.contents import written_currency
from daogou.feed.readers.headings import currency_named, fields_named, folded
from daogou.feed.readers.record import Record, Scalar, text_of
from daogou.feed.values.numbers import is_ambiguous
from daogou.text.normalize import is_chinese

_MONEY = ("price", "list_price", "sale_price", "discount", "surcharge")
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{2}|\d{4})")
_TRADITIONAL = set(
    "線滑鼠無電腦鍵盤紅軸機藍牙質顏係個這為國產點價稱選項貨庫號編數類圖"
)  # that simplified titles never have

Columns = Mapping[str, Sequence[Scalar]]  # by column, the values that say something


def settle_prices(fields: dict[str, FieldRule]) -> None:
    """Where there is a sale price and no price, the list price is the price, else the sale price is it."""
    if "price" in fields:
        return
    for name in ("list_price", "sale_price") if "sale_price" in fields else ("list_price",):
        if name in fields:
            fields["price"] = fields.pop(name)
            return


def add_other_prices(fields: dict[str, FieldRule], sample: Sequence[Record]) -> None:
    """A further price column that speaks only where the first is silent: the lowest of an aggregate offer."""
    taken = {column for rule in fields.values() for column in rule.columns}
    for column in dict.fromkeys(column for record in sample for column in record.cells):
        rule = fields.get("price")
        if rule is None or column in taken or fields_named(column).get("price", 0) < 0.8:
            continue
        said = [record for record in sample if record.text(column)]
        if said and not any(record.text(first) for record in said for first in rule.columns):
            fields["price"] = replace(rule, columns=(*rule.columns, column))


def currency_of_feed(fields: Mapping[str, FieldRule], columns: Columns, given: str) -> str:
    """From the price column's name, what was given, the signs in its cells, a column's name elsewhere, or Chinese titles."""
    priced = [column for name in _MONEY if name in fields for column in fields[name].columns]
    named = next((money for column in priced if (money := currency_named(column))), "")
    if named or given:
        return named or given
    written = [money for column in priced for value in columns.get(column, ()) if (money := written_currency(value))]
    certain = [money for money in written if money not in ("CNY", "USD")] or written
    if certain:
        return max(dict.fromkeys(certain), key=certain.count)
    for column in columns:
        if "currency=" in column.casefold():
            return column.casefold().split("currency=")[1][:3].upper()
    if "currency" in fields:
        return ""
    titles = [text_of(value) for column in fields["title"].columns for value in columns.get(column, ())]
    traditional = sum(bool(set(text) & _TRADITIONAL) for text in titles)
    if any(set(column) & _TRADITIONAL for column in columns):
        return ""
    return "CNY" if 2 * sum(map(is_chinese, titles)) > len(titles) > 5 * traditional else ""


def likely_currency(columns: Columns, titled: Sequence[str]) -> str:
    """By the language of titles and headings."""
    said = " ".join((*columns, *(text_of(value) for name in titled for value in columns.get(name, ())))).casefold()
    if is_chinese(said):
        return "TWD" if set(said) & _TRADITIONAL else "CNY"
    words_in = set(folded(said).split())
    return (
        "EUR"
        if words_in & {"preis", "prix", "precio", "prezzo", "titel", "bezeichnung", "nom", "nombre", "nome"}
        else "USD"
    )


def with_decimals(fields: Mapping[str, FieldRule], columns: Columns, notices: list[str]) -> dict[str, FieldRule]:
    """Each money column with the mark of most of its cells; where that decides a cell, it is told."""
    found = dict(fields)
    everything = [
        value
        for name in _MONEY
        if name in fields
        for column in fields[name].columns
        for value in columns.get(column, ())
    ]
    for name in _MONEY:
        if name not in fields:
            continue
        values = [value for column in fields[name].columns for value in columns.get(column, ())]
        habit = decimal_habit(values) or decimal_habit(everything)
        if open_ones := [text_of(value) for value in values if is_ambiguous(value)]:
            mark = habit or "."
            why = "as most prices of the feed are written" if habit else "since none of its prices tells"
            notices.append(
                f"{name} {open_ones[0]!r} and the like were read with a decimal {'comma' if mark == ',' else 'point'}, {why}"
            )
        if habit == "," or open_ones:
            found[name] = replace(fields[name], decimal=habit)
    return found


def day_layout(fields: Mapping[str, FieldRule], columns: Columns) -> str:
    """Whether 01/12/2026 is in January or in December, by all days of all sales; "" where nothing tells or needs it."""
    dated = [
        column
        for name in ("price_valid_from", "price_valid_until")
        if name in fields
        for column in fields[name].columns
    ]
    days = [match for column in dated for v in columns.get(column, ()) if (match := _DAY.fullmatch(text_of(v).strip()))]
    if not days or len(days) < sum(len(columns.get(column, ())) for column in dated):
        return ""
    year = "%y" if len(days[0][3]) == 2 else "%Y"
    months_first = any(int(day[2]) > 12 for day in days) or (year == "%y" and not any(int(day[1]) > 12 for day in days))
    english = folded(dated[0]).split()[0] in ("sale", "special", "discount", "date", "promotion", "offer", "promo")
    days_first = any(int(day[1]) > 12 for day in days) or not english
    return f"%d/%m/{year}" if days_first and not months_first else f"%m/%d/{year}"
