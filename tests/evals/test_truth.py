"""The checker of answers, on answers that were falsified on purpose: each lie is found, and an honest answer has none."""

from dataclasses import replace

import pytest

from daogou.catalog.products.conversation import Claim, Evidence, Reason, Response, Turn, Verdict
from daogou.catalog.products.need import Act, ShopperNeed, Sort
from daogou.catalog.products.product import Availability
from daogou_evals.truth.answers import Truth
from daogou_evals.truth.saying import Quantity, Saying, folded, read_saying
from tests.reply_shop import ALTO, AT, BRISK, CORVO, LAPTOPS, TONER, must, reply

NEED = ShopperNeed(
    query="laptop",
    category=("laptop",),
    constraints=(must("price", "at_most", 800, "EUR", said="under 800"), must("memory", "at_least", 8, "GB")),
)
TRUTH = Truth(products={product.id: product for product in (*LAPTOPS, TONER)})
HONEST = reply(NEED, (ALTO, BRISK))


def exceptions(response: Response, need: ShopperNeed = NEED) -> list[str]:
    return TRUTH.exceptions(response, need, at=AT)


def saying(text: str) -> Response:
    return replace(HONEST, text=text)


def with_reason(text: str, evidence_ids: tuple[str, ...] = ("e2",)) -> Response:
    first, *others = HONEST.recommendations
    return replace(
        HONEST, recommendations=(replace(first, reasons=(Reason(text=text, evidence_ids=evidence_ids),)), *others)
    )


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("act", list(Act))
def test_an_honest_answer_has_no_exception(act: Act, language: str) -> None:
    need = replace(NEED, act=act, language=language, refers_to=("a", "b"), about="memory")

    assert exceptions(reply(need, (ALTO, BRISK)), need) == []


@pytest.mark.parametrize(
    "lie",
    [
        "“Alto Breeze 15 laptop” costs €489.95.",
        "“Alto Breeze 15 laptop” costs $499.95.",
        "“Alto Breeze 15 laptop” kostet 489 euros, oder EUR 489.",
        "“Alto Breeze 15 laptop” has 32 GB of memory.",
        "“Alto Breeze 15 laptop” weighs 1.4 kg.",
        "“Alto Breeze 15 laptop” is rated 4.9 out of 5.",
        "“Alto Breeze 15 laptop” is rated 4.6 by 24 buyers.",
        "“Alto Breeze 17 laptop” at €499.95 is nice.",
        "I found 7 laptops.",
        "“Alto Breeze 15 laptop” is out of stock.",
        "“Alto Breeze 15 laptop” 目前缺货。",
        "“Alto Breeze 15 laptop” can be pre-ordered.",
        "“Alto Breeze 15 laptop” is on back order.",
        "“Alto Breeze 15 laptop” is the cheapest of the 2 that fit.",
        "“Brisk One” has 16 GB of memory.",
        "“Alto Breeze 15 laptop”售价489元。",
    ],
)
def test_every_lie_in_the_text_is_found(lie: str) -> None:
    assert exceptions(saying(lie)) != []


@pytest.mark.parametrize(
    "truth",
    [
        "“Alto Breeze 15 laptop” costs €499.95, €300.05 under your €800.",
        "“Alto Breeze 15 laptop” has 16 GB of memory, 8 GB more than you asked for.",
        "“Alto Breeze…” weighs 1.5 kg, or 1.5公斤, or 1500 g.",
        "I found 2 laptops: you asked for “under 800”.",
        "“Brisk One” is the cheapest of the 2 that fit.",
        "“Brisk One” is in stock.",
        "“Alto Breeze 15 laptop” costs €100.95 more.",
    ],
)
def test_the_truth_in_other_words_is_let_pass(truth: str) -> None:
    assert exceptions(saying(truth)) == []


def test_a_reason_speaks_of_its_own_product_alone() -> None:
    assert exceptions(with_reason("€399, within your €800")) == [
        "reason '€399, within your €800' of a: 399 EUR is no price here"
    ]
    assert exceptions(with_reason("Mentions “waterproof”")) != []
    assert exceptions(with_reason("16 GB of memory", ("e999",))) == [
        "reason '16 GB of memory' of a: no evidence of this row"
    ]
    assert exceptions(with_reason("16 GB of memory", ())) != []


