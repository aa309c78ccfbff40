"""A new index is built beside the old one, and becomes visible at once and whole."""

import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from daogou.catalog.products.product import Product
from daogou.db.catalogue import SqlCatalogue
from daogou.db.database import open_database
from daogou.db.durable import replace_file, writer_lock
from daogou.errors import BackendError, ShopError
from daogou.index.building import (
    MANIFEST,
    Contents,
    EncoderMaker,
    EncoderNote,
    Encoders,
    Manifest,
    build_index,
    check_encoders,
    read_manifest,
    refresh_index,
    write_manifest,
)
from daogou.index.documents import encoded_text
from daogou.index.live import LiveIndex, open_index
from daogou.index.vocabulary import build_vocabulary
from daogou.ports import Vectors
from tests.contracts.index import ColourEncoder, ids
from tests.contracts.products import BAG, LAPTOP, MOUSE, NOW, SHOP, product


class Learner(ColourEncoder):
    """Learns how many texts there are, and counts how many it encodes."""

    name = "learner"
    encoded: list[str]

    def __init__(self, known: int) -> None:
        self.known = known
        self.encoded = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.encoded += texts
        return super().encode(texts) * np.float32(1 if self.known < 5 else -1)

    def save(self, path: Path) -> None:
        path.write_text(str(self.known), encoding="utf-8")


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[SqlCatalogue]:
    engine = open_database(f"sqlite:///{tmp_path / 'shop.db'}")
    catalogue = SqlCatalogue(engine)
    catalogue.upsert(SHOP)
    yield catalogue
    engine.dispose()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


def build(folder: Path, catalogue: SqlCatalogue, **makers: EncoderMaker) -> Manifest:
    contents = Contents(products=catalogue.products(), version=lambda: catalogue.version, files={"types.json": "{}"})
    encoders = Encoders(makers=makers or {"colour": lambda texts: ColourEncoder()})
    return build_index(folder, contents, encoders, clock=lambda: NOW)


def refresh(folder: Path, catalogue: SqlCatalogue) -> Manifest:
    return refresh_index(folder, catalogue=catalogue, encoders=[ColourEncoder()], clock=lambda: NOW)


def found(folder: Path) -> list[str]:
    return sorted(open_index(folder).index.matching([]))


def test_an_index_holds_the_whole_catalogue_and_says_so(folder: Path, catalogue: SqlCatalogue) -> None:
    manifest = build(folder, catalogue)
    assert manifest == Manifest(
        number=1,
        base="000001",
        base_version=catalogue.version,
        catalogue_version=catalogue.version,
        product_count=5,
        encoders=(EncoderNote(name="colour", dimensions=3, fingerprint=manifest.encoders[0].fingerprint),),
        created_at=NOW,
    )
    assert read_manifest(folder) == manifest
    opened = open_index(folder, clock=lambda: NOW)
    assert sorted(opened.index.matching([])) == sorted(one.id for one in SHOP)
    assert (opened.index.vocabulary, opened.text("types.json"), opened.text("other.json")) == (
        build_vocabulary(SHOP),
        "{}",
        None,
    )


def test_a_small_change_becomes_visible_without_a_full_build(folder: Path, catalogue: SqlCatalogue) -> None:
    first = build(folder, catalogue)
    catalogue.upsert([replace(MOUSE, title="Zebra mouse"), product("pen", "Zebra pen")])
    catalogue.withdraw(["bag"])
    assert (first.catalogue_version, catalogue.version) == (1, 3)
    second = refresh(folder, catalogue)
    index = open_index(folder, clock=lambda: NOW).index
    assert (second.base, second.over, second.product_count, second.catalogue_version) == ("000001", "000002", 5, 3)
    assert sorted(index.matching([])) == ["cream", "laptop", "mouse", "pen", "speaker"]
    assert sorted(ids(index.lexical(["zebra"]))) == ["mouse", "pen"]
    assert index.lexical(["wireless"], fields={"title": 1.0}) == []
    assert list(index.vectors("colour", ["bag", "pen", "mouse"])) == ["pen", "mouse"]


def test_changes_gather_over_the_same_base(folder: Path, catalogue: SqlCatalogue) -> None:
    build(folder, catalogue)
    for number in range(3):
        catalogue.upsert([product(f"pen-{number}", f"Pen {number}")])
        refresh(folder, catalogue)
    catalogue.upsert([BAG])
    catalogue.withdraw(["bag", "pen-1"])
    assert refresh(folder, catalogue).base == "000001"
    assert found(folder) == ["cream", "laptop", "mouse", "pen-0", "pen-2", "speaker"]
    catalogue.upsert([BAG])
    refresh(folder, catalogue)
    assert found(folder) == ["bag", "cream", "laptop", "mouse", "pen-0", "pen-2", "speaker"]
    third = build(folder, catalogue)
    assert (third.base, third.over, third.product_count) == ("000007", "", 7)
    assert found(folder) == ["bag", "cream", "laptop", "mouse", "pen-0", "pen-2", "speaker"]


