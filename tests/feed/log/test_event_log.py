from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from daogou.catalog.products.event import Event, EventItem, EventName
from daogou.errors import MappingError
from daogou.feed.log.event_log import read_events
from daogou.feed.log.events import plain_event
from tests.feed_files import mapping, write

INVOICES = mapping(
    """
[[skip]]
column = "id"
matches = "POST"
because = "postage"
[events]
name = { constant = "purchase" }
event_id = "invoice"
timestamp = { column = "day", format = "%m/%d/%y %H:%M" }
user_id = "customer"
item_id = "id"
quantity = "n"
price = { column = "price", divide = 100 }
"""
)
LINES = """invoice,id,n,day,customer,title,price
7,A,2,12/1/10 8:26,Kim,Lamp,500
7,POST,1,12/1/10 8:26,Kim,Post,100
7,B,1,12/1/10 8:26,Kim,Cup,250
7,B,-1,12/2/10 8:26,Kim,Cup,250
8,,0,someday,Kim,Cup,250
"""


def test_the_lines_of_an_invoice_are_one_purchase_and_returns_are_a_refund(tmp_path: Path) -> None:
    found = list(read_events(write(tmp_path, LINES), mapping=INVOICES))
    assert [row.event for row in found if row.event] == [
        Event(
            event_id="7",
            name=EventName.PURCHASE,
            timestamp=datetime(2010, 12, 1, 8, 26, tzinfo=UTC),
            user_id="Kim",
            items=(
                EventItem(item_id="A", quantity=2, price=Decimal(5)),
                EventItem(item_id="B", quantity=1, price=Decimal("2.5")),
            ),
        ),
        Event(
            event_id="7:refund",
            name=EventName.REFUND,
            timestamp=datetime(2010, 12, 2, 8, 26, tzinfo=UTC),
            user_id="Kim",
            items=(EventItem(item_id="B", quantity=1, price=Decimal("2.5")),),
        ),
    ]
    assert {row.number: row.reasons for row in found if row.reasons} == {
        3: ("skipped: postage",),
        6: ("timestamp 'someday' is not a time", "item_id is missing", "quantity is zero"),
    }


def test_a_log_in_ga4_words_needs_no_mapping(tmp_path: Path) -> None:
    log = (
        '{"name":"search","timestamp":"2026-11-01T10:00:00Z","search_term":"lamp","session_id":"s"}\n'
        '{"name":"view_item","timestamp":"2026-11-01T10:01:00Z","items":[{"item_id":"A","index":0}]}\n'
        '{"name":"stare","timestamp":"2026-11-01T10:01:00Z"}\n'
        '{"timestamp":"2026-11-01T10:01:00Z","item_id":"A","quantity":"1.5"}\n'
        '{"name":"view_item"}\n'
        "{\n"
    )
    path = write(tmp_path, log, "log.jsonl")
    found = list(read_events(path))
    events = [row.event for row in found if row.event]
    assert [(event.name, event.search_term, [item.item_id for item in event.items]) for event in events] == [
        (EventName.SEARCH, "lamp", []),
        (EventName.VIEW_ITEM, "", ["A"]),
    ]
    assert {row.number: row.reasons for row in found if row.reasons} == {
        3: (f"name 'stare' is no event ({', '.join(EventName)})",),
        4: ("name is missing", "quantity '1.5' is not a whole number"),
        5: ("timestamp is missing", "item_id is missing"),
        6: ("the line is not JSON: Expecting property name enclosed in double quotes at character 2",),
    }
    assert [row.event for row in read_events(path) if row.event] == events
    assert len({event.event_id for event in events}) == 2


def test_a_mapping_without_events_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="says nothing of events"):
        list(read_events(write(tmp_path, LINES), mapping=mapping()))


def test_a_ga4_purchase_keeps_every_item_of_its_list(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text(
        '{"event_id": "1", "name": "purchase", "timestamp": "2026-01-01T00:00:00Z",'
        ' "items": [{"item_id": "a", "quantity": 2, "price": "3.50"}, {"item_id": "b", "quantity": 1, "price": "9"}]}\n'
        '{"event_id": "2", "name": "purchase", "timestamp": "2026-01-01T00:00:00Z",'
        ' "items": [{"item_id": "a"}, {"item_id": "b", "quantity": 2}]}\n',
        encoding="utf-8",
    )
    whole, part = read_events(log)
    assert whole.event is not None
    assert whole.event.items == (
        EventItem(item_id="a", quantity=2, price=Decimal("3.50")),
        EventItem(item_id="b", quantity=1, price=Decimal("9")),
    )
    assert part.event is not None  # each item stands alone
    assert part.event.items == (EventItem(item_id="a", quantity=1), EventItem(item_id="b", quantity=2))


PLAIN = [
    "e1,view_item,2026-11-23T15:04:05Z,u1,s1,,A,,,,",
    "e2,purchase,2026-11-23T15:04:05+08:00,u1,s1,,A,2,12.50,0,turn",
    "e3,search,2026-11-23T15:04:05.250Z,u1,s1,面霜,,,,,",
    "e4,purchase,2026-11-23T15:04:05Z,u1,s1,,A,-1,12.50,,",
    "e5,purchase,2026-11-23T15:04:05Z,N/A,s1,,A,1,1.299,,",
    "e6,View_Item,2026-11-23,u1,s1,,A &amp; B,1,EUR 3,,",
    ",view_item,2026-11-23T15:04:05Z,u1,s1,,A,1,,,",
    "e8,view_item,2026-11-23T15:04:05,u1,  s1,a  b,A,1,1e3,,",
    "e9,view_item,yesterday,u1,s1,,A,0,,,",
    "e9,view_item,2026-11-23T15:04:05Z,u1,s1,,,1,,,",
    "e10,view_item,2026-11-23T15:04:05Z,u1,s1,,A,1,,,",
    "e10,view_item,2026-11-23T15:04:05Z,u1,s1,,B,1,,,",
    "e11,view_item,2026-11-23T15:04:05Z,u1,s1,,-,1,.5,,null",
    "e12,view_item,2026-11-23T15:04:05Z,<b>u1</b>,s1,,A,1,5.00,7,",
]
HEADER = "event_id,name,timestamp,user_id,session_id,search_term,item_id,quantity,price,index,item_list_id"


def test_the_short_way_reads_what_the_long_way_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "\n".join([HEADER, *PLAIN]) + "\n")
    short = list(read_events(path))
    taken = []
    monkeypatch.setattr("daogou.feed.log.event_log.plain_event", lambda cells: taken.append(cells))
    assert short == list(read_events(path))
    assert len(taken) == len(PLAIN)
    monkeypatch.undo()
    assert sum(plain_event(cells) is not None for cells in taken) >= 5
