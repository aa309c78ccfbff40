"""kill -9 while events come in at full speed: what was acknowledged is there, and counts once."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from daogou.db.database import open_database
from daogou.db.events import SqlEvents
from daogou.index.memory import MemoryEvents
from tests.killed_ingest import BATCH, numbered

KILLS = 20


@pytest.mark.slow
def test_twenty_kills_lose_nothing_acknowledged_and_count_nothing_twice(tmp_path: Path) -> None:
    dice, acknowledged = random.Random(7), 0
    for _ in range(KILLS):
        acknowledged = max(acknowledged, _killed_run(tmp_path, acknowledged, dice))
        engine = open_database(f"sqlite:///{tmp_path / 'shop.db'}")
        log = SqlEvents(engine)
        there = {event.event_id for event in log.events()}
        assert {f"e{number}" for number in range(acknowledged)} <= there
        twin = MemoryEvents(map(numbered, range(len(there))))
        assert there == {event.event_id for event in twin.events()}
        assert log.popularity() == pytest.approx(twin.popularity())
        engine.dispose()
    assert acknowledged > KILLS * BATCH


def _killed_run(folder: Path, start: int, dice: random.Random) -> int:
    """How many events had been acknowledged when it was killed."""
    command = [sys.executable, "-m", "tests.killed_ingest", str(folder), str(start)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(dice.uniform(0.0, 0.4))
        process.send_signal(signal.SIGKILL)
        lines = [first, *process.stdout.read().splitlines()]
    whole = [line for line in lines if line.strip()]
    return int(whole[-1].strip().removeprefix("e")) + 1 if whole else 0
