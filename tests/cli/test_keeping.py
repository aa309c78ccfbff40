"""A shop is backed up while it is used, brought back, found damaged, and made whole again."""

import json
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from daogou.app import load_shop, open_shop
from daogou.app.keeping import back_up, check_shop, restore
from daogou.catalog.products.event import Event, EventItem, EventName
from daogou.cli import app
from daogou.db.durable import writer_lock
from daogou.errors import ShopError, UserError
from tests.contracts.products import NOW

ROWS = [
    {"id": f"p{number}", "title": f"{colour} {kind}", "price": f"{10 + number} EUR", "description": "plain " * 200}
    for number, (colour, kind) in enumerate(
        (colour, kind) for colour in ("Red", "Blue", "Green", "Black") for kind in ("mug", "lamp", "bag", "chair")
    )
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept")
    feed = folder / "feed.jsonl"
    feed.write_text("\n".join(map(json.dumps, ROWS)))
    (folder / "shop").mkdir()
    (folder / "shop" / "daogou.toml").write_text('encoders = ["lsa"]\n')
    load_shop(feed, folder=folder / "shop")
    with open_shop(folder / "shop") as shop:
        shop.guide.answer("a red mug", session_id="talk", user_id="ann")
        shop.events.append([bought("e1")])
    back_up(folder / "shop", folder / "kept.tar.gz")
    return folder / "kept.tar.gz"


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Iterator[Path]:
    restore(made, tmp_path / "shop")
    return tmp_path / "shop"


def bought(event_id: str) -> Event:
    return Event(
        event_id=event_id, name=EventName.PURCHASE, timestamp=NOW, user_id="ann", items=(EventItem(item_id="p1"),)
    )


def whole(folder: Path) -> None:
    assert check_shop(folder).problems == ()
    with open_shop(folder) as shop:
        assert shop.guide.search("red lamp").shortlist[0].product_id == "p1"


def test_what_is_brought_back_is_the_shop(folder: Path) -> None:
    whole(folder)
    with open_shop(folder) as shop:
        assert len(shop.catalogue) == len(ROWS)
        assert shop.sessions.load("talk") is not None
        assert shop.events.popularity() == {"p1": 20.0}


def test_a_backup_is_for_its_owner_alone_and_overwrites_nothing(made: Path, folder: Path) -> None:
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    with pytest.raises(UserError, match="is there already"):
        back_up(folder, made)
    with pytest.raises(UserError, match="holds something"):
        restore(made, folder)
    assert not list(made.parent.glob(".*.part"))


def test_a_shop_in_use_is_backed_up_as_of_one_moment(folder: Path, tmp_path: Path) -> None:
    with open_shop(folder) as shop:
        shop.events.append([bought("e2")])
        back_up(folder, tmp_path / "used.tar.gz")
        shop.events.append([bought("e3")])
    restore(tmp_path / "used.tar.gz", tmp_path / "again")
    with open_shop(tmp_path / "again") as shop:
        assert {event.event_id for event in shop.events.events() if event.user_id} >= {"e1", "e2"}
        assert "e3" not in {event.event_id for event in shop.events.events()}


def test_a_shop_that_is_being_loaded_is_not_backed_up_half(folder: Path, tmp_path: Path) -> None:
    with writer_lock(folder), pytest.raises(ShopError, match="being written"):
        back_up(folder, tmp_path / "half.tar.gz")
    assert not (tmp_path / "half.tar.gz").exists()


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x1f\x8b\x08" + b"x" * 100])
def test_what_is_no_backup_is_refused_and_leaves_nothing(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "no.tar.gz").write_bytes(content)
    with pytest.raises(UserError, match="no backup"):
        restore(tmp_path / "no.tar.gz", tmp_path / "shop")
    assert [path.name for path in tmp_path.iterdir()] == ["no.tar.gz"]


def test_a_cut_off_backup_is_refused(made: Path, tmp_path: Path) -> None:
    (tmp_path / "cut.tar.gz").write_bytes(made.read_bytes()[:-2000])
    with pytest.raises(UserError, match="damaged"):
        restore(tmp_path / "cut.tar.gz", tmp_path / "shop")


def test_a_whole_shop_is_whole(folder: Path) -> None:
    result = CliRunner().invoke(app, ["check", "--shop", str(folder)])
    assert (result.exit_code, result.output.strip()) == (0, "All is whole.")


def damage_page(folder: Path) -> None:
    """Zero a page in the middle of the products."""
    with closing(sqlite3.connect(folder / "shop.db")) as connection:
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'products'").fetchone()[0]
        pages = connection.execute("SELECT pageno FROM dbstat WHERE name = 'products' AND pagetype = 'leaf'").fetchall()
    assert root
    with (folder / "shop.db").open("r+b") as file:
        file.seek((pages[len(pages) // 2][0] - 1) * 4096)
        file.write(b"\xff" * 4096)


def spoil_row(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "shop.db")) as connection:
        connection.execute("UPDATE products SET body = replace(body, '\"offers\"', '\"offer\"') WHERE id = 'p3'")
        connection.commit()


def lose_manifest(folder: Path) -> None:
    (folder / "index" / "manifest.json").unlink()


def spoil_manifest(folder: Path) -> None:
    (folder / "index" / "manifest.json").write_text("{")


def cut_index(folder: Path) -> None:
    for path in (folder / "index").rglob("*.np*"):
        os.truncate(path, path.stat().st_size // 2)


def lose_index(folder: Path) -> None:
    (folder / "index").rename(folder / "gone")


def no_database(folder: Path) -> None:
    (folder / "shop.db").write_bytes(b"this is no database" * 1000)


def spoil_learnt(folder: Path) -> None:
    (folder / "recommender").mkdir()
    (folder / "recommender" / "current.json").write_text('{"version": 7}')


@pytest.mark.parametrize(
    ("spoil", "kept"),
    [
        (damage_page, 2),
        (spoil_row, len(ROWS) - 1),
        (lose_manifest, len(ROWS)),
        (spoil_manifest, len(ROWS)),
        (cut_index, len(ROWS)),
        (lose_index, len(ROWS)),
        (spoil_learnt, len(ROWS)),
    ],
)
def test_damage_is_named_and_repaired_with_all_that_is_whole(spoil, kept: int, folder: Path) -> None:
    spoil(folder)
    asked = CliRunner().invoke(app, ["check", "--shop", str(folder)])
    assert asked.exit_code == 1, asked.output
    assert "damaged: " in asked.output
    assert "daogou check --repair" in asked.output
    repaired = CliRunner().invoke(app, ["check", "--repair", "--shop", str(folder)])
    assert repaired.exit_code == 0, repaired.output
    whole_again = CliRunner().invoke(app, ["check", "--shop", str(folder)])
    assert (whole_again.exit_code, whole_again.output.strip()) == (0, "All is whole.")
    with open_shop(folder) as shop:
        assert len(shop.catalogue) >= kept
        assert shop.sessions.load("talk") is not None
        assert shop.events.popularity() == {"p1": 20.0}


def test_of_a_database_that_is_none_the_feed_can_be_loaded_again(folder: Path, tmp_path: Path) -> None:
    no_database(folder)
    assert CliRunner().invoke(app, ["check", "--repair", "--shop", str(folder)]).exit_code in (0, 1)
    feed = tmp_path / "feed.jsonl"
    feed.write_text("\n".join(map(json.dumps, ROWS)))
    load_shop(feed, folder=folder)
    whole(folder)
    assert any(path.name.startswith("shop.db.damaged") for path in folder.iterdir())


def test_where_no_shop_is_there_is_nothing_to_check(tmp_path: Path) -> None:
    with pytest.raises(ShopError, match="no shop"):
        check_shop(tmp_path)
