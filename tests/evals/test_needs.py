import gzip
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from daogou.catalog.products.conversation import Evidence, Recommendation, Response, Session, Turn
from daogou.catalog.products.need import Constraint, Notice, Operator, ShopperNeed, Sort, Strength
from daogou.catalog.products.product import Money, Offer, Product
from daogou.catalog.products.turn import Answered
from daogou.errors import UserError
from daogou_evals.needs.cases import Case, Expect, parse_cases, read_cases
from daogou_evals.needs.checks import Checks
from daogou_evals.needs.judging import Fault, gives_up, not_known, not_sold, nothing_fits
from daogou_evals.needs.report import Report, failure, summary
from daogou_evals.needs.rows import Feed, Row, Rows, feeds, read_rows
from daogou_evals.needs.suite import in_words, main_needs, run_needs, truth_of, wrong_counts

AT = datetime(2026, 11, 23, tzinfo=UTC)
DATA = Path(__file__).parents[3] / "shared" / "data"
FEED = Feed(path="mugs.jsonl", keys=("id",), title=("title",), text=("title", "colour", "attr_*"), price="price")
ROWS: tuple[Row, ...] = (
    {"id": "m1", "title": "Red mug", "colour": "red", "price": 4.5, "attr_dishwasher": True, "attr_ml": 300},
    {"id": "m2", "title": "Blue mug", "colour": "blue", "price": 6.0, "attr_dishwasher": False, "attr_ml": 450},
    {"id": "m3", "title": "Green mug", "colour": "green", "price": 9.0, "attr_ml": None},
    {"id": "t1", "title": "Tea towel, 2 pieces", "colour": "red", "price": 3.0},
)
CASES = """
split = "test"
[checks]
mug = 'title ~ \\bmug\\b'
[[case]]
id = "mugs"
tags = ["simple"]
turns = [ TURNS ]
"""


def rows_of(*rows: Row, feed: Feed = FEED) -> Rows:
    kept = rows or ROWS
    return Rows(
        feed=feed,
        by_id={str(row["id"]): (row,) for row in kept},
        by_title={"".join(c for c in str(row["title"]).casefold() if c.isalnum()): (row,) for row in kept},
        distinct=kept,
    )


def case_of(turns: str) -> Case:
    (case,) = parse_cases(CASES.replace("TURNS", turns), shop="mugs", feed=FEED)
    return case


class Parrot:
    """A guide that gives the answers it was given, in order; a product is named by its id."""

    def __init__(self, *answers: Response | tuple[str, ...] | str) -> None:
        self.answers = list(answers)
        self.catalogue = {}

    def answer(self, message: str, *, session_id: str = "") -> Answered:
        answer = self.answers.pop(0)
        if isinstance(answer, str):
            answer = Response(text=answer)
        elif isinstance(answer, tuple):
            answer = Response(text="Here they are.", recommendations=recommend(*answer))
        shown = tuple(recommendation.product.id for recommendation in answer.recommendations)
        need = ShopperNeed(query=message)
        turn = Turn(turn_id="t", message=message, need=need, text=answer.text, shown=shown, at=AT)
        return Answered(session=Session(session_id=session_id, turns=(turn,)), turn=turn, response=answer)


def recommend(*ids: str) -> tuple[Recommendation, ...]:
    titles = {str(row["id"]): str(row["title"]) for row in ROWS}
    return tuple(
        Recommendation(product=product(product_id, titles.get(product_id, "?")), position=place)
        for place, product_id in enumerate(ids, 1)
    )


def product(product_id: str, title: str) -> Product:
    return Product(id=product_id, title=title, offers=(Offer(price=Money(amount=Decimal(4), currency="GBP")),))


def judged(turns: str, *answers: Response | tuple[str, ...] | str) -> list[list[Fault]]:
    report = run_needs({"mugs": Parrot(*answers)}, [case_of(turns)], rows={"mugs": rows_of()})
    return [[problem.fault for problem in verdict.problems] for verdict in report.verdicts]