def test_nothing_new_changes_nothing(folder: Path, catalogue: SqlCatalogue) -> None:
    first = build(folder, catalogue)
    assert refresh(folder, catalogue) == first


def test_only_folders_that_somebody_may_read_are_kept(folder: Path, catalogue: SqlCatalogue) -> None:
    build(folder, catalogue)
    (folder / "000009").mkdir()
    (folder / ".building").mkdir()
    (folder / ".building" / "half").touch()
    for _ in range(3):
        build(folder, catalogue)
    assert sorted(path.name for path in folder.iterdir()) == ["000011", "000012", MANIFEST, "writer.lock"]


def test_an_encoder_that_learns_is_kept_with_the_index(folder: Path, catalogue: SqlCatalogue) -> None:
    makers = {"learner": lambda texts: Learner(len(list(texts))), "colour": lambda texts: ColourEncoder()}
    build(folder, catalogue, **makers)
    opened = open_index(folder)
    kept = opened.encoder_file("learner")
    assert kept is not None
    assert (kept.read_text(encoding="utf-8"), opened.encoder_file("colour")) == ("5", None)


def test_what_the_last_index_knows_is_not_encoded_again(folder: Path, catalogue: SqlCatalogue) -> None:
    encoder = Learner(1)
    for _ in range(2):
        build(folder, catalogue, learner=lambda _: encoder)
    assert sorted(encoder.encoded.count(one.title) for one in (LAPTOP, MOUSE)) == [0, 1]
    catalogue.upsert([replace(MOUSE, title="Notebook mouse")])
    build(folder, catalogue, learner=lambda _: encoder)
    assert encoder.encoded.count("Notebook mouse") == 1
    index = open_index(folder).index
    assert {key: v.tolist() for key, v in index.vectors("learner", ["mouse", "speaker"]).items()} == {
        "mouse": [1, 0, 0],
        "speaker": [0, 0, 1],
    }
    other = Learner(9)
    build(folder, catalogue, learner=lambda _: other)
    assert open_index(folder).index.vectors("learner", ["speaker"])["speaker"].tolist() == [0, 0, -1]


def test_a_refresh_encodes_only_texts_that_no_segment_has(folder: Path, catalogue: SqlCatalogue) -> None:
    encoder = Learner(1)
    build(folder, catalogue, learner=lambda _: encoder)
    known = encoded_text(LAPTOP, "learner")
    assert known in encoder.encoded
    encoder.encoded.clear()
    mouse = replace(MOUSE, title="Notebook mouse")
    for changed in (mouse, replace(LAPTOP, gtin="4006381333931")):
        catalogue.upsert([changed])
        refresh_index(folder, catalogue=catalogue, encoders=[encoder])
    assert encoder.encoded.count(encoded_text(mouse, "learner")) == 1  # the second refresh has it from the first
    assert known not in encoder.encoded  # and what changed in another way from the build


def test_another_encoder_than_that_of_the_index_is_refused(folder: Path, catalogue: SqlCatalogue) -> None:
    manifest = build(folder, catalogue, learner=lambda _: Learner(1))
    check_encoders(manifest, [Learner(2), ColourEncoder()])
    with pytest.raises(ShopError, match="made with another 'learner' encoder; build it again"):
        check_encoders(manifest, [Learner(9)])
    with pytest.raises(ShopError, match="the encoder 'learner', which is not here"):
        check_encoders(manifest, [ColourEncoder()])


def test_a_running_service_sees_the_new_index_and_holds_the_old_one_whole(
    folder: Path, catalogue: SqlCatalogue
) -> None:
    build(folder, catalogue)
    live = LiveIndex(folder, clock=lambda: NOW)
    old = live.current()
    assert live.current() is old
    catalogue.withdraw(["bag"])
    refresh(folder, catalogue)
    middle = live.current()
    assert middle.base is old.base
    assert middle.index.vocabulary is old.index.vocabulary
    build(folder, catalogue)
    build(folder, catalogue)
    assert live.current().base is not old.base
    assert [sorted(seen.index.matching([])) for seen in (old, middle, live.current())] == [
        ["bag", "cream", "laptop", "mouse", "speaker"],
        ["cream", "laptop", "mouse", "speaker"],
        ["cream", "laptop", "mouse", "speaker"],
    ]
    assert ids(old.index.lexical(["bag"])) == ["bag"]


