"""A served shop among strangers: huge, slow and many bodies, loads meanwhile, a full disk."""

import json
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from decimal import Decimal
from pathlib import Path

import pytest

from daogou.catalog.products.product import Money, Offer, Product
from daogou.db.catalogue import SqlCatalogue
from daogou.db.database import open_database
from tests.served import ROWS, AppState, command, daogou, make_shop, served, write_feed

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_shop(tmp_path_factory.mktemp("served"))


@pytest.fixture(scope="module")
def door(shop: Path) -> Iterator[AppState]:
    with served(shop) as opened:
        yield opened


@pytest.mark.parametrize("length", [b"Content-Length: 629145600", b"Transfer-Encoding: chunked"])
@pytest.mark.parametrize("call", [b"GET /v1/health", b"DELETE /v1/products/x", b"POST /v1/chat", b"GET /"])
def test_600_megabytes_fill_no_memory(door: AppState, call: bytes, length: bytes) -> None:
    before = door.memory_mb()
    piece = b" " * 2**20
    framed = b"100000\r\n" + piece + b"\r\n" if b"chunked" in length else piece
    with door.connect() as line, suppress(ConnectionError):
        line.sendall(
            call + b" HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + length + b"\r\n\r\n"
        )
        for _ in range(600):
            line.sendall(framed)
    assert door.memory_mb() < before + 30
    assert door.call("GET", "/v1/health")[0] == 200


def test_a_body_that_drips_is_not_waited_for(door: AppState) -> None:
    with door.connect() as line:
        line.sendall(
            b"POST /v1/chat HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
        )
        started = time.monotonic()
        answer = _drip(line, b" ")
    assert b" 408 " in answer
    assert time.monotonic() - started < 40


def test_a_head_that_drips_or_never_comes_is_not_waited_for(door: AppState) -> None:
    started = time.monotonic()
    with door.connect() as silent, door.connect() as drips:
        drips.sendall(b"GET /v1/health HTTP/1.1\r\nX: ")
        _drip(drips, b"x")
        assert silent.recv(1) == b""
    assert time.monotonic() - started < 40


def test_200_streams_at_once_are_all_answered(door: AppState) -> None:
    def stream(number: int) -> bytes:
        body = json.dumps({"message": f"a {ROWS[number % len(ROWS)]['title']}"}).encode()
        with door.connect() as line:
            head = f"POST /v1/chat HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
            line.sendall(head.encode() + body)
            return b"".join(iter(lambda: line.recv(65536), b""))

    with ThreadPoolExecutor(200) as pool:
        answers = list(pool.map(stream, range(200)))
    assert all(
        b" 200 OK" in answer and b"event: done" in answer and b"event: error" not in answer for answer in answers
    )


def test_a_load_meanwhile_is_seen_without_a_failed_answer(door: AppState, shop: Path, tmp_path: Path) -> None:
    failed, ended = [], threading.Event()

    def ask() -> None:
        while not ended.is_set():
            status, _ = door.call("POST", "/v1/chat", {"message": "a red mug"})
            failed.extend([status] if status != 200 else [])

    asking = threading.Thread(target=ask)
    asking.start()
    more = [*ROWS, {"id": "new", "title": "Golden trumpet", "price": "99 EUR"}]
    loaded = daogou("load", write_feed(tmp_path / "more.jsonl", more), "--shop", shop)
    ended.set()
    asking.join()
    assert (loaded.returncode, failed) == (0, [])
    found = door.call("GET", "/v1/search?q=trumpet")[1]["results"]
    assert found[0]["product_id"] == "new"


def test_what_was_posted_just_before_a_kill_is_found_once_the_shop_is_served_again(tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    engine = open_database(f"sqlite:///{shop / 'shop.db'}")
    trumpet = Money(amount=Decimal(99), currency="EUR")
    SqlCatalogue(engine).upsert([Product(id="new", title="Golden trumpet", offers=(Offer(price=trumpet),))])
    engine.dispose()  # acknowledged, and killed before the index had it
    with served(shop) as door:
        deadline = time.monotonic() + 60
        while door.call("GET", "/v1/health")[1]["stale"] and time.monotonic() < deadline:
            time.sleep(0.1)
        assert door.call("GET", "/v1/search?q=trumpet")[1]["results"][0]["product_id"] == "new"


def test_of_two_loads_at_once_one_says_that_the_other_is_there(shop: Path, tmp_path: Path) -> None:
    many = [{"id": f"m{number}", "title": f"Mug {number}", "price": "9 EUR"} for number in range(3000)]
    feed = write_feed(tmp_path / "many.jsonl", many)
    both = [subprocess.Popen(command("load", feed, "--shop", shop), stdout=-1, stderr=-1, text=True) for _ in range(2)]
    said = [one.communicate(timeout=120) for one in both]
    codes = sorted(one.returncode for one in both)
    assert codes in ([0, 1], [0, 0])  # the second may come when the first is done
    if codes == [0, 1]:
        lost = said[[one.returncode for one in both].index(1)]
        assert "is being written by process" in lost[0] + lost[1]
    assert daogou("check", "--shop", shop).returncode == 0


def test_on_a_full_disk_a_load_says_so_and_the_shop_stays_whole(shop: Path, tmp_path: Path) -> None:
    many = [{"id": f"f{number}", "title": f"Fork {number} " + "x" * 200, "price": "9 EUR"} for number in range(20000)]
    feed = write_feed(tmp_path / "many.jsonl", many)
    limited = ["bash", "-c", 'ulimit -f 3000; exec "$@"', "bash", *command("load", feed, "--shop", shop)]
    full = subprocess.run(limited, capture_output=True, text=True, timeout=120)
    assert full.returncode == 1
    assert "Traceback" not in full.stderr + full.stdout
    assert "daogou:" in full.stderr + full.stdout
    assert daogou("check", "--shop", shop).returncode == 0


def test_where_nothing_can_be_written_shoppers_are_told_to_come_back(tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    with served(shop) as door:
        with closing(sqlite3.connect(shop / "shop.db", timeout=1)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            status, problem = door.call("POST", "/v1/chat", {"message": "a red mug"})
            assert (status, "try again" in problem["detail"]) == (503, True)
            connection.rollback()
        assert door.call("POST", "/v1/chat", {"message": "a red mug"})[0] == 200


def _drip(line: socket.socket, byte: bytes) -> bytes:
    """A byte a second until something comes back."""
    line.settimeout(1.0)
    for _ in range(60):
        with suppress(TimeoutError, ConnectionError):
            return line.recv(4096)
        with suppress(ConnectionError):
            line.sendall(byte)
    return b""
