"""Moments in the forms that exports write, and what they mean for a sale."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from daogou.feed.prices import SalePeriod, sale_period
from daogou.feed.readers.record import Scalar
from daogou.feed.times import day_first_in, moment

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("2026-11-23T15:00:00Z", "2026-11-23 15:00:00+00:00"),
        ("2026-11-23T15:00+02:00", "2026-11-23 13:00:00+00:00"),
        ("2026-11-20T11:05:00+0100", "2026-11-20 10:05:00+00:00"),
        ("2026-11-20 05:09:30 -0500", "2026-11-20 10:09:30+00:00"),
        ("2026-11-20 10:00:00 UTC", "2026-11-20 10:00:00+00:00"),
        ("2026-11-20 10:00:00.25 +0000 UTC", "2026-11-20 10:00:00.250000+00:00"),
        ("2026-11-20 10:00:00 America/New_York", "2026-11-20 15:00:00+00:00"),
        ("1795168800", "2026-11-20 10:00:00+00:00"),
        ("1795168800.5", "2026-11-20 10:00:00.500000+00:00"),
        (Decimal("1795168800000"), "2026-11-20 10:00:00+00:00"),
        ("1795168800000000", "2026-11-20 10:00:00+00:00"),
        ("1795168800000000000", "2026-11-20 10:00:00+00:00"),
        (datetime(2026, 7, 1, 12), "2026-07-01 10:00:00+00:00"),
        ("2026-07-01 12:00", "2026-07-01 10:00:00+00:00"),
        ("2026/11/5", "2026-11-04 23:00:00+00:00"),
        ("23.11.2026", "2026-11-22 23:00:00+00:00"),
        ("2026年11月23日 下午3:05", "2026-11-23 14:05:00+00:00"),
        ("20261123", "2026-11-22 23:00:00+00:00"),
        ("20261123150000", "2026-11-23 14:00:00+00:00"),
        ("11/20/2026 10:05:09 PM", "2026-11-20 21:05:09+00:00"),
        ("11/20/26, 12:05 AM", "2026-11-19 23:05:00+00:00"),
        ("13/12/2026 10:00", "2026-12-13 09:00:00+00:00"),
        ("Nov 20, 2026 10:05:00 AM PST", "2026-11-20 18:05:00+00:00"),
        ("20-Nov-26", "2026-11-19 23:00:00+00:00"),
        ("Fri, 20 Nov 2026 10:00:00 GMT", "2026-11-20 10:00:00+00:00"),
        ("Fri Nov 20 2026 10:05:00 GMT+0100 (Central European Standard Time)", "2026-11-20 09:05:00+00:00"),
        ("[20/Nov/2026:10:05:00 +0000]", "2026-11-20 10:05:00+00:00"),
        ("soon", "None"),
        ("12", "None"),
        ("10:05", "None"),
        ("2026-02-31", "None"),
        ("2026-11-20 25:00", "None"),
        ("2026-11-20 10:00 Middle-earth/Shire", "None"),
        (True, "None"),
    ],
)
def test_a_moment_is_read_in_the_shops_zone_where_it_names_none(said: Scalar, wanted: str) -> None:
    found = moment(said, zone=BERLIN)
    assert str(found and found.at) == wanted


def test_times_may_have_a_layout_of_their_own() -> None:
    found = moment("1/12/10 8:26", layout="%d/%m/%y %H:%M")
    assert found is not None
    assert found.at == datetime(2010, 12, 1, 8, 26, tzinfo=UTC)
    assert moment("1 Dec", layout="%m/%d/%y") is None


def test_a_column_says_by_its_other_cells_whether_the_day_comes_first() -> None:
    assert day_first_in(["05/06/2026", "13/06/2026"]) is True
    assert day_first_in(["05/06/2026", "06/13/2026"]) is False
    assert day_first_in(["05/06/2026", "2026-06-13"]) is None
    found = moment("05/06/2026", day_first=True)
    assert found is not None
    assert found.at == datetime(2026, 6, 5, tzinfo=UTC)


def period(begin: Scalar | None, end: Scalar | None) -> SalePeriod:
    return sale_period(begin, end, zone=BERLIN)


BEGIN, END = datetime(2026, 11, 19, 23, tzinfo=UTC), datetime(2026, 11, 30, 22, 59, 59, 999999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("2026-11-20", "2026-11-30"),
        ("11/20/26", "11/30/26"),
        ("2026-11-20 00:00:00", "2026-11-30 00:00:00"),
        (None, "2026-11-20/2026-11-30"),
        ("2026-11-20 / 2026-11-30", None),
        (None, "11/20/2026 to 11/30/2026"),
        (None, "20.11.2026 - 30.11.2026"),
        (None, "2026-11-20T00:00+01:00/2026-11-30T23:59:59.999999+01:00"),
    ],
)
def test_a_sale_lasts_from_the_first_moment_of_its_first_day_to_the_last_of_its_last(
    begin: str | None, end: str | None
) -> None:
    assert period(begin, end) == SalePeriod(begin=BEGIN, end=END)


def test_a_sale_may_be_open_at_either_end() -> None:
    assert period("2026-11-20", None) == SalePeriod(begin=BEGIN)
    assert period("0000-00-00 00:00:00", "2026-11-30") == SalePeriod(end=END)
    assert period(None, "0") == SalePeriod()


def test_a_sale_whose_dates_say_nothing_is_told() -> None:
    assert period("soon", "2026-02-31").problems == (
        "the sale's beginning 'soon' is not a time (write 2026-11-23T15:00:00Z)",
        "the sale's end '2026-02-31' is not a time (write 2026-11-23T15:00:00Z)",
    )
    assert period("2026-12-01", "2026-11-01").problems == ("the sale begins on 2026-12-01, after its end",)
