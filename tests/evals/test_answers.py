"""What a machine can see of the language of an answer."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from daogou.catalog.products.conversation import Response, Session, Turn
from daogou.catalog.products.need import ShopperNeed
from daogou.catalog.products.turn import Answered
from daogou.cli import app
from daogou.text.words import language_of
from daogou_evals.answers import ASKED, SHOPS, faults, sample

RUN = CliRunner()
AT = datetime(2026, 11, 23, tzinfo=UTC)
FEED = """id,title,price,category
PT118,Laser Pointer Cat Toy,7.00 EUR,Cats > Toys
PT119,KONG Classic Dog Toy Red M,11.00 EUR,Dogs > Toys
PT123,Flexi Retractable Lead 5 m,19.00 EUR,Dogs > Collars & Leads
"""


def wrong(text: str, *chips: str, message: str = "a mug") -> list[str]:
    turn = Turn(turn_id="t", message=message, need=ShopperNeed(), text=text, shown=(), at=AT)
    answered = Answered(session=Session(session_id="s"), turn=turn, response=Response(text=text))
    return [fault.split(":")[0] for fault in faults(message, answered, chips)]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("I found 3 t-shirt for you.", "a number beside a singular"),
        ("There are 1 laptops here.", "one beside a plural"),
        ("Here are mugs with waterproof.", "with or for before a word that takes none"),
        ("19 keyboards with connection usb.", "an attribute's name where a wish should stand"),
        ("I found the the mug.", "a word twice"),
        ("We don't sell “” here.", "an empty quotation"),
        ("Here is a mug,.", "marks that do not belong together"),
        ("Here is an mug.", "an article before the wrong sound"),
        ("Here is {thing}.", "a place that was not filled"),
        ("Here is (a mug.", "unbalanced ()"),
        ("Here  is a mug.", "two spaces"),
        ("为您找到了一个杯子。", "the shopper speaks en"),
    ],
)
def test_a_planted_fault_is_seen(text: str, fault: str) -> None:
    assert fault in wrong(text)


def test_an_english_answer_to_a_chinese_shopper_is_seen() -> None:
    assert wrong("Here is a mug for you.", message="想买一个杯子") == ["the shopper speaks zh"]


@pytest.mark.parametrize(
    "text",
    [
        "I found 13 t-shirts up to €12.50, with at least 16 GB of memory. Here are 6 of them. I'd start with “Mug (red)” at €4.",
        "There is 1 mug here: 4.7 out of 5 by 1,600 buyers.",
        "Sorry, this shop doesn't carry “waterproof  mug,.”.",
        "An hour is a unit; here is a one-piece in a European size, with black handles.",
    ],
)
def test_a_good_answer_has_none(text: str) -> None:
    assert wrong(text, "mug", "up to €12.50", "storage at least 1 TB") == []


def test_chips_are_short_one_name_each_and_no_two_alike() -> None:
    assert wrong("A mug.", "“men” or “man” or “male”") == ["a long chip", "a chip that lists names"]
    assert wrong("A mug.", "for the living room of us") == ["a long chip"]
    assert wrong("A mug.", "“男士”或“男”或“男款”") == ["a chip that lists names"]
    assert wrong("A mug.", "for cats", "for cats") == ["the same chip twice"]
    assert wrong("A mug.", " ") == ["an empty chip"]


def test_the_sample_is_the_same_every_time_and_as_even_as_the_messages_allow() -> None:
    messages = sample()
    assert messages == sample()
    assert len(messages) == len(set(messages)) == ASKED
    by_pool = Counter((one.shop, language_of(one.text)) for one in messages)
    assert len(by_pool) == 2 * len(SHOPS)
    assert max(by_pool.values()) <= ASKED // len(by_pool) + 1
    assert sample(24) == messages[:24]
    assert set(Counter(one.shop for one in sample(24)).values()) == {4}


def test_the_command_asks_counts_and_prints(tmp_path: Path) -> None:
    (tmp_path / "data" / "shops").mkdir(parents=True)
    (tmp_path / "data" / "shops" / "pets.csv").write_text(FEED, encoding="utf-8")
    shops = ["evaluate", "answers", "--shops", str(tmp_path / "shops"), "--shop", "pets"]
    missing = RUN.invoke(app, shops)
    assert "there is no shop pets" in str(missing.exception)
    loaded = [*shops, "--data", str(tmp_path / "data")]
    counted = RUN.invoke(app, [*loaded, "--count", "6"], env={"DAOGOU_ENCODERS": "lsa"})
    assert counted.exit_code == 0, counted.output
    assert "6 answers, " in counted.output
    printed = RUN.invoke(app, [*loaded, "--print", "2"], env={"DAOGOU_ENCODERS": "lsa"})
    assert printed.output.count("pets> ") == 2
