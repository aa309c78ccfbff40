"""A student learns a teacher's order from a shop's own titles; killed, it goes on, and it never asks twice."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from daogou.app import load_shop
from daogou.catalog.products.product import Product
from daogou.cli import app
from daogou.errors import UserError
from daogou_training.student import Judged, Student, features, kendall, learn_student
from daogou_training.text.wanting import asked_of

pytest.importorskip("torch")
RUN = CliRunner()


def test_requests_are_words_of_titles_in_order_and_come_once() -> None:
    products = [
        Product(id="k", title="Copper Kettle 1.7 l - Whistling", brand="Onda", offers=()),
        Product(id="z", title="加厚落地窗帘 遮光", language="zh", offers=()),
    ]
    asked = list(asked_of(products, count=50, seed=1))
    assert 2 < len(asked) == len(set(asked))
    assert asked == list(asked_of(products, count=50, seed=1))
    assert asked[:3] == list(asked_of(products, count=3, seed=1))
    title = ["Onda", "Copper", "Kettle", "1.7", "l", "Whistling"]
    for request in asked:
        if request.isascii():
            places = [title.index(word) for word in request.split()]
            assert places == sorted(places)
        else:
            assert set(request) <= set("加厚落地窗帘遮光")
    assert list(asked_of([Product(id="x", title="!?", offers=())], count=5, seed=0)) == []


def test_kendall_is_one_for_the_same_order_and_minus_one_for_the_opposite() -> None:
    assert kendall([3, 2, 1], [30, 20, 10]) == 1.0
    assert kendall([3, 2, 1], [1, 2, 3]) == -1.0
    assert kendall([1.0], [2.0]) == 0.0


def test_a_student_learns_what_its_teacher_goes_by(tmp_path: Path) -> None:
    dice = np.random.default_rng(0)
    titles = ["red kettle", "kettle", "a kettle that is red and whistles", "blue kettle", "red lamp"]

    def judged(place: int) -> Judged:
        seen = np.array([features("red kettle", title, {"lexical": dice.random()}) for title in titles])
        return Judged(request=str(place), features=seen, nats=(-10 * (1 - seen[:, 4])).tolist())  # the longest run

    student = learn_student([judged(place) for place in range(50)])
    held = judged(99)
    assert kendall(held.nats, student.nats(held.features).tolist()) == pytest.approx(
        0.9
    )  # two that are alike to the teacher
    student.write(tmp_path / "student.json")
    read = Student(**json.loads((tmp_path / "student.json").read_text()))
    assert read.nats(held.features) == pytest.approx(student.nats(held.features))


def test_the_command_learns_measures_and_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAOGOU_ENCODERS", "lsa")
    feed, questions = tmp_path / "feed.csv", tmp_path / "q.jsonl"
    colours, things = ("red", "blue", "green", "black"), ("kettle", "lamp", "desk", "mug", "chair")
    titles = [f"{colour} {thing} for home" for colour in colours for thing in things]
    feed.write_text("id,title,price\n" + "".join(f"{place},{one},9 EUR\n" for place, one in enumerate(titles)))
    questions.write_text('{"query": "red kettle", "right": ["0"]}\n')
    load_shop(feed, folder=tmp_path / "shop")
    given = ["learn", "language", str(tmp_path / "run"), "--teacher", "builtin", "--shop", str(tmp_path / "shop")]
    given += ["--requests", "20", "--questions", str(questions)]
    run = RUN.invoke(app, given)
    assert run.exit_code == 0, run.output
    assert "The teacher needs about 0 minutes" in run.output
    assert "hit@1: 1.000 without the student" in run.output
    lists = (tmp_path / "run" / "lists.jsonl").read_text()
    assert len(lists.splitlines()) == 20
    (tmp_path / "run" / "lists.jsonl").write_text("\n".join(lists.splitlines()[:12]) + '\n{"teacher": "bui')
    again = RUN.invoke(app, given)
    assert again.output.splitlines()[-5:] == run.output.splitlines()[-5:]
    assert len((tmp_path / "run" / "lists.jsonl").read_text().splitlines()) == 21  # the half line among them
    assert json.loads((tmp_path / "run" / "report.json").read_text())["teacher"] == "builtin"


def test_a_student_has_one_shop_and_a_teacher_that_judges(tmp_path: Path) -> None:
    run = RUN.invoke(app, ["learn", "language", str(tmp_path), "--teacher", "builtin"])
    assert run.exit_code == 2
    assert "name it with --shop" in run.output
    feed = tmp_path / "feed.csv"
    feed.write_text("id,title,price\n1,kettle,9 EUR\n")
    load_shop(feed, folder=tmp_path / "shop")
    given = ["learn", "language", str(tmp_path / "run"), "--teacher", "none", "--shop", str(tmp_path / "shop")]
    assert isinstance(RUN.invoke(app, given).exception, UserError)