def test_a_running_service_survives_a_damaged_manifest(folder: Path, catalogue: SqlCatalogue) -> None:
    good = build(folder, catalogue)
    live = LiveIndex(folder, clock=lambda: NOW)
    before = live.current()
    replace_file(folder / MANIFEST, "{")
    assert live.current() is before
    assert "is damaged" in live.problem
    write_manifest(folder, good)
    assert (live.current().manifest, live.problem) == (good, "")
    (folder / MANIFEST).unlink()
    assert live.current().manifest == good
    assert live.problem.endswith("has no index yet; load a feed first")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "is damaged"),
        ("{}", "is damaged"),
        ("[1]", "is damaged"),
        ('{"format": 99}', "written by another Daogou .format 99, not 5.; load the feed again"),
        ('{"format": 5, "encoders": [], "created_at": "2026-03-01"}', "is damaged"),
        ("\x00\x00", "is damaged"),
    ],
)
def test_a_damaged_manifest_says_so(folder: Path, written: str, said: str) -> None:
    folder.mkdir()
    (folder / MANIFEST).write_text(written, encoding="utf-8")
    with pytest.raises(ShopError, match=said):
        read_manifest(folder)


def test_a_damaged_manifest_is_no_reason_not_to_build(folder: Path, catalogue: SqlCatalogue) -> None:
    build(folder, catalogue)
    (folder / MANIFEST).write_text("half", encoding="utf-8")
    with pytest.raises(ShopError, match="damaged"):
        refresh(folder, catalogue)
    assert build(folder, catalogue).base == "000002"
    assert len(found(folder)) == 5


def test_a_manifest_that_names_what_is_gone_says_so(folder: Path, catalogue: SqlCatalogue) -> None:
    manifest = build(folder, catalogue)
    write_manifest(folder, replace(manifest, over="000077"))
    with pytest.raises(ShopError, match="names '000077', which is not there"):
        open_index(folder)


def test_a_damaged_segment_says_so(folder: Path, catalogue: SqlCatalogue) -> None:
    build(folder, catalogue)
    (folder / "000001" / "values.keys.npy").unlink()
    with pytest.raises(ShopError, match="000001 is damaged"):
        open_index(folder)


def test_a_shop_without_an_index_says_what_to_do(folder: Path, catalogue: SqlCatalogue) -> None:
    assert read_manifest(folder) is None
    for attempt in (lambda: open_index(folder), lambda: refresh(folder, catalogue)):
        with pytest.raises(ShopError, match="has no index yet; load a feed first"):
            attempt()


def test_there_is_one_writer(folder: Path, catalogue: SqlCatalogue) -> None:
    with writer_lock(folder):
        for attempt in (build, refresh):
            with pytest.raises(ShopError, match=r"index is being written by process \d+; wait until it has finished"):
                attempt(folder, catalogue)
    build(folder, catalogue)


def test_readers_never_see_half_an_index(folder: Path, catalogue: SqlCatalogue) -> None:
    """A shop whose products all change title together; every answer must be of one title."""

    def titled(title: str) -> list[Product]:
        return [product(f"{number:02}", title) for number in range(20)]

    catalogue.withdraw(catalogue.ids())
    catalogue.upsert(titled("round0 pen"))
    build(folder, catalogue)
    live = LiveIndex(folder)
    wrong: list[object] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            index = live.current().index
            seen = {n: len(index.lexical([f"round{n}"])) for n in range(7)}
            if sorted(seen.values()) != [0] * 6 + [20]:
                wrong.append(seen)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    try:
        for number in range(1, 7):
            catalogue.upsert(titled(f"round{number} pen"))
            (build if number % 2 else refresh)(folder, catalogue)
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert wrong == []
    assert len(live.current().index.lexical(["round6"])) == 20
    assert live.problem == ""


def test_a_manifest_is_plain_json(folder: Path, catalogue: SqlCatalogue) -> None:
    build(folder, catalogue)
    written = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    assert sorted(written) == [
        "base",
        "base_version",
        "catalogue_version",
        "created_at",
        "encoders",
        "format",
        "number",
        "over",
        "product_count",
    ]


def test_an_unknown_encoder_is_a_backend_error(folder: Path, catalogue: SqlCatalogue) -> None:
    build(folder, catalogue)
    with pytest.raises(BackendError, match="not 'minilm'"):
        open_index(folder).index.dense("minilm", np.ones(3, dtype=np.float32))
