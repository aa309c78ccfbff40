import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from daogou import __version__
from daogou.cli import app, main

RUN = CliRunner()
HEADER = "id,title,price,brand,memory\n"
LAPTOPS = (
    "1,Acme Swift Laptop 14 inch 16 GB,599.00 EUR,Acme,16 GB\n"
    "2,Acme Slow Laptop 15 inch 8 GB,399.00 EUR,Acme,8 GB\n"
    "3,Borealis Laptop Bag,29.00 EUR,Borealis,\n"
)


@pytest.fixture(autouse=True)
def _words_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAOGOU_ENCODERS", "lsa")


def _load(folder: Path, rows: str, *options: str) -> Result:
    feed = folder / "feed.csv"
    feed.write_text(HEADER + rows, encoding="utf-8")
    return RUN.invoke(app, ["load", str(feed), "--shop", str(folder / "shop"), *options])


def test_a_feed_goes_in_with_its_guess_printed_and_products_come_out(tmp_path: Path) -> None:
    loaded = _load(tmp_path, LAPTOPS)
    assert loaded.exit_code == 0
    assert "this one was guessed" in loaded.output
    assert 'title = "title"' in loaded.output
    assert "3 rows: 3 products loaded (3 new or changed)" in loaded.output
    answer = RUN.invoke(app, ["chat", "a laptop with at least 16 GB", "--shop", str(tmp_path / "shop")])
    assert answer.exit_code == 0
    assert "Acme Swift Laptop" in answer.output
    assert "Acme Slow Laptop" not in answer.output
    found = RUN.invoke(app, ["search", "laptop", "bag", "--shop", str(tmp_path / "shop"), "--scores"])
    assert found.output.lstrip().startswith("1. Borealis Laptop Bag  EUR 29.00")


def test_loading_again_changes_nothing(tmp_path: Path) -> None:
    _load(tmp_path, LAPTOPS)
    assert "(0 new or changed)" in _load(tmp_path, LAPTOPS).output


def test_rejected_rows_are_named_the_good_ones_kept_and_the_status_says_so(tmp_path: Path) -> None:
    loaded = _load(tmp_path, LAPTOPS + "4,,free,Acme,\n")
    assert loaded.exit_code == 3
    assert "4 rows: 3 products loaded" in loaded.output
    (entry,) = [json.loads(line) for line in (tmp_path / "feed.csv.rejects.jsonl").read_text().splitlines()]
    assert entry["row"] == 5
    assert len(entry["reasons"]) == 2


def test_a_feed_without_one_good_row_fails(tmp_path: Path) -> None:
    assert _load(tmp_path, "1,,free,Acme,\n").exit_code == 1


def test_replace_withdraws_what_the_feed_lacks(tmp_path: Path) -> None:
    _load(tmp_path, LAPTOPS)
    kept = _load(tmp_path, LAPTOPS.splitlines(keepends=True)[0], "--replace")
    assert "0 products withdrawn" in kept.output
    assert "the feed lacks 2 products, more than half of the shop" in " ".join(kept.output.split())
    assert kept.exit_code == 1
    replaced = _load(tmp_path, LAPTOPS.splitlines(keepends=True)[0], "--replace", "--yes")
    assert "2 products withdrawn" in replaced.output


def test_replace_withdraws_nothing_while_rows_are_rejected(tmp_path: Path) -> None:
    _load(tmp_path, LAPTOPS)
    replaced = _load(tmp_path, LAPTOPS.splitlines(keepends=True)[0] + "2,,399 EUR,Acme,\n", "--replace")
    assert "0 products withdrawn" in replaced.output
    assert "nothing was withdrawn" in replaced.output


def test_a_conversation_goes_on_until_an_empty_line(tmp_path: Path) -> None:
    _load(tmp_path, LAPTOPS)
    talk = RUN.invoke(app, ["chat", "--shop", str(tmp_path / "shop")], input="a laptop\nunder 500 euros\n/new\nhi\n\n")
    assert talk.exit_code == 0
    assert "Acme Slow Laptop" in talk.output


def test_the_demo_shop_is_loaded_once(tmp_path: Path) -> None:
    first = RUN.invoke(app, ["demo", "--folder", str(tmp_path), "--only-load"])
    assert "2,025 rows: 2,025 products loaded" in first.output
    assert RUN.invoke(app, ["demo", "--folder", str(tmp_path), "--only-load"]).output == ""


def test_the_version_is_said() -> None:
    assert RUN.invoke(app, ["--version"]).output.strip() == __version__


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_what_needs_no_shop_waits_for_nothing_that_a_shop_stands_on(option: str) -> None:
    heavy = "{'numpy', 'sqlalchemy', 'fastapi', 'onnxruntime', 'daogou.app', 'daogou.guide'}"
    said = f"import sys; from daogou.cli import app; app(['{option}'], standalone_mode=False); print({heavy} & {{*sys.modules}})"
    ended = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == "set()"


def test_what_the_user_can_mend_is_said_without_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["daogou", "chat", "hi", "--shop", str(tmp_path / "none")])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 1
    said = capsys.readouterr().err
    assert "there is no shop in" in said
    assert "daogou load FEED" in said
    assert "Traceback" not in said
