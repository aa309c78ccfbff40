"""Fit as a probability: a curve that never falls, and how far off it is."""

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from daogou.catalog.products.product import Product
from daogou.cli import app
from daogou.encoders.lsa import Lsa
from daogou.rank.fit import KNOTS, between, probability
from daogou_evals.calibration import (
    Judged,
    calibrated,
    calibration_error,
    isotonic,
    judged_requests,
    knots,
    reliability,
)
from daogou_evals.sold import read_requests
from tests.memory_guide import memory_guide

AT = datetime(2026, 11, 23, tzinfo=UTC)
RUN = CliRunner()


def test_the_curve_never_falls_and_stays_a_probability() -> None:
    values = [probability(total) for total in np.linspace(-3, 5, 200)]
    assert values == sorted(values)
    assert 0 <= values[0] < values[-1] <= 1
    assert [probability(total) for total, _ in KNOTS] == pytest.approx([share for _, share in KNOTS])


def test_between_two_knots_it_is_straight_and_beyond_them_level() -> None:
    line = ((0.0, 0.2), (1.0, 0.6))
    assert [between(line, value) for value in (-1, 0, 0.25, 1, 9)] == pytest.approx([0.2, 0.2, 0.3, 0.6, 0.6])
    assert between((), 1.0) == 0.0


def test_neighbours_that_fall_are_pooled() -> None:
    ordered, fitted = isotonic([3, 1, 2, 4], [0, 0, 1, 1])
    assert ordered.tolist() == [1, 2, 3, 4]
    assert fitted.tolist() == [0, 0.5, 0.5, 1]
    assert isotonic([], [])[1].tolist() == []


@given(st.lists(st.tuples(st.floats(-2, 2), st.booleans()), min_size=1, max_size=60))
def test_no_curve_falls_and_none_loses_the_share_that_is_right(pairs: list[tuple[float, bool]]) -> None:
    _, fitted = isotonic([score for score, _ in pairs], [float(right) for _, right in pairs])
    assert (np.diff(fitted) >= -1e-12).all()
    assert fitted.mean() == pytest.approx(np.mean([right for _, right in pairs]))


def test_what_is_said_and_comes_true_has_no_error() -> None:
    dice = np.random.default_rng(3)
    said = dice.random(20_000).tolist()
    right = [float(dice.random() < one) for one in said]
    assert calibration_error(said, right) < 0.02
    assert calibration_error([min(one + 0.2, 1.0) for one in said], right) == pytest.approx(0.18, abs=0.02)
    assert [count for count, _, _ in reliability(said, right)] == [2_000] * 10
    assert calibration_error([], []) == 0.0


def test_few_knots_keep_what_many_products_tell() -> None:
    dice = np.random.default_rng(5)
    totals = dice.random(10_000).tolist()
    right = [float(dice.random() < total**2) for total in totals]
    curve = knots(totals, right)
    assert 5 <= len(curve) <= 7
    assert calibration_error([between(curve, total) for total in totals], right) < 0.03


def test_a_shop_is_judged_by_the_curve_of_the_others() -> None:
    dice = np.random.default_rng(1)
    easy = [Judged(shop="easy", total=float(t), right=True) for t in dice.random(100)]
    hard = [Judged(shop="hard", total=float(t), right=False) for t in dice.random(100)]
    found = calibrated([*easy, *hard])
    assert found.products == {"all": 200, "easy": 100, "hard": 100}
    assert found.right == {"all": 0.5, "easy": 1.0, "hard": 0.0}
    assert found.left_out == {"all": 1.0, "easy": 1.0, "hard": 1.0}
    assert {round(share) for _, share in found.knots} <= {0, 1}


def test_where_the_thing_is_not_sold_the_first_product_is_wrong() -> None:
    titles = {"16-07": "Copper Kettle", "P9": "Mono Laser Printer"}
    products = [Product(id=key, title=title, offers=()) for key, title in titles.items()]
    guide = memory_guide(products, Lsa.learn(list(titles.values()), dimensions=2), at=AT)
    judged = judged_requests({"sku": guide})
    asked = [request for request in read_requests("sku") if guide.search(request.message, limit=1).shortlist]
    assert [one.right for one, request in zip(judged, asked, strict=True) if not request.sold].count(True) == 0
    right = [one.total for one in judged if one.right]
    wrong = [one.total for one in judged if not one.right]
    assert right
    assert np.mean(right) > np.mean(wrong)


def test_the_command_judges_a_small_shop_and_prints_a_curve(tmp_path: Path) -> None:
    office = tmp_path / "data" / "office_products"
    office.mkdir(parents=True)
    rows = [
        {"item_id": at, "title": title, "description": "[]", "brand": "Acme", "categories": "Office"}
        for at, title in enumerate(
            ["Black Ink Cartridge 61", "Fountain Pen, blue", "Heavy Duty Stapler", "Gel Pen red"]
        )
    ]
    (office / "items.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    mappings = Path(__file__).parents[2] / "examples" / "mappings"
    arguments = ["--shops", str(tmp_path / "shops"), "--mappings", str(mappings), "--shop", "office_products"]
    run = RUN.invoke(
        app,
        ["evaluate", "calibration", str(tmp_path / "data"), *arguments, "--limit", "6"],
        env={"DAOGOU_ENCODERS": "lsa"},
    )
    assert run.exit_code == 0, run.output
    assert "shop left out" in run.output
    assert "KNOTS = (" in run.output
