"""What each step adds in a shop that nobody tuned for."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from daogou.cli import app
from daogou.errors import UserError
from daogou.trial.unseen import CHAT, FIT, READINGS, VECTORS, WORDS, Hits, Query, read_queries, unseen_steps

RUN = CliRunner()
TITLES = {
    "k": "Copper Kettle 1.7 l",
    "f": "Desk Fan white",
    "p": "Laser Printer mono",
    "h": "Wireless Headphones black",
}


def test_queries_are_read_and_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"query": "kettle", "right": ["k", 7]}\n\n', encoding="utf-8")
    assert read_queries(path) == [Query(text="kettle", right=("k", "7"))]
    path.write_text('{"query": "kettle", "right": ["k"]}\n{"query": "fan"}\n', encoding="utf-8")
    with pytest.raises(UserError, match="line 2"):
        read_queries(path)


def test_a_search_is_held_against_the_rung_below_and_a_conversation_against_its_own_search() -> None:
    def hits(*first: float) -> Hits:
        return Hits(first=first, few=[1.0] * len(first), empty=0.0)

    rungs = {
        WORDS: hits(0, 0, 0, 0),
        VECTORS: hits(1, 0, 0, 0),
        FIT: hits(1, 1, 0, 0),
        f"{FIT}: {CHAT}": hits(0, 1, 0, 0),
        READINGS: hits(1, 1, 1, 0),
        f"{READINGS}: {CHAT}": hits(1, 1, 1, 0),
    }
    gains = {step.name: step.gain_1.value if step.gain_1 else None for step in unseen_steps(rungs)}
    assert gains == {
        WORDS: None,
        VECTORS: 0.25,
        FIT: 0.25,
        f"{FIT}: {CHAT}": -0.25,
        READINGS: 0.25,
        f"{READINGS}: {CHAT}": 0.0,
    }


def test_the_command_loads_a_feed_climbs_and_prints_every_rung(tmp_path: Path) -> None:
    feed, queries = tmp_path / "shop.jsonl", tmp_path / "q.jsonl"
    rows = [{"id": key, "title": title, "price": "9.00 EUR"} for key, title in TITLES.items()]
    feed.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    asked = [{"query": title.lower(), "right": [key]} for key, title in TITLES.items()]
    queries.write_text("".join(json.dumps(one) + "\n" for one in asked), encoding="utf-8")
    environment = {"DAOGOU_ENCODERS": "lsa", "COLUMNS": "140"}
    run = RUN.invoke(app, ["evaluate", "unseen", str(feed), str(queries)], env=environment)
    assert run.exit_code == 0, run.output
    for rung in (WORDS, VECTORS, FIT, f"{FIT}: {CHAT}", READINGS, f"{READINGS}: {CHAT}"):
        assert rung in run.output
    assert run.output.count("1.000") == 12  # whole titles are found first on every rung
    kept = RUN.invoke(
        app,
        ["evaluate", "unseen", str(feed), str(queries), "--shop", str(tmp_path / "kept"), "--limit", "1"],
        env=environment,
    )
    assert kept.exit_code == 0
    assert (tmp_path / "kept" / "shop.db").exists()
