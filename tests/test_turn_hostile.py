"""Whole turns beside model servers that hang, die, lie and give orders: the shop answers in time, and with what it has."""

import contextlib
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from daogou.catalog.products.conversation import Response
from daogou.catalog.products.product import Attribute, Availability, Money, Offer, Product
from daogou.catalog.products.turn import Shortlisted
from daogou.encoders.lsa import Lsa
from daogou.llm.openai.api import ChatApi
from daogou.reply.chooser import Chooser
from tests.hostile_server import SCENARIOS, Url, hostile_server
from tests.memory_guide import memory_guide

pytestmark = pytest.mark.slow

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
BUDGET_S = 0.4
PATIENCE_S = 9.0  # the machine may be busy; a server that hangs does so for 30 s
ASKED = ("a lamp under 60 euros", "60欧元以下的灯")
NEVER_SAID = re.compile(r"MegaPhone|\$|99999|0\.01|script|onerror|javascript|\*\*|�", re.IGNORECASE)
USELESS = sorted(set(SCENARIOS) - {"kind", "first_429", "first_500", "first_reset", "wrong_content_type"})


def _lamp(product_id: str, title: str, price: str, colour: str) -> Product:
    offer = Offer(price=Money(amount=Decimal(price), currency="EUR"), availability=Availability.IN_STOCK)
    facts = (Attribute(name="colour", value=colour, source="colour"),)
    return Product(id=product_id, title=title, brand="Onda", product_type="lamp", attributes=facts, offers=(offer,))


PRODUCTS = [
    _lamp("l1", "Onda reading lamp", "24.95", "black"),
    _lamp("l2", "Onda desk lamp", "39.50", "white"),
    _lamp("l3", "Onda floor lamp", "129.00", "black"),
    _lamp("l4", "Onda night lamp", "12.00", "red"),
]


@pytest.fixture(scope="module")
def lsa() -> Lsa:
    return Lsa.learn([one.title for one in PRODUCTS], dimensions=2)


@pytest.fixture(scope="module")
def plain(lsa: Lsa) -> dict[str, Response]:
    guide = memory_guide(PRODUCTS, lsa, at=NOON)
    return {message: guide.answer(message).response for message in ASKED}


@pytest.fixture
def server() -> Iterator[Url]:
    with hostile_server("kind") as url:
        yield url


@contextlib.contextmanager
def _choosing(url: Url, *, budget_s: float = BUDGET_S) -> Iterator[Chooser]:
    with contextlib.closing(ChatApi.open("lamp", url=url, retries=1)) as model:
        assert model.abilities
        chooser = Chooser(model, budget_s=budget_s)
        yield chooser
        chooser.close()


def _played(lsa: Lsa, server: Url, scenario: str) -> Iterator[tuple[str, Response]]:
    """Each message with what was answered while the server played the scenario."""
    with _choosing(server) as chooser:
        guide = memory_guide(PRODUCTS, lsa, at=NOON, chooser=chooser)
        server.play(scenario)
        for message in ASKED:
            started = time.monotonic()
            response = guide.answer(message).response
            assert time.monotonic() - started < BUDGET_S + PATIENCE_S
            yield message, response


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_turn_is_answered_in_time_from_what_the_shop_has(
    lsa: Lsa, plain: dict[str, Response], server: Url, scenario: str
) -> None:
    for message, response in _played(lsa, server, scenario):
        shown = [it.product for it in response.recommendations]
        assert shown == [it.product for it in plain[message].recommendations]
        assert not NEVER_SAID.search(response.text), response.text


@pytest.mark.parametrize("scenario", USELESS)
def test_a_server_that_is_of_no_use_leaves_the_plain_answer_and_the_turn_says_so(
    lsa: Lsa, plain: dict[str, Response], server: Url, scenario: str
) -> None:
    for message, response in _played(lsa, server, scenario):
        assert response.written_by == "plain"
        if response.scored_by == "none":
            assert response.text == plain[message].text
            assert response.unscored.startswith("language model ")


def test_the_products_are_there_before_a_hanging_model_is_waited_for(lsa: Lsa, server: Url) -> None:
    with _choosing(server, budget_s=20.0) as chooser:
        server.play("hangs_before_headers")
        started = time.monotonic()
        for news in memory_guide(PRODUCTS, lsa, at=NOON, chooser=chooser).stream(ASKED[0]):
            if isinstance(news, Shortlisted):
                break
        assert time.monotonic() - started < PATIENCE_S
        assert not server.calls


def test_a_kind_server_judges(lsa: Lsa, server: Url) -> None:
    with _choosing(server, budget_s=20.0) as chooser:
        response = memory_guide(PRODUCTS, lsa, at=NOON, chooser=chooser).answer(ASKED[0]).response
    assert response.scored_by == "openai:lamp"
    assert len([it for it in response.considered if it.log_likelihood is not None]) >= 5
