"""kill -9 at random moments of load, events, chat and learn: what was acknowledged is there, and the shop is whole."""

import json
import os
import random
import subprocess
import threading
import time
from pathlib import Path

import pytest

from daogou.app.keeping import check_shop
from daogou.db.catalogue import SqlCatalogue
from daogou.db.database import open_database
from daogou.db.events import SqlEvents
from daogou.db.sessions import SqlSessions
from tests.served import AppState, command, make_shop, served, write_feed

pytestmark = pytest.mark.slow
KILLS = int(os.environ.get("DAOGOU_TEST_KILLS", "6"))


class Told:
    """What the shop said that it keeps."""

    def __init__(self) -> None:
        self.events: set[str] = set()
        self.products: set[str] = set()
        self.turns: dict[str, int] = {}

    def held_by(self, folder: Path) -> None:
        engine = open_database(f"sqlite:///{folder / 'shop.db'}")
        try:
            assert self.events <= {event.event_id for event in SqlEvents(engine).events()}
            assert self.products <= SqlCatalogue(engine).ids()
            sessions = SqlSessions(engine)
            for session_id, length in self.turns.items():
                session = sessions.load(session_id)
                assert session is not None
                assert session.length >= length
        finally:
            engine.dispose()


def test_kills_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    shop, told, dice = make_shop(tmp_path), Told(), random.Random(15)
    for kill in range(KILLS):
        work = (_killed_service, _killed_load, _killed_learn)[kill % 3]
        work(shop, tmp_path, told, dice, kill)
        told.held_by(shop)
        if kill % 3 or kill < 3:
            assert check_shop(shop).problems == ()
    assert min(len(told.events), len(told.turns), len(told.products)) > KILLS // 3


def _killed_service(shop: Path, folder: Path, told: Told, dice: random.Random, kill: int) -> None:
    with served(shop) as door:
        threads = [threading.Thread(target=send, args=(door, told, kill)) for send in (_events, _talk, _products)]
        for thread in threads:
            thread.start()
        time.sleep(dice.uniform(1.0, 4.0))
        door.process.kill()
        for thread in threads:
            thread.join()


def _events(door: AppState, told: Told, kill: int) -> None:
    for number in range(100_000):
        ids = [f"k{kill}-{number}-{one}" for one in range(20)]
        rows = [
            {"event_id": key, "name": "view_item", "timestamp": "2026-11-23T10:00:00Z", "user_id": key[:6]}
            | {"items": [{"item_id": "p1"}]}
            for key in ids
        ]
        if not _taken(door, "/v1/events", rows):
            return
        told.events.update(ids)


def _products(door: AppState, told: Told, kill: int) -> None:
    for number in range(100_000):
        key = f"q{kill}-{number}"
        if not _taken(door, "/v1/products", [{"id": key, "title": "Mug", "price": {"amount": 9, "currency": "EUR"}}]):
            return
        told.products.add(key)


def _talk(door: AppState, told: Told, kill: int) -> None:
    session = None
    for number in range(100_000):
        answer = _taken(door, "/v1/chat", {"message": "a red mug", "session_id": session})
        if not answer:
            return
        session = answer["session_id"]
        told.turns[session] = told.turns.get(session, 0) + 1
        session = None if number % 5 == 4 else session


def _taken(door: AppState, path: str, body: object) -> dict[str, str]:
    try:
        status, answer = door.call("POST", path, body)
    except (OSError, ValueError):  # it was killed before it had answered
        return {}
    assert status == 200, answer
    return answer  # type: ignore[no-any-return]


def _killed_load(shop: Path, folder: Path, told: Told, dice: random.Random, kill: int) -> None:
    rows = [{"id": f"l{number}", "title": f"Lamp {kill}", "price": "9 EUR"} for number in range(1500)]
    _kill(command("load", write_feed(folder / "many.jsonl", rows), "--shop", shop), dice.uniform(0.5, 6.0))


def _killed_learn(shop: Path, folder: Path, told: Told, dice: random.Random, kill: int) -> None:
    log = folder / "log.jsonl"
    if not log.exists():
        log.write_text("\n".join(json.dumps(_view(number)) for number in range(6000)))
        subprocess.run(command("load", "--events", log, "--shop", shop), check=True, capture_output=True)
    _kill(command("learn", "recommender", "--shop", shop), dice.uniform(0.5, 6.0))


def _view(number: int) -> dict[str, object]:
    return {
        "event_id": f"v{number}",
        "name": "purchase" if number % 4 == 3 else "view_item",
        "timestamp": f"2026-10-{1 + number // 4 % 28:02}T{number % 24:02}:00:00Z",
        "user_id": f"u{number // 12}",
        "items": [{"item_id": f"p{number * 7 % 48}"}],
    }


def _kill(arguments: list[str], after_s: float) -> None:
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        time.sleep(after_s)
        process.kill()