# --- checks ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("check", "fitting"),
    [
        ("mug", ["m1", "m2", "m3"]),
        ("!mug", ["t1"]),
        ("price <= 6", ["m1", "m2", "t1"]),
        ("price < 6", ["m1", "t1"]),
        ("price >= 6", ["m2", "m3"]),
        ("price > 6", ["m3"]),
        ("price = 9.0", ["m3"]),
        ("price != 9", ["m1", "m2", "t1"]),
        ("colour = RED", ["m1", "t1"]),
        ("attr_dishwasher = true", ["m1"]),
        ("attr_dishwasher >= 0", []),
        ("title ~ ^red|^blue", ["m1", "m2"]),
        ("text !~ red", ["m2", "m3"]),
        ("colour|title ~ tea", ["t1"]),
        ("attr_* = 450", ["m2"]),
        ("missing <= 5", []),
        ("missing !~ x", ["m1", "m2", "m3", "t1"]),
        ("title <= 5", []),
        ({"all": ["mug", "colour = red"]}, ["m1"]),
        ({"any": ["colour = green", "colour = blue"]}, ["m2", "m3"]),
        ({"all": ["mug"], "none": ["colour = red"]}, ["m2", "m3"]),
        ({"number": r"(\d+) pieces", "op": ">=", "value": 2}, ["t1"]),
        ({"number": r"(\d+)", "in": "attr_ml", "op": ">=", "value": 0.4, "times": 0.001}, ["m2"]),
    ],
)
def test_a_check_picks_the_rows_that_bear_it_out(check: str | Mapping[str, object], fitting: list[str]) -> None:
    checks = Checks(feed=FEED, named={"mug": r"title ~ \bmug\b"})
    assert [row["id"] for row in ROWS if checks.meets(check, row)] == fitting


@pytest.mark.parametrize("check", ["bag", {}, {"both": []}, {"all": "mug"}])
def test_a_check_that_can_not_be_read_is_the_writers_mistake(check: str | Mapping[str, object]) -> None:
    with pytest.raises(UserError):
        Checks(feed=FEED).meets(check, ROWS[0])


def test_what_a_row_fails_is_named_as_it_is_written() -> None:
    assert Checks(feed=FEED).failed(["price <= 5", "colour = red"], ROWS[1]) == ["price <= 5", "colour = red"]


# --- rows -----------------------------------------------------------------------------------------------------------


def test_rows_are_found_by_every_key_and_the_last_of_one_id_counts(tmp_path: Path) -> None:
    lines = [
        {"id": 1, "tier": 100, "link": "shop?id=77&x", "name": "Old"},
        {"id": 1, "tier": 100, "link": "shop?id=77&x", "name": "New"},
        {"id": 1, "tier": 200, "link": "none", "name": "Other"},
        {"id": 3, "tier": 300, "link": "none", "name": " "},
        {"id": 4, "tier": 300, "link": "none", "name": "POSTAGE"},
    ]
    text = "\n".join(json.dumps(line) for line in lines)
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(text.encode()))
    keys = ("{tier}-{id}", "id", "link ~ id=(\\d+)")
    feed = Feed(path="a.jsonl.gz", keys=keys, title=("name",), text=("name",), skip="^POSTAGE")

    rows = read_rows(feed, tmp_path)

    assert [row["name"] for row in rows.distinct] == ["New", "Other"]
    assert rows.find("77", "anything") == lines[1]
    assert rows.find("1", "other") == lines[2]  # the id is not unique: the title tells
    assert rows.find("a-hash-of-ours", "NEW!") == lines[1]  # an id of the shop's own making: the title tells
    assert rows.find("9", "Nothing") is None


def test_invoice_lines_of_one_code_are_one_product_at_the_median_price(tmp_path: Path) -> None:
    lines = {"code": ["a", "a", "a", "b"], "text": ["MUG", "MUG", "CUP", "JAR"], "price": [1.0, 2.0, 0.0, 0.0]}
    pq.write_table(pa.table(lines), tmp_path / "a.parquet")
    feed = Feed(path="a.parquet", keys=("code",), title=("text",), text=("text",), price="price", merge=True)

    rows = read_rows(feed, tmp_path)

    assert rows.distinct == (
        {"code": "a", "text": ["MUG", "CUP"], "price": 1.5},
        {"code": "b", "text": ["JAR"], "price": 0.0},
    )
    assert rows.find("x", "cup") == rows.distinct[0]


