from dataclasses import replace
from decimal import Decimal

from daogou.catalog.products.candidate import Retrieval
from daogou.catalog.products.conversation import Considered, Session, Verdict
from daogou.catalog.products.need import ShopperNeed
from daogou.reply.context import Compound, Draft, ReplyContext, Shown, Statement, gather, passage
from daogou.reply.sentences.phrases import Phrases
from daogou.reply.verify import broken_must, numbers, publish, verdict
from tests.reply_shop import ALTO, AT, BRISK, LAPTOPS, must

NEED = ShopperNeed(constraints=(must("price", "at_most", 800, "EUR"), must("weight", "at_most", 2000, "g")))
PRICE = gather(ALTO, "price", at=AT, language="en")
WEIGHT = gather(ALTO, "weight", at=AT, language="en")


def judged(text: str, *, facts: object = PRICE, product: object = ALTO, counted: tuple[int, ...] = ()) -> Verdict:
    statement = Statement(text=text, product=product, facts=facts, counted=counted)  # type: ignore[arg-type]
    return verdict(statement, NEED, at=AT, language="en")


def test_a_statement_is_supported_by_the_row_the_wish_and_what_lies_between() -> None:
    assert judged("€499.95, €300.05 under your €800") is Verdict.SUPPORTED
    assert judged("1.5 kg, 500 g under your 2 kg", facts=WEIGHT) is Verdict.SUPPORTED
    assert judged("one of 23 at €499.95", counted=(23,)) is Verdict.SUPPORTED


def test_a_number_from_nowhere_is_unsupported() -> None:
    assert judged("€489.95") is Verdict.UNSUPPORTED
    assert judged("one of 23 at €499.95") is Verdict.UNSUPPORTED
    assert judged("a fine laptop", facts=()) is Verdict.UNSUPPORTED


def test_a_fact_that_the_row_no_longer_says_is_contradicted() -> None:
    dearer = replace(ALTO, offers=(replace(ALTO.offers[0], price=replace(ALTO.offers[0].price, amount=Decimal(520))),))

    assert judged("€499.95", product=dearer) is Verdict.CONTRADICTED
    assert judged("€499.95", product=BRISK) is Verdict.CONTRADICTED


def test_a_passage_stands_as_long_as_the_text_does() -> None:
    fact = passage(ALTO, "travel")
    assert fact is not None

    assert judged("mentions “travel”", facts=(fact,)) is Verdict.SUPPORTED
    assert judged("mentions “travel”", facts=(fact,), product=replace(ALTO, description="")) is Verdict.CONTRADICTED


def test_numbers_inside_quotations_are_not_ours() -> None:
    assert judged("“Alto 9000” costs €499.95") is Verdict.SUPPORTED
    assert numbers("€1,299.50 and 16GB") == [Decimal("1299.50"), Decimal(16)]


def test_the_first_broken_must_is_named_unless_it_was_given_up() -> None:
    cheap = must("price", "at_most", 300)
    need = ShopperNeed(category=("laptop",), constraints=(cheap,))

    assert broken_must(ALTO, need, Retrieval(), AT) == cheap
    assert broken_must(ALTO, need, Retrieval(given_up=(cheap,)), AT) is None
    assert broken_must(ALTO, replace(need, category=("toner",)), Retrieval(given_up=(cheap,)), AT) is None  # a belief


def test_what_is_not_borne_out_is_dropped_and_kept_among_the_considered() -> None:
    lie = Statement(text="It costs €1.", product=ALTO, facts=PRICE)
    truth = Statement(text="It costs €499.95.", product=ALTO, facts=PRICE)
    context = ReplyContext(
        shortlist=LAPTOPS,
        need=NEED,
        session=Session(session_id="s"),
        retrieval=Retrieval(),
        products={},
        at=AT,
        limit=6,
        phrases=Phrases(language="en"),
    )
    draft = Draft(
        sentences=("Well.", lie, truth, Compound(text="Both!", parts=(truth, lie))),
        shown=(Shown(product=ALTO, reasons=(lie, truth)),),
    )
    answer = publish((draft, context))
    silent = publish((Draft(sentences=(lie,)), context))

    assert answer.text == "Well. It costs €499.95."
    assert [reason.text for reason in answer.recommendations[0].reasons] == ["It costs €499.95."]
    assert answer.considered == (Considered(text="It costs €1.", veto="unsupported"),) * 3
    assert silent.text == "I'd rather not guess: the shop's data doesn't bear out an answer to that."
    assert silent.evidence == ()
