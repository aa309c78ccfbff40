"""Little shops that were written blind, judged; and the guide without one of its lists or rules."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from daogou.ask import acts
from daogou.ask.tokens import chunks
from daogou.catalog.products.conversation import Recommendation, Response
from daogou.catalog.products.need import Sold
from daogou.catalog.products.product import Product
from daogou.cli import app
from daogou.errors import UserError
from daogou.text import words
from daogou.text.thesaurus import thesaurus
from daogou_evals.shops import ShopCase, judged, read_shop_cases
from daogou_evals.without import known_names, without

TITLES = {"k1": "Copper kettle 1.7 l", "k2": "Steel kettle 1 l", "f1": "Desk fan white"}


def _answer(*shown: str, text: str = "", verdict: Sold = Sold.FOUND) -> Response:
    products = [Product(id=one, title=TITLES[one], offers=()) for one in shown]
    return Response(
        text=text,
        recommendations=tuple(
            Recommendation(product=one, position=at, reasons=()) for at, one in enumerate(products, 1)
        ),
        verdict=verdict,
    )


def _case(**expected: object) -> ShopCase:
    return ShopCase(shop="s", kind=1, language="en", turns=("a kettle",), why="", expected=expected)


@pytest.mark.parametrize(
    ("expected", "answers", "wrong"),
    [
        ({"right": ["k1"]}, [_answer("k1", "k2")], ""),
        ({"right": ["k2"]}, [_answer("k1", "k2")], "first is k1, right would be ['k2']"),
        ({"right": ["k2"], "right_top": 2}, [_answer("k1", "k2")], ""),
        (
            {"right": ["k2"], "wrong_before": ["k1"], "right_top": 2},
            [_answer("k1", "k2")],
            "wrong before right: ['k1']",
        ),
        ({"right": ["k1"]}, [_answer()], "shows nothing"),
        ({"right": ["k1"]}, [_answer(text="The Copper kettle 1.7 l holds more.")], ""),
        ({"right": ["k1"], "must_not_show": ["f1"]}, [_answer("k1", "f1")], "shows ['f1']"),
        ({"none": True}, [_answer("f1", verdict=Sold.NOT_SOLD)], ""),
        ({"none": True}, [_answer("f1")], "does not tell that it isn't sold; shows ['f1']"),
        ({"right_all_of": [["k1", "k2"], ["f1"]]}, [_answer("k2", "f1")], ""),
        ({"right_all_of": [["k1"], ["f1"]]}, [_answer("k1")], "lacks any of [['f1']]"),
        ({"say_any": ["euro"]}, [_answer(text="It costs 20 EURO.")], ""),
        ({"say_all": ["litre|l", "kettle"]}, [_answer(text="A kettle of 1 l.")], ""),
        ({"say_all": ["fan"]}, [_answer(text="A kettle.")], "the text lacks [['fan']]"),
        ({"say_any": ["fan"]}, [_answer(text="A kettle.")], "the text says none of the words"),
        ({}, [_answer()], ""),
        ({"right": ["@0.2"]}, [_answer("k1", "k2"), _answer("k2")], ""),
        ({"right": ["k2"], "or_say": ["{it} is bigger"]}, [_answer("k1", "k2"), _answer(text="② is bigger.")], ""),
    ],
)
def test_an_answer_is_right_if_the_case_says_so(
    expected: dict[str, object], answers: list[Response], wrong: str
) -> None:
    assert judged(_case(**expected), answers, TITLES) == wrong


def test_a_broken_case_is_named_by_its_line(tmp_path: Path) -> None:
    (tmp_path / "messages.jsonl").write_text('{"shop": "s.csv"}\n', encoding="utf-8")
    with pytest.raises(UserError, match="line 1"):
        read_shop_cases(tmp_path)


def test_the_blind_shops_speak_of_products_that_are_there() -> None:
    for folder in sorted(Path("evals/shops").iterdir()):
        for case in read_shop_cases(folder):
            feed = (folder / case.feed).read_text(encoding="utf-8")
            for field in ("right", "wrong_before", "must_not_show"):
                assert all(one in feed for one in case.products(field) if not one.startswith("@"))


def test_a_list_is_empty_and_a_rule_silent_only_within() -> None:
    red = ("colour", "red")
    assert red in thesaurus().values
    with without(["values.toml:colour", "ask.acts._PATTERNS", "ask.tokens.chunks.nearest"]):
        assert red not in thesaurus().values
        assert acts._PATTERNS == ()
        assert chunks.nearest("keybord", None) == ""  # type: ignore[arg-type]
    assert red in thesaurus().values
    assert acts._PATTERNS


def test_a_field_of_every_entry_and_a_whole_folder_can_be_left_out() -> None:
    names = thesaurus().types["laptop"].phrases
    with without(["types/:zh", "types/food.toml"]):
        laptop = thesaurus().types["laptop"]
        assert laptop.phrases == {**names, "zh": ()}
        assert "biscuit" not in thesaurus().types
    assert words.table("types/computers.toml")["types"]["laptop"]["zh"]


def test_a_rule_hands_on_what_it_was_given_or_answers_nothing() -> None:
    assert {"ask.tokens.chunks.corrected", "values.toml", "types/:context"} <= set(known_names())
    with without(["ask.tokens.chunks.corrected", "ask.tokens.phrases.simplify"]):
        from daogou.ask.tokens.phrases import simplify

        assert chunks.corrected([], (), None) == ([], ())  # type: ignore[arg-type]
        assert simplify("滑鼠") == ""


def test_an_unknown_name_is_refused_with_those_like_it() -> None:
    with pytest.raises(UserError, match=r"ask\.tokens\.chunks\.corrected"), without(["chunks.corrected"]):
        pass


def test_the_command_loads_asks_and_prints_the_tables(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    rows = "".join(f"{one},{title},9.00 EUR\n" for one, title in TITLES.items())
    (folder / "house.csv").write_text(f"id,title,price\n{rows}", encoding="utf-8")
    case = {"shop": "house.csv", "kind": 4, "lang": "en", "turns": ["a desk fan"], "right": ["f1"]}
    lines = [case, {**case, "right": ["k1"]}]
    (folder / "messages.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")
    environment = {"DAOGOU_ENCODERS": "lsa", "COLUMNS": "140"}
    asked = ["evaluate", "shops", str(folder), "--shops", str(tmp_path / "shops"), "--wrong", "--min", "0.9"]
    found = CliRunner().invoke(app, asked, env=environment)
    assert found.exit_code == 1
    assert "4 words" in found.output
    assert "first is f1, right would be ['k1']" in found.output
    assert "right 0.500 of 2" in found.output
    listed = CliRunner().invoke(app, [*asked, "--without-list", "?"], env=environment)
    assert "ask.tokens.chunks.corrected" in listed.output
    missing = CliRunner().invoke(app, ["evaluate", "shops", str(tmp_path)], env=environment)
    assert isinstance(missing.exception, UserError)