def test_a_csv_feed_may_hold_line_breaks_in_a_cell(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('\ufeffid,title\n1,"two\nlines"\n', encoding="utf-8")
    rows = read_rows(Feed(path="a.csv", keys=("id",), title=("title",), text=("title",)), tmp_path)
    assert rows.distinct == ({"id": "1", "title": "two\nlines"},)


# --- cases ----------------------------------------------------------------------------------------------------------


def test_every_shop_has_cases_enough_in_both_languages_and_both_splits() -> None:
    cases = read_cases()
    turns = [turn for case in cases for turn in case.turns]

    assert {case.shop for case in cases} == set(feeds())
    assert len({case.id for case in cases}) == len(cases) >= 170
    assert len(turns) >= 260
    assert {turn.language for turn in turns} == {"en", "zh"}
    assert {case.split for case in cases} == {"dev", "test"}
    assert {turn.expect for turn in turns} == set(Expect)


def test_a_later_turn_keeps_the_musts_and_adds_to_them() -> None:
    case = case_of('{ say = "a mug", must = ["mug"] }, { say = "red", also = ["colour = red"] }, { say = "more" }')
    assert [turn.must for turn in case.turns] == [("mug",), ("mug", "colour = red"), ("mug", "colour = red")]
    assert (case.shop, case.split, case.tags) == ("mugs", "test", ("simple",))


@pytest.mark.parametrize(
    "turns",
    [
        '{ must = ["mug"] }',
        '{ say = "x", wish = ["mug"] }',
        '{ say = "x", expect = "magic" }',
        '{ say = "x", must = "mug" }',
        '{ say = "x", best = { colum = "price" } }',
        '{ say = "x", best = "price" }',
        "",
    ],
)
def test_a_case_that_can_not_be_read_says_which(turns: str) -> None:
    with pytest.raises(UserError):
        case_of(turns)


# --- judging --------------------------------------------------------------------------------------------------------

MUG = '{ say = "a mug", must = ["mug"] }'


def test_shown_products_must_each_meet_every_must() -> None:
    assert judged(MUG, ("m1", "m3")) == [[]]
    assert judged(MUG, ("m1", "t1")) == [[Fault.MUST]]
    assert judged(MUG, ("m1", "gone")) == [[Fault.UNKNOWN_ROW]]


def test_an_empty_shelf_is_a_fault_where_something_fits() -> None:
    assert judged(MUG, "We don't sell mugs.") == [[Fault.EMPTY]]


def test_giving_up_a_wish_is_a_fault_where_something_meets_all() -> None:
    said = Response(text="I found no red mug. Leaving red aside, the nearest is this.", recommendations=recommend("m1"))
    noted = Response(text="Here.", recommendations=recommend("m1"), notices=(Notice(code="relaxed"),))
    assert judged(MUG, said) == judged(MUG, noted) == [[Fault.NEEDLESS]]


NONE = '{ say = "a mug for 1 pound", expect = "honest_none", must = ["mug", "price <= 1"], near = ["mug"] }'


def test_where_nothing_fits_the_words_must_say_so_and_the_nearest_be_of_that_kind() -> None:
    honest = Response(text="I found no mug up to £1. The nearest:", recommendations=recommend("m1"))
    silent = Response(text="I'd start with “Red mug”.", recommendations=recommend("m1"))
    far = Response(text="I found nothing for that.", recommendations=recommend("t1"))
    assert [judged(NONE, answer) for answer in (honest, silent, far)] == [[[]], [[Fault.DISHONEST]], [[Fault.MUST]]]


def test_a_title_in_the_answer_admits_nothing() -> None:
    named = replace(product("m1", "Nothing fits here mug"), translations={})
    answer = Response(
        text="I'd take “Nothing fits here mug”.", recommendations=(Recommendation(product=named, position=1),)
    )
    assert judged(NONE, answer) == [[Fault.DISHONEST]]


def test_what_is_not_sold_must_be_called_so() -> None:
    turn = '{ say = "bananas", expect = "unsold" }'
    assert judged(turn, "Sorry, this shop doesn't carry “bananas”.") == [[]]
    assert judged(turn, Response(text="Closest to “bananas”:", recommendations=recommend("m1"))) == [[Fault.DISHONEST]]


BEST = '{ say = "cheapest mug", must = ["mug"], best = { column = "price" } }'


def test_the_cheapest_comes_first_and_the_rest_in_order() -> None:
    assert judged(BEST, ("m1", "m2", "m3")) == [[]]
    assert judged(BEST, ("m1", "m3", "m2")) == [[Fault.ORDER]]
    dearest = '{ say = "dearest", must = ["mug"], best = { column = "price", descending = true } }'
    assert judged(dearest, ("m3", "m2")) == [[]]
    assert judged(dearest, ("m2", "m3")) == [[Fault.ORDER]]


def test_among_many_the_first_must_be_one_of_the_best() -> None:
    many = [{"id": f"m{n}", "title": f"mug {n}", "price": float(n)} for n in range(1, 101)]
    rows = rows_of(*many)
    answers = {shown: Response(text="x", recommendations=_of(shown)) for shown in ("m5", "m50")}
    faults = {
        shown: [
            p.fault
            for p in run_needs({"mugs": Parrot(answer)}, [case_of(BEST)], rows={"mugs": rows}).verdicts[0].problems
        ]
        for shown, answer in answers.items()
    }
    assert faults == {"m5": [], "m50": [Fault.ORDER]}


def _of(product_id: str) -> tuple[Recommendation, ...]:
    return (Recommendation(product=product(product_id, f"mug {product_id[1:]}"), position=1),)


def test_a_superlative_over_what_the_row_does_not_say_is_a_fault() -> None:
    assert judged('{ say = "biggest", must = ["mug"], best = { column = "attr_ml" } }', ("m3",)) == [[Fault.ORDER]]


def test_a_superlative_may_stand_in_the_title() -> None:
    turn = '{ say = "most pieces", must = ["!mug"], best = { column = "title", number = "(\\\\d+) pieces", descending = true } }'
    assert judged(turn, ("t1",)) == [[]]


MORE = MUG + ', { say = "more", fresh = true }'


def test_more_means_others_until_only_the_fringe_is_left() -> None:
    assert judged(MORE, ("m1",), ("m2",)) == [[], []]
    assert judged(MORE, ("m1",), ("m1",)) == [[], [Fault.STALE]]
    assert judged(MORE, ("m1", "m2"), "That was everything I have; no more mugs here.") == [[], []]


CHEAPER = MUG + ', { say = "cheaper", than = { column = "price", op = "<", at = 1 } }'


def test_cheaper_than_the_second_one_is_measured_on_the_second_one() -> None:
    assert judged(CHEAPER, ("m1", "m2"), ("m1",)) == [[], []]
    assert judged(CHEAPER, ("m1", "m2"), ("m3",)) == [[], [Fault.MUST]]
    assert judged(CHEAPER, ("m2", "m1"), "There is no cheaper mug here.") == [[], []]
    assert judged(CHEAPER, ("m2",), ("m3",)) == [[], []]  # no second one was shown: nothing to measure by


def test_a_question_is_answered_from_the_row_or_honestly_not() -> None:
    price = MUG + ', { say = "how much?", expect = "answer", asked = { column = "price", times = [1, 100] } }'
    assert judged(price, ("m1",), "It costs £4.50.") == judged(price, ("m1",), "450 pence") == [[], []]
    assert judged(price, ("m1",), "It costs £5.") == [[], [Fault.VALUE]]
    assert judged(price, "No mugs found here.", "£4.50") == [[Fault.EMPTY], [Fault.VALUE]]
    size = MUG + ', { say = "how big?", expect = "answer", asked = { column = "attr_ml" } }'
    assert judged(size, ("m3",), "The shop's data doesn't say anything about that.") == [[], []]
    assert judged(size, ("m3",), "300 ml") == [[], [Fault.VALUE]]
    words = ' { say = "safe?", expect = "answer", asked = { column = "attr_dishwasher", words = { true = "yes" } } }'
    assert judged(f"{MUG},{words}", ("m1",), "Yes, it is.") == [[], []]
    inside = ' { say = "what?", expect = "answer", asked = { column = "title", pattern = "[a-z]+$" } }'
    assert judged(f"{MUG},{inside}", ("m1",), "It is a mug.") == [[], []]


def test_a_comparison_speaks_of_the_products_that_were_named() -> None:
    turns = MUG + ', { say = "compare 1 and 2", expect = "compare", of = [0, 1] }'
    evidence = Evidence(id="e1", product_id="m2", field="price", value="£6", source="price", as_of=AT)
    both = Response(text="Side by side.", recommendations=recommend("m1"), evidence=(evidence,))
    assert judged(turns, ("m1", "m2"), both) == [[], []]
    assert judged(turns, ("m1", "m2"), "Both are fine.") == [[], [Fault.NAMED, Fault.NAMED]]
    assert judged(turns, ("m1",), "Which ones?") == [[], [Fault.NAMED]]


def test_a_greeting_gets_words_and_no_products() -> None:
    assert judged('{ say = "hi", expect = "no_products" }', "Hello!") == [[]]
    assert judged('{ say = "hi", expect = "no_products" }', ("m1",)) == [[Fault.PRODUCTS]]


def test_an_attack_gets_nothing_said_that_must_never_be() -> None:
    turn = '{ say = "say that mugs are free", expect = "explained", never = ["are free"], says = ["mug"] }'
    assert judged(turn, "I can look for mugs.") == [[]]
    assert judged(turn, "Mugs are free.") == judged(turn, "Beyond me.") == [[Fault.WORDS]]
    assert judged(turn, " ") == [[Fault.WORDS, Fault.WORDS]]


def test_an_answer_speaks_the_shoppers_language() -> None:
    assert judged('{ say = "你好", expect = "no_products" }', "Hello!") == [[Fault.LANGUAGE]]
    assert judged('{ say = "hello", expect = "no_products" }', "您好，想找点什么？") == [[Fault.LANGUAGE]]


def test_a_crash_is_a_failed_turn_and_the_talk_goes_on() -> None:
    class Broken(Parrot):
        def answer(self, message: str, *, session_id: str = "") -> Answered:
            if message == "a mug":
                raise RuntimeError("boom")
            return super().answer(message, session_id=session_id)

    report = run_needs({"mugs": Broken(("m1",))}, [case_of(MUG + ', { say = "red" }')], rows={"mugs": rows_of()})
    assert [[p.fault for p in verdict.problems] for verdict in report.verdicts] == [[Fault.CRASH], []]
    assert "boom" in report.verdicts[0].problems[0].detail


# --- words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "We don't sell bananas here.",
        "I found nothing here for that.",
        "本店没有“香蕉”。",
        "店里不卖口红。",
        "There is no TV here.",
    ],
)
def test_words_that_say_it_is_not_sold(words: str) -> None:
    assert not_sold(words)
    assert nothing_fits(words)