def test_a_product_that_is_not_the_rows_is_found() -> None:
    first = HONEST.recommendations[0]
    cheaper = replace(first, product=replace(ALTO, title="Better laptop"))
    unknown = replace(first, product=replace(ALTO, id="nobody"))

    assert (
        exceptions(replace(HONEST, recommendations=(cheaper,)))[0] == "recommends 'a', which is not what the row says"
    )
    assert exceptions(replace(HONEST, recommendations=(unknown,)))[0].startswith("recommends 'nobody'")
    assert exceptions(replace(HONEST, recommendations=(replace(first, position=2),)))[0] == "positions are [2]"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("price", "€1"),
        ("price", "cheap"),
        ("memory", "64 GB"),
        ("colour", "green"),
        ("brand", "Corvo"),
        ("title", "Another laptop"),
        ("availability", "out of stock"),
        ("bluetooth", "no"),
    ],
)
def test_false_evidence_is_found(field: str, value: str) -> None:
    forged = Evidence(id="e1", product_id="a", field=field, value=value, source=field, as_of=AT)

    assert any("evidence e1" in problem for problem in exceptions(Response(text="Hello.", evidence=(forged,))))


def test_true_evidence_in_either_language_is_let_pass() -> None:
    told = {
        "price": "€499.95",
        "memory": "16GB",
        "colour": "黑色",
        "brand": "Alto",
        "availability": "有货",
        "bluetooth": "是",
        "category": "笔记本电脑",
        "title": "Alto 轻风15笔记本电脑",
        "rating_count": "23",
    }
    evidence = tuple(
        Evidence(id=f"e{n}", product_id="a", field=field, value=value, source=field, as_of=AT)
        for n, (field, value) in enumerate(told.items(), start=1)
    )

    assert exceptions(Response(text="Hello.", evidence=evidence)) == []


def test_evidence_of_nobody_and_claims_without_ground_are_found() -> None:
    nobody = Evidence(id="e1", product_id="nobody", field="price", value="€1", source="price", as_of=AT)
    claims = (
        Claim(text="free", product_id="a", evidence_ids=("e9",), verdict=Verdict.SUPPORTED),
        Claim(text="new", product_id="a", evidence_ids=("e1",), verdict=Verdict.CONTRADICTED),
    )

    assert exceptions(Response(text="Hello.", evidence=(nobody,), claims=claims)) == [
        "evidence e1 is of 'nobody', which does not exist",
        "claim 'free' rests on ('e9',), which was not sent",
        "sends a claim that is contradicted: 'new'",
    ]


def test_the_question_and_the_notices_are_read_too() -> None:
    assert exceptions(replace(HONEST, question="Is €5 enough?")) != []
    assert exceptions(replace(HONEST, notice_texts=("I read “foo” as 77.",))) != []


def test_a_count_of_those_that_state_what_was_sorted_by_is_known() -> None:
    need = replace(NEED, constraints=(), sort=Sort(attribute="weight"))

    assert exceptions(reply(need, (CORVO, ALTO, BRISK)), need) == []


def test_it_checks_a_turn_as_the_guide_gives_it() -> None:
    class Answered:
        turn = Turn(turn_id="t", message="a laptop under 800", need=NEED, text=HONEST.text, shown=("a", "b"), at=AT)
        response = HONEST

    assert TRUTH(Answered()) == []


def test_states_are_those_of_any_offer() -> None:
    two = replace(BRISK, offers=(*BRISK.offers, replace(BRISK.offers[0], availability=Availability.PREORDER)))
    truth = Truth(products={"b": two})

    assert truth.exceptions(Response(text="“Brisk One” can be pre-ordered."), NEED, at=AT) != []
    assert truth.exceptions(replace(reply(NEED, (two,)), text="“Brisk One” can be pre-ordered."), NEED, at=AT) == []


def test_a_text_is_read_into_what_it_says() -> None:
    read = read_saying("“Alto 5” at €1,299.50: 16 GB, 39.6厘米, in 3 colours, 100元.")

    assert read == Saying(
        quotations=("Alto 5",),
        money=(read.money[0], read.money[1]),
        quantities=(
            Quantity(amount=read.quantities[0].amount, unit="gb"),
            Quantity(amount=read.quantities[1].amount, unit="厘米"),
        ),
        numbers=read.numbers,
    )
    assert [(str(m.amount), m.currency) for m in read.money] == [("1299.50", "EUR"), ("100", "CNY")]
    assert [str(q.amount) for q in read.quantities] == ["16", "39.6"]
    assert [str(n) for n in read.numbers] == ["3"]


def test_quotations_are_compared_without_markup_and_spaces() -> None:
    assert folded("<b>Desk</b> &amp; “lamp”") == folded('desk & "LAMP"')
