"""What a shop has is found and what it hasn't is told: counted on requests whose answer is known."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from daogou.catalog.products.need import Sold
from daogou.cli import app
from daogou.rank.sold import Evidence
from daogou_evals.sold import SHOPS, Request, SoldFigures, Told, curve, figures, fit, left_out, read_requests

RUN = CliRunner()
FEED = """id,title,price,category
16-07,Copper Kettle,39.00 EUR,Kitchen > Kettles
AA-100MM,Desk Fan 100 mm,19.00 EUR,Home > Fans
P9,Mono Laser Printer,399.00 EUR,Office > Printers
"""


def evidence(words: float, *, head: float = 0.0, doubted: bool = False) -> Evidence:
    return Evidence(head=head, cosine=0.3, words=words, kind=0.0, doubted=doubted, nowhere=False)


def told(*, sold: bool, verdict: Sold, words: float = 0.5, shown: str = "", shop: str = "pets", **more: bool) -> Told:
    request = Request(shop=shop, message="m", language="en", sold=sold, right=("right",) if sold else ())
    return Told(request=request, verdict=verdict, shown=(shown,) if shown else (), evidence=evidence(words), **more)


def test_every_shop_has_as_many_requests_for_what_is_there_as_for_what_is_not() -> None:
    for shop in SHOPS:
        requests = read_requests(shop)
        assert len({request.message for request in requests}) == len(requests) == 80
        assert sum(request.sold for request in requests) == 40
        assert all(bool(request.right) is request.sold for request in requests)
        assert {request.language for request in requests} == {"en", "zh"}


def test_the_shares_of_a_planted_run() -> None:
    run = [
        told(sold=False, verdict=Sold.NOT_SOLD),
        told(sold=False, verdict=Sold.CLOSEST),
        told(sold=False, verdict=Sold.FOUND, shown="other"),
        told(sold=False, verdict=Sold.OTHER),
        told(sold=True, verdict=Sold.FOUND, shown="right"),
        told(sold=True, verdict=Sold.NOT_SOLD, shown="right"),
    ]
    assert figures(run) == SoldFigures(
        absent=4,
        told=0.25,
        told_closest=0.25,
        claimed=0.5,
        present=2,
        found=0.5,
        closest=0.0,
        denied=0.5,
        right_first=1.0,
    )
    assert figures([]).told == figures([]).denied == 0.0


def test_a_bound_moves_only_what_is_weighed() -> None:
    weighed = told(sold=False, verdict=Sold.CLOSEST)
    named = told(sold=True, verdict=Sold.NOT_SOLD, weighed=False)  # a model that is nobody's
    points = curve([weighed, named], [0.4, 0.9], thresholds=(0.3, 0.5))
    assert [(point.denied, point.told) for point in points] == [(1.0, 0.0), (1.0, 1.0)]


def test_without_other_probabilities_the_curve_is_that_of_the_guide_itself() -> None:
    one = told(sold=False, verdict=Sold.FOUND, words=0.5)
    at = one.evidence.probability
    points = curve([one], thresholds=(at - 0.01, at + 0.01))
    assert [point.told for point in points] == [0.0, 1.0]


def test_the_fit_finds_which_fact_tells() -> None:
    run = [told(sold=True, verdict=Sold.FOUND, words=0.6 + 0.01 * at) for at in range(30)]
    run += [told(sold=False, verdict=Sold.FOUND, words=0.1 + 0.01 * at) for at in range(30)]
    weights = fit(run)
    by_name = dict(zip(("head", "cosine", "words"), weights.weights, strict=False))
    assert by_name["words"] > 3
    assert abs(by_name["head"]) < 1e-6
    assert weights.probability(evidence(0.9)) > 0.8
    assert weights.probability(evidence(0.1)) < 0.2
    assert str(weights).startswith("bias -")


def test_a_shop_is_judged_by_weights_that_it_had_no_part_in() -> None:
    here = [told(sold=one, verdict=Sold.FOUND, words=0.9 if one else 0.1) for one in (True, False) * 10]
    strange = [
        told(sold=not one, verdict=Sold.FOUND, words=0.9 if one else 0.1, shop="sku") for one in (True, False) * 10
    ]
    said = left_out([*here, *strange])
    # each shop by what the other taught, which is the opposite
    assert said[0] < 0.5 < said[1]
    assert said[20] > 0.5 > said[21]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data" / "shops").mkdir(parents=True)
    (tmp_path / "data" / "shops" / "sku.csv").write_text(FEED, encoding="utf-8")
    return tmp_path / "data"


LSA: Mapping[str, str] = {"DAOGOU_ENCODERS": "lsa", "COLUMNS": "120"}


def test_the_command_loads_the_shop_asks_and_prints_tables_and_curve(data: Path, tmp_path: Path) -> None:
    arguments = ["evaluate", "sold", str(data), "--shops", str(tmp_path / "shops"), "--shop", "sku", "--wrong"]
    run = RUN.invoke(app, arguments, env=LSA)
    assert run.exit_code == 0, run.output
    assert "40 absent: told, closest, claimed; 40 present" in run.output
    assert "told below" in run.output
    assert "fitted on all of them: bias" in run.output
    strict = RUN.invoke(app, [*arguments, "--limit", "2", "--least-told", "1.1"], env=LSA)
    assert strict.exit_code == 1


def test_what_is_not_there_to_be_loaded_is_named(data: Path, tmp_path: Path) -> None:
    run = RUN.invoke(app, ["evaluate", "sold", str(data), "--shops", str(tmp_path), "--shop", "pets"])
    assert "pets.csv" in str(run.exception)
    unknown = RUN.invoke(app, ["evaluate", "sold", str(data), "--shop", "nowhere"])
    assert unknown.exit_code == 2
    assert "there is no shop nowhere" in unknown.output