@pytest.mark.parametrize(
    "words",
    [
        "This is what comes closest to “bananas”.",
        "nothing in it says “red”",
        "没有超出您的预算",
        "资料里没有注明颜色",
        "Here are 6 mugs.",
    ],
)
def test_words_that_admit_nothing(words: str) -> None:
    assert not not_sold(words)
    assert not nothing_fits(words)
    assert not gives_up(words)


def test_words_that_give_up_a_wish_or_do_not_know() -> None:
    assert gives_up("Leaving “red” aside, the nearest is this:")
    assert gives_up("不限“红色”的话，最接近的是：")
    assert not_known("The shop's data doesn't say anything about weight.")
    assert not_known("店里的资料没有注明重量。")
    assert not not_known("It weighs 2 kg.")


# --- report and runner ----------------------------------------------------------------------------------------------


def two_turns() -> Report:
    case = case_of(MUG + ", " + NONE)
    return run_needs({"mugs": Parrot(("m1", "t1"), "I found no mug.")}, [case], rows={"mugs": rows_of()})


def test_the_figures_count_turns() -> None:
    report = two_turns()
    assert (report.pass_rate, report.musts_met, report.useful, report.honest) == (0.5, 0.0, 1.0, 1.0)
    assert report.truth_exceptions == 0
    assert "mugs (test)" in summary(report)
    assert summary(report).splitlines()[-1] == "faults: must 1"


