"""Describing a whole shop: a killed run goes on, nothing is described twice, a stranger's file is left alone."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from daogou.app import load_shop, open_shop
from daogou.app.describing import COLUMNS, describe_shop, estimate
from daogou.cli import app
from daogou.errors import UserError
from daogou.reply.describe.words import Brief

COUNT = 60
BRIEF = Brief()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("described")
    rows = [f"{n:03},Nimbus {n} black laptop with {n} GB,Nimbus,{n + 1} EUR,black" for n in range(1, COUNT + 1)]
    (home / "feed.csv").write_text("\n".join(["id,title,brand,price,color", *rows]) + "\n", encoding="utf-8")
    load_shop(home / "feed.csv", folder=home / "shop")
    return home / "shop"


def rows_of(output: Path) -> list[list[str]]:
    with output.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def run(*arguments: object):
    return CliRunner().invoke(app, ["describe", *map(str, arguments)])


def test_every_product_stands_in_the_file_once(folder, tmp_path):
    output = tmp_path / "out.csv"
    assert run("--shop", folder, "--output", output).exit_code == 0
    head, *rows = rows_of(output)
    assert tuple(head) == COLUMNS
    assert sorted(row[0] for row in rows) == [f"{n:03}" for n in range(1, COUNT + 1)]
    assert {row[2] for row in rows} == {"en"}
    assert all(row[1] for row in rows)


def test_a_run_again_goes_on_where_the_last_one_stopped(folder, tmp_path):
    output = tmp_path / "out.csv"
    with open_shop(folder) as shop:
        first = describe_shop(shop, BRIEF, output, limit=7)
        again = describe_shop(shop, BRIEF, output)
    assert (first.written, again.already, again.written) == (7, 7, COUNT - 7)
    assert len({row[0] for row in rows_of(output)}) == len(rows_of(output)) == COUNT + 1


@pytest.mark.parametrize("name", ["out.csv", "out.jsonl"])
def test_a_torn_last_line_is_dropped_and_written_again(folder, tmp_path, name):
    whole, torn = tmp_path / f"whole-{name}", tmp_path / name
    with open_shop(folder) as shop:
        describe_shop(shop, BRIEF, whole)
        for lost in (1, 5, 40, 200):
            torn.write_bytes(whole.read_bytes()[:-lost])
            describe_shop(shop, BRIEF, torn)
            assert torn.read_bytes() == whole.read_bytes()


def test_a_file_torn_in_its_first_line_starts_over(folder, tmp_path):
    output = tmp_path / "out.csv"
    output.write_bytes(b"id,genera")
    with open_shop(folder) as shop:
        assert describe_shop(shop, BRIEF, output, limit=1).written == 1
    assert [len(row) for row in rows_of(output)] == [3, 3]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("notes.csv", "my,notes\n1,2\n"),
        ("notes.csv", "no line break"),
        ("notes.jsonl", '{"id": "1"}\n'),
        ("notes.jsonl", "no line break"),
        ("notes.jsonl", "not json\n"),
    ],
)
def test_a_file_of_somebody_else_is_left_as_it_is(folder, tmp_path, name, text):
    output = tmp_path / name
    output.write_text(text, encoding="utf-8")
    with open_shop(folder) as shop, pytest.raises(UserError, match="left as it is"):
        describe_shop(shop, BRIEF, output)
    assert output.read_text(encoding="utf-8") == text


def test_a_file_in_another_language_is_refused(folder, tmp_path):
    output = tmp_path / "out.csv"
    with open_shop(folder) as shop:
        describe_shop(shop, BRIEF, output, limit=2)
        with pytest.raises(UserError, match="in 'en', not in 'zh'"):
            describe_shop(shop, Brief(language="zh"), output)


def test_only_the_ids_that_are_asked_for_and_unknown_ones_are_named(folder, tmp_path):
    output = tmp_path / "out.jsonl"
    with open_shop(folder) as shop:
        done = describe_shop(shop, BRIEF, output, ids=["003", "nope", "001", "003"])
    assert done.unknown == ("nope",)
    written = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in written] == ["003", "001"]


def test_an_estimate_writes_nothing_and_asks_no_model_on_another_machine(folder, tmp_path):
    output = tmp_path / "out.csv"
    with open_shop(folder) as shop:
        here = estimate(shop, BRIEF, output)
        away = estimate(shop, BRIEF, output, model_name="openai:some")  # opening it would need a model_url
    assert (here.products, here.tokens_read) == (COUNT, 0)
    assert away.products == COUNT
    assert away.tokens_read > 0
    assert not output.exists()


def test_the_estimate_prints_products_seconds_tokens_and_cost(folder, tmp_path):
    told = run(
        "--shop", folder, "--output", tmp_path / "o.csv", "--estimate", "--model", "openai:some", "--price-read", "1.5"
    )
    assert told.exit_code == 0
    for word in (f"{COUNT} products", " s on this machine", "tokens", "Cost: about"):
        assert word in told.stdout


@pytest.mark.slow
def test_a_killed_run_is_finished_by_the_next_one(folder, tmp_path):
    output, expected = tmp_path / "out.csv", tmp_path / "expected.csv"
    command = [sys.executable, "-m", "daogou", "describe", "--shop", str(folder), "--output", str(output)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and (not output.exists() or output.stat().st_size < 500):
        time.sleep(0.002)
    if process.poll() is None:
        os.kill(process.pid, signal.SIGKILL)
    process.wait()
    with open_shop(folder) as shop:
        describe_shop(shop, BRIEF, output)
        describe_shop(shop, BRIEF, expected)
    assert output.read_bytes() == expected.read_bytes()
