"""What each step adds in a shop is told with how sure one may be, and what was measured is not measured again."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from daogou.app import load_shop
from daogou.cli import app
from daogou.errors import ShopError, UserError
from daogou.recommend.learn.weighing import paired_gain
from daogou_evals import ladder as suite
from daogou_evals.climbing import CHAT, FIT, READINGS, VECTORS, WORDS, Ask, Kept, Outcome, Rung, climb, steps
from daogou_evals.needs.cases import parse_cases
from daogou_evals.needs.rows import Feed
from daogou_evals.questions import read_questions

RUN = CliRunner()
TITLES = {
    "k": "Copper Kettle 1.7 l",
    "f": "Desk Fan white",
    "p": "Laser Printer mono",
    "h": "Wireless Headphones black",
}
ENVIRONMENT = {"DAOGOU_ENCODERS": "lsa", "COLUMNS": "140"}


def test_a_gain_in_every_case_is_sure() -> None:
    gain = paired_gain([0.1, 0.5, 0.3], [0.2, 0.6, 0.4])
    assert (gain.value, gain.low, gain.high) == pytest.approx((0.1, 0.1, 0.1))
    assert gain.helps


def test_a_gain_that_a_few_cases_make_is_not_sure() -> None:
    before, after = [0.5] * 20, [0.5] * 18 + [0.1, 1.0]
    gain = paired_gain(before, after)
    assert gain.value == pytest.approx(0.005)
    assert gain.low < 0 < gain.high
    assert not gain.helps


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    import numpy as np

    dice = np.random.default_rng(7)
    held = 0
    for trial in range(200):
        after = dice.normal(0.3, 1.0, size=80)
        gain = paired_gain(np.zeros(80), after, seed=trial, resamples=1000)  # type: ignore[arg-type]
        held += gain.low <= 0.3 <= gain.high
    assert 180 <= held <= 199  # 95 % of 200 is 190


def test_what_belongs_together_counts_as_one() -> None:
    before, after = [0.0] * 40, ([1.0] * 4 + [0.0] * 4) * 5
    alone = paired_gain(before, after)
    together = paired_gain(before, after, groups=[f"talk {at // 4}" for at in range(40)])
    assert alone.value == together.value == 0.5
    assert together.high - together.low > 1.5 * (alone.high - alone.low)


def test_of_nothing_there_is_no_gain() -> None:
    assert str(paired_gain([], [])) == "+0.0000 (+0.0000 to +0.0000)"


def outcome(*values: float) -> Outcome:
    return Outcome(figures={"right": values}, took_ms=[10.0])


def rung(name: str, below: str = "", asked: list[str] | None = None, dies_at: str = "") -> Rung:
    """One that says 1 to every case, notes what it was asked, and may be killed."""

    def ask(case: str) -> Outcome:
        if case == dies_at:
            raise KeyboardInterrupt
        (asked if asked is not None else []).append(case)
        return outcome(1.0)

    @contextmanager
    def opened() -> Iterator[Ask]:
        yield ask

    return Rung(name=name, below=below, opened=opened)


def test_every_step_is_held_against_the_rung_below_and_turns_of_a_case_count_as_one() -> None:
    rungs = [rung("fit"), rung("model", below="fit")]
    climbed = {"fit": [outcome(0.0, 1.0), outcome(1.0)], "model": [outcome(1.0, 1.0), outcome(1.0)]}
    found = steps(rungs, climbed)
    assert [(one.name, one.figure, one.changed, one.gain is None) for one in found] == [
        ("fit", "right", 0, True),
        ("model", "right", 1, False),
    ]
    assert found[1].mean == 1.0
    assert found[1].gain is not None
    assert found[1].gain.value == pytest.approx(1 / 3)
    assert found[1].gain.high == 0.5  # the first case alone, both turns of it


def test_after_a_kill_only_the_rest_is_asked(tmp_path: Path) -> None:
    path, asked = tmp_path / "kept.jsonl", list[str]()
    with pytest.raises(KeyboardInterrupt):
        climb([rung("fit", asked=asked, dies_at="b")], ["a", "b", "c"], Kept(path, "shop"))
    with path.open("a", encoding="utf-8") as file:
        file.write('{"about": "shop", "rung": "fit", "ca')  # half a line
    assert Kept(path, "another shop").found == {}
    climbed = climb([rung("fit", asked=asked)], ["a", "b", "c"], Kept(path, "shop"))
    assert asked == ["a", "b", "c"]
    assert [list(one.figures["right"]) for one in climbed["fit"]] == [[1.0]] * 3
    assert set(Kept(path, "shop").found) == {("fit", case) for case in "abc"}  # the half line spoilt no other


def test_questions_are_read_and_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"query": "kettle", "right": ["k", 7]}\n\n', encoding="utf-8")
    [question] = read_questions(path)
    assert (question.text, question.right) == ("kettle", ("k", "7"))
    figures = {name: measure(["x", "7"]) for name, measure in question.measures.items()}
    assert figures == {"hit@1": 0.0, "hit@5": 1.0}
    path.write_text('{"query": "kettle", "right": ["k"]}\n{"query": "fan"}\n', encoding="utf-8")
    with pytest.raises(UserError, match="line 2"):
        read_questions(path)


def asked_in(folder: Path) -> tuple[Path, Path]:
    """A feed, and every title of it as a question."""
    feed, questions = folder / "shop.jsonl", folder / "q.jsonl"
    rows = [{"id": key, "title": title, "price": "9.00 EUR"} for key, title in TITLES.items()]
    feed.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    asked = [{"query": title.lower(), "right": [key]} for key, title in TITLES.items()]
    questions.write_text("".join(json.dumps(one) + "\n" for one in asked), encoding="utf-8")
    return feed, questions


def ladder(folder: Path, *more: str, questions: str = "q.jsonl") -> Sequence[str]:
    given = [str(folder / "shop"), str(folder / questions), "--kept", str(folder / "kept.jsonl"), *more]
    run = RUN.invoke(app, ["evaluate", "ladder", *given], env=ENVIRONMENT)
    assert run.exit_code == 0, run.output
    return [line for line in run.output.splitlines() if "hit@" in line or "NDCG" in line]


def test_the_command_loads_a_feed_climbs_every_rung_and_goes_on_where_it_was(tmp_path: Path) -> None:
    feed, _ = asked_in(tmp_path)
    told = ladder(tmp_path, "--feed", str(feed), "--model", "builtin")
    for name in (WORDS, VECTORS, FIT, READINGS, "+ builtin", f"{FIT}: {CHAT}", f"{READINGS}: {CHAT}"):
        assert sum(line.strip().startswith(f"{name}  ") for line in told) == 2  # hit@1 and hit@5
    assert sum("1.0000" in line for line in told) == 16  # whole titles are found first on every rung
    before = (tmp_path / "kept.jsonl").read_text(encoding="utf-8")
    assert len(before.splitlines()) == 8 * len(TITLES)
    assert ladder(tmp_path, "--model", "builtin") == told
    assert (tmp_path / "kept.jsonl").read_text(encoding="utf-8") == before


def test_judgements_are_climbed_by_searches_alone(tmp_path: Path) -> None:
    feed, _ = asked_in(tmp_path)
    (tmp_path / "judged.csv").write_text("query,docid,rating\nkettle,k,3\nkettle,f,0\n", encoding="utf-8")
    told = ladder(tmp_path, "--feed", str(feed), questions="judged.csv")
    assert [line.split("  ")[1].strip() for line in told] == [WORDS, VECTORS, FIT, READINGS]


def test_a_model_that_is_not_there_is_no_figure(tmp_path: Path) -> None:
    feed, questions = asked_in(tmp_path)
    given = [str(tmp_path / "shop"), str(questions), "--feed", str(feed), "--kept", str(tmp_path / "kept.jsonl")]
    run = RUN.invoke(app, ["evaluate", "ladder", *given, "--model", "builtin:nowhere"], env=ENVIRONMENT)
    assert run.exit_code != 0
    assert "nowhere" in str(run.exception)


def test_the_needs_suite_is_climbed_by_its_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    feed = Feed(path="shop.jsonl", keys=("id",), title=("title",), text=("title",), price="price")
    cases = parse_cases(
        "split = 'dev'\n[checks]\nfan = 'title ~ fan'\nkettle = 'title ~ kettle'\n"
        "[[case]]\nid = 'fans'\ntags = ['simple']\n"
        "turns = [{ say = 'a desk fan', must = ['fan'] }, { say = 'a copper kettle', must = ['fan'] }]\n",
        shop="shop",
        feed=feed,
    )
    monkeypatch.setattr(suite, "read_cases", lambda: cases)
    monkeypatch.setattr(suite, "feeds", lambda: {"shop": feed})
    with pytest.raises(ShopError, match="daogou load FEED"):
        suite.climb_needs(tmp_path, tmp_path, kept=tmp_path / "kept.jsonl")
    path, _ = asked_in(tmp_path)
    with monkeypatch.context() as given:
        given.setenv("DAOGOU_ENCODERS", "lsa")
        load_shop(path, folder=tmp_path / "shop")
    run = RUN.invoke(
        app,
        ["evaluate", "ladder", str(tmp_path), str(tmp_path), "--model", "builtin", "--kept", str(tmp_path / "k.jsonl")],
        env=ENVIRONMENT,
    )
    assert run.exit_code == 0, run.output
    told = [line.split() for line in run.output.splitlines() if "turns passed" in line]
    assert [line[:2] for line in told] == [["+", "fit"], ["+", "readings"], ["+", "builtin"]]
    assert all("0.5000" in line for line in told)  # no kettle is a fan
    [case] = json.loads((tmp_path / "k.jsonl").read_text().splitlines()[0])["figures"].values()
    assert case == [1.0, 0.0]


def test_a_use_that_no_model_has_is_named(tmp_path: Path) -> None:
    run = RUN.invoke(app, ["evaluate", "ladder", str(tmp_path), str(tmp_path), "--use", "singing"])
    assert run.exit_code == 2
    assert "ranker, reader, choose" in run.output