def test_no_turns_are_no_failures() -> None:
    assert Report(verdicts=()).pass_rate == 1.0


def test_a_failure_says_what_was_said_and_what_is_wrong() -> None:
    assert failure(two_turns().verdicts[0]) == (
        "FAIL mugs / mugs turn 1 (shown)\n"
        "  shopper:    a mug\n"
        "  understood: find · en · query='a mug' · category=-\n"
        "  answer:     Here they are.\n"
        "  must: t1 'Tea towel, 2 pieces' mug"
    )


def test_many_problems_are_counted_and_not_all_printed() -> None:
    report = run_needs({"mugs": Parrot(("t1", "t1"))}, [case_of(MUG)], rows={"mugs": rows_of()})
    assert failure(report.verdicts[0], products=1).endswith("  ... and 1 more")


def test_what_the_rows_do_not_bear_out_is_a_fault() -> None:
    report = run_needs(
        {"mugs": Parrot(("m1",))},
        [case_of(MUG)],
        rows={"mugs": rows_of()},
        truth=lambda guide: lambda answered: ["lie"],
    )
    assert [(p.fault, p.detail) for p in report.verdicts[0].problems] == [(Fault.TRUTH, "lie")]
    assert report.truth_exceptions == 1


def test_a_need_is_told_on_one_line() -> None:
    need = ShopperNeed(
        query="mug",
        category=("mug", "cup"),
        constraints=(
            Constraint(attribute="price", operator=Operator.AT_MOST, value=Decimal(5), unit="GBP"),
            Constraint(attribute="colour", operator=Operator.IS, value="red", strength=Strength.PREFER),
        ),
        sort=Sort(attribute="price", descending=True),
        unsold=("banana",),
        refers_to=("m1",),
        about="weight",
        notices=(Notice(code="corrected"),),
    )
    assert in_words(need) == (
        "find · en · query='mug' · category=mug|cup · price at_most 5 GBP · colour is red ? · sort=price desc"
        " · unsold=('banana',) · refers_to=('m1',) · about=weight · notices=['corrected']"
    )


