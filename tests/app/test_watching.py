"""A feed that is watched: fetched when it changed, its age known, and an old one told."""

import http.server
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from daogou.app import Replacing, load_shop
from daogou.app.watching import fetch, watch
from daogou.db.durable import FeedStamp, read_stamp, write_stamp
from daogou.errors import FeedError
from tests.memory_guide import memory_guide
from tests.test_guide import NOON, PRODUCTS, lsa

__all__ = ["lsa"]


class Feed(http.server.BaseHTTPRequestHandler):
    body, etag, cut = b"id\n1\n", '"v1"', 0
    asked: ClassVar[list[str | None]] = []

    def do_GET(self) -> None:
        self.asked.append(self.headers.get("If-None-Match"))
        if self.headers.get("If-None-Match") == self.etag:
            self.send_response(304)
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("ETag", self.etag)
        self.send_header("Content-Length", str(len(self.body) + self.cut))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    Feed.etag, Feed.cut, Feed.asked = '"v1"', 0, []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Feed) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/feed.csv"
        server.shutdown()
        thread.join()


def looked(source: str, folder: Path, looks: int, change: object = None) -> tuple[list[bytes], list[str]]:
    loaded: list[bytes] = []
    told: list[str] = []

    def load(path: Path) -> bool:
        loaded.append(path.read_bytes())
        return True

    def sleep(seconds: float) -> None:
        if callable(change):
            change()

    watch(source, folder=folder, every_s=60, load=load, tell=told.append, sleep=sleep, looks=looks)
    return loaded, told


def test_an_address_is_loaded_when_it_has_changed_and_only_then(address: str, tmp_path: Path) -> None:
    def changed() -> None:
        Feed.etag = '"v2"' if len(Feed.asked) > 1 else '"v1"'

    loaded, told = looked(address, tmp_path, 4, changed)
    assert (loaded, told) == ([b"id\n1\n"] * 2, [])
    assert Feed.asked == [None, '"v1"', '"v1"', '"v2"']
    stamp = read_stamp(tmp_path)
    assert stamp is not None
    assert (stamp.source, stamp.etag, stamp.every_s) == (address, '"v2"', 60)


def test_an_answer_that_breaks_off_is_not_loaded_and_is_told(address: str, tmp_path: Path) -> None:
    Feed.cut = 5
    loaded, told = looked(address, tmp_path, 1)
    assert loaded == []
    assert "tried again in 60 s" in told[0]
    assert read_stamp(tmp_path) is None


def test_a_file_is_loaded_when_it_has_changed(tmp_path: Path) -> None:
    feed = tmp_path / "feed.csv"
    feed.write_text("id\n1\n")
    written = iter(("", "id\n1\n2\n"))
    loaded, _ = looked(str(feed), tmp_path, 3, lambda: (text := next(written)) and feed.write_text(text))
    assert loaded == [b"id\n1\n", b"id\n1\n2\n"]
    with pytest.raises(FeedError, match="there is no such file"):
        fetch(str(tmp_path / "none.csv"), tmp_path)


def test_a_feed_is_stale_once_its_watch_missed_it_three_times_or_its_time_is_over(tmp_path: Path) -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    watched = FeedStamp(source="f", checked_at=now - timedelta(minutes=46), every_s=900)
    assert watched.stale(now)
    assert not watched.stale(now - timedelta(minutes=2))
    once = FeedStamp(source="f", checked_at=now - timedelta(hours=30))
    assert (once.stale(now), once.stale(now, after=timedelta(hours=24))) == (False, True)
    write_stamp(tmp_path, once)
    assert read_stamp(tmp_path) == once
    (tmp_path / "feed.json").write_text("{")
    assert read_stamp(tmp_path) is None


def test_a_guide_over_a_stale_feed_says_so(lsa: object) -> None:
    guide = memory_guide(PRODUCTS, lsa, at=NOON)  # type: ignore[arg-type]
    assert guide.answer("show me laptops").response.notices == ()
    guide = replace(guide, understanding=replace(guide.understanding, stale=lambda at: True))
    told = guide.answer("想买一台笔记本电脑").response
    assert [notice.code for notice in told.notices] == ["stale_feed"]
    assert "价格和库存可能已有变化" in told.notice_texts[0]


ROWS = [f"{number},Mug {number},{number + 5} EUR" for number in range(20)]


def written(feed: Path, rows: list[str]) -> None:
    feed.write_text("\n".join(["id,title,price", *rows]))


def test_a_watch_withholds_a_feed_that_shrank_below_half_and_its_age_goes_on(tmp_path: Path) -> None:
    shop, feed = tmp_path / "shop", tmp_path / "feed.csv"
    shop.mkdir()
    (shop / "daogou.toml").write_text('encoders = ["lsa"]\n')
    said: list[str] = []
    ages: list[datetime] = []
    changes = iter((ROWS[1:], ROWS[1:5], [], ROWS))

    def load(path: Path) -> bool:
        report = load_shop(path, folder=shop, replacing=Replacing(missing=True))
        said.append(f"{report.loaded} loaded, {report.withdrawn} withdrawn, {report.spared} spared")
        return bool(report.loaded and not report.spared)

    def sleep(seconds: float) -> None:
        stamp = read_stamp(shop)
        assert stamp is not None
        assert (stamp.source, stamp.every_s) == (str(feed), 900)  # the watch's own, whatever a load came to
        ages.append(stamp.checked_at)
        written(feed, next(changes))

    written(feed, ROWS)
    watch(str(feed), folder=shop, every_s=900, load=load, tell=said.append, sleep=sleep, looks=5)
    assert said == [
        "20 loaded, 0 withdrawn, 0 spared",
        "19 loaded, 1 withdrawn, 0 spared",
        "4 loaded, 0 withdrawn, 15 spared",
        "the feed has no rows; tried again in 900 s",
        "20 loaded, 0 withdrawn, 0 spared",
    ]
    assert ages[0] < ages[1] == ages[2] == ages[3] < read_stamp(shop).checked_at  # type: ignore[union-attr]