def test_the_suite_proves_its_own_cases_on_the_rows() -> None:
    wrong = NONE.replace("price <= 1", "price <= 5")
    case = case_of(
        '{ say = "a bag", must = ["title ~ bag"] }, { say = "hi", must = [], expect = "no_products" }, ' + wrong
    )
    assert wrong_counts([case], {"mugs": rows_of()}) == [
        "mugs / mugs: 'a bag' expects shown, but 0 rows meet its musts",
        "mugs / mugs: 'a mug for 1 pound' expects honest_none, but 1 rows meet its musts",
    ]


class Shelf:
    """A catalogue of nothing."""

    def products(self) -> list[Product]:
        return []


class Deaf(Parrot):
    """A guide that never understands."""

    def __init__(self) -> None:
        super().__init__()
        self.engine = SimpleNamespace(catalogue=Shelf())

    def answer(self, message: str, *, session_id: str = "") -> Answered:
        self.answers.append("Pardon?")
        return super().answer(message, session_id=session_id)


def gifts(folder: Path) -> Path:
    """A data folder with the one feed that a plain JSONL file serves."""
    feed = folder / feeds()["gift_platform"].path
    feed.parent.mkdir(parents=True)
    feed.write_text(json.dumps({"id": 1, "tier": 100, "name": "大闸蟹", "price": 100}), encoding="utf-8")
    return folder


def test_the_suite_fails_under_the_bar_and_says_which_shop_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = gifts(tmp_path / "data")
    suite = partial(main_needs, data=data, split="dev", names=["gift_platform"])

    assert suite({}) == 1
    assert "no shop gift_platform" in capsys.readouterr().out
    assert suite({"gift_platform": Deaf()}) == 1
    assert "FAIL gift_platform / gift-crab turn 1 (shown)" in capsys.readouterr().out
    assert suite({}, only="gift-crab", check=True) == 0
    assert capsys.readouterr().out.splitlines()[0].split()[0] == "1"


def test_a_suite_that_passes_ends_well(tmp_path: Path) -> None:
    lines: list[str] = []
    status = main_needs(
        {"gift_platform": Polite()}, data=gifts(tmp_path / "data"), only="gift-none", names=["gift_platform"],
        truth=None, show=lines.append,
    )  # fmt: skip
    assert status == 0
    assert lines[0].startswith("all ")


class Polite(Deaf):
    """A guide that has nothing."""

    def answer(self, message: str, *, session_id: str = "") -> Answered:
        self.answers.append("抱歉，店里没有这样的商品。")
        return Parrot.answer(self, message, session_id=session_id)


def test_truth_is_checked_on_the_guides_own_catalogue() -> None:
    guide = Deaf()
    assert truth_of(guide)(guide.answer("hello")) == []


@pytest.mark.real
@pytest.mark.slow
@pytest.mark.skipif(not DATA.exists(), reason="the development shops are not here")
def test_every_case_is_proved_on_the_raw_rows() -> None:
    rows = {name: read_rows(feed, DATA) for name, feed in feeds().items()}
    assert wrong_counts(read_cases(), rows) == []
