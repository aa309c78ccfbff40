"""A real small shop for the tests of the door: six products, a guide that knows three tricks, everything in memory."""

import re
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from daogou.app.advising import Sources, knowledge_of
from daogou.carousels import Carousels
from daogou.catalog.matching.matching import passes
from daogou.catalog.products.candidate import Candidate, Retrieval, Score
from daogou.catalog.products.conversation import (
    Claim,
    Considered,
    Evidence,
    Reason,
    Recommendation,
    Response,
    Session,
    Turn,
    Verdict,
    Withdrawal,
    withdraw,
)
from daogou.catalog.products.need import Act, Constraint, Notice, Operator, ShopperNeed
from daogou.catalog.products.product import Attribute, Availability, Money, Offer, Product, Translation
from daogou.catalog.products.turn import Answered, Said, SearchResult, Shortlisted, TurnEvent, Understood
from daogou.catalog.products.vocabulary import AttributeKind, AttributeProfile, Vocabulary
from daogou.db.durable import Versions
from daogou.index.memory import MemoryEvents, MemorySessions
from daogou.recommend.recommender import Recommender
from daogou.text.words import language_of
from tests.memory import MemoryCatalogue, MemoryIndex

IN_STOCK = {"availability": Availability.IN_STOCK}
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def laptop(product_id: str, title: str, zh: str, price: str, memory: int, brand: str, **offer: object) -> Product:
    """A laptop in euros."""
    return Product(
        id=product_id,
        title=title,
        offers=(Offer(price=Money(amount=Decimal(price), currency="EUR"), **(IN_STOCK | offer)),),
        brand=brand,
        product_type="laptop",
        attributes=(
            Attribute(name="memory", value=Decimal(memory), unit="GB", source="attr_n_memory"),
            Attribute(name="colour", value="black" if memory > 8 else "silver", source="colour"),
        ),
        link=f"https://shop.example/p/{product_id}",
        image_link=f"https://images.example/{product_id}.jpg",
        translations={"zh": Translation(title=zh)},
    )


PRODUCTS = (
    laptop("n14", "Nimbus 14 laptop, 16 GB", "云翼14笔记本电脑，16GB", "799.00", 16, "Nimbus"),
    laptop("n15", "Nimbus 15 laptop, 8 GB", "云翼15笔记本电脑，8GB", "499.95", 8, "Nimbus"),
    laptop("q13", "Quill 13 slim laptop, 16 GB", "羽笔13轻薄笔记本电脑，16GB", "1149.00", 16, "Quill"),
    laptop(
        "q11",
        "Quill 11 travel laptop, 4 GB",
        "羽笔11便携笔记本电脑，4GB",
        "329.00",
        4,
        "Quill",
        sale_price=Money(amount=Decimal("299.00"), currency="EUR"),
    ),
    laptop("o17", "Onda 17 studio laptop, 32 GB", "昂达17创作笔记本电脑，32GB", "1899.00", 32, "Onda"),
    laptop(
        "o14",
        "Onda 14 laptop, 8 GB",
        "昂达14笔记本电脑，8GB",
        "449.00",
        8,
        "Onda",
        availability=Availability.OUT_OF_STOCK,
    ),
)


class SmallGuide:
    """Understands "under 800", "Nimbus", "16 GB" and "compare 1 and 2", in both languages; answers in four pieces."""

    def __init__(self, catalogue: MemoryCatalogue, sessions: MemorySessions) -> None:
        self.catalogue = catalogue
        self.sessions = sessions
        self.before_answer: Callable[[], None] = lambda: None  # for tests that must look in between

    def understand(self, message: str, session: Session, *, locale: str = "") -> ShopperNeed:
        earlier = session.need or ShopperNeed()
        language = locale[:2] or language_of(message, default=earlier.language)
        need = replace(earlier, language=language, act=Act.REFINE if session.turns else Act.FIND, notices=())
        found = tuple(_wishes(message, len(session.turns)))
        kept = tuple(c for c in need.constraints if c.attribute not in {new.attribute for new in found})
        compare = [int(digit) for digit in re.findall(r"\d", message)] if re.search("compare|对比", message) else []
        shown = session.shown
        return replace(
            need,
            query=message,
            category=("laptop",) if re.search("laptop|笔记本", message) else need.category,
            constraints=(*kept, *found),
            act=Act.COMPARE if compare else Act.THANK if "thank" in message else need.act,
            refers_to=tuple(shown[one - 1] for one in compare if one <= len(shown)),
            unknown=() if any(c.attribute == "price" for c in (*kept, *found)) else ("price",),
        )

    def stream(
        self,
        message: str,
        *,
        session_id: str = "",
        user_id: str = "",
        locale: str = "",
        without: Sequence[Withdrawal] = (),
        considered: bool = False,
        personal: bool = True,
    ) -> Iterator[TurnEvent]:
        session = self.sessions.load(session_id) or Session(session_id=session_id or uuid.uuid4().hex, user_id=user_id)
        need = self._need(message, session, locale, without)
        yield Understood(need=need)
        self.before_answer()
        response = self._response(need)
        yield Shortlisted(recommendations=response.recommendations, at=NOON)
        for delta in re.findall(r"\S+\s*|\n+", response.text):
            yield Said(delta=delta)
        turn = Turn(
            turn_id=f"turn-{len(session.turns)}",
            message=message,
            need=need,
            text=response.text,
            shown=tuple(one.product.id for one in response.recommendations),
            at=NOON,
        )
        yield Answered(session=self.sessions.append(session, turn), turn=turn, response=response)

    def search(
        self, query: str, *, limit: int = 20, user_id: str = "", session_id: str = "", personal: bool = True
    ) -> SearchResult:
        need = self.understand(query, Session(session_id=""))
        found = self._found(need)
        candidates = tuple(
            Candidate(product_id=one.id, scores=(Score(source="price", value=1 / rank, rank=rank),))
            for rank, one in enumerate(found, start=1)
        )
        return SearchResult(
            need=need,
            at=NOON,
            retrieval=Retrieval(candidates=candidates, total=len(candidates)),
            shortlist=candidates[:limit],
            products={one.id: one for one in found},
        )

    def _need(self, message: str, session: Session, locale: str, without: Sequence[Withdrawal]) -> ShopperNeed:
        if without and session.need:
            last = replace(session.turns[-1], need=withdraw(session.need, without))
            session = replace(session, turns=(*session.turns[:-1], last))
        if message or session.need is None:
            return self.understand(message, session, locale=locale)
        return replace(session.need, language=locale[:2] or session.need.language)

    def _found(self, need: ShopperNeed) -> list[Product]:
        found = [one for one in self.catalogue.products() if all(passes(one, must, NOON) for must in need.musts)]
        found = [one for one in found if one.id in need.refers_to] if need.act is Act.COMPARE else found
        return sorted(found, key=lambda one: one.price_at(NOON).amount)

    def _response(self, need: ShopperNeed) -> Response:
        found, zh = [] if need.act is Act.THANK else self._found(need), need.language == "zh"
        evidence = tuple(_evidence(number, one) for number, one in enumerate(found, start=1))
        text = (
            "这些都在您的预算之内。\n最便宜的排在最前面。"
            if zh
            else "Here is what fits.\nThe cheapest one stands first."
        )
        return Response(
            text=text,
            recommendations=tuple(
                Recommendation(product=one, position=number, reasons=(_reason(one, number, zh),))
                for number, one in enumerate(found, start=1)
            ),
            evidence=evidence,
            claims=tuple(
                Claim(text=one.value, product_id=one.product_id, evidence_ids=(one.id,), verdict=Verdict.SUPPORTED)
                for one in evidence
            ),
            question=("您的预算是多少？" if zh else "What would you like to spend?") if need.unknown else "",
            asks=need.unknown[0] if need.unknown else "",
            notices=(Notice(code="relaxed", params={"attribute": "brand"}),) if not found else (),
            notice_texts=("没有完全符合的商品。" if zh else "Nothing fits all of that.",) if not found else (),
            considered=(
                Considered(text=text, plan="plain", written_by="plain", chosen=True),
                Considered(text="Nothing to say.", plan="brief", written_by="plain", veto="says nothing"),
            ),
            ranked_by="price",
        )


def _wishes(message: str, turn: int) -> Iterator[Constraint]:
    patterns = (
        (r"under €?(\d+)|(\d+)以内", "price", Operator.AT_MOST, "EUR"),
        (r"(\d+) ?GB", "memory", Operator.AT_LEAST, "GB"),
    )
    for pattern, attribute, operator, unit in patterns:
        if match := re.search(pattern, message):
            value = Decimal(next(group for group in match.groups() if group))
            yield Constraint(
                attribute=attribute, operator=operator, value=value, unit=unit, said_in=turn, said=match.group()
            )
    for brand in ("Nimbus", "Quill", "Onda"):
        if brand in message:
            yield Constraint(attribute="brand", operator=Operator.IS, value=brand, said_in=turn, said=brand)


def _evidence(number: int, product: Product) -> Evidence:
    memory = product.values("memory")[0]
    return Evidence(
        id=f"e{number}",
        product_id=product.id,
        field="memory",
        value=f"{memory.value} GB",
        source=memory.source,
        as_of=NOON,
    )


def _reason(product: Product, number: int, zh: bool) -> Reason:
    memory = product.values("memory")[0].value
    text = f"{memory} GB 内存" if zh else f"{memory} GB of memory"
    return Reason(text=text, evidence_ids=(f"e{number}",))


VOCABULARY = Vocabulary(
    types={"laptop": 6},
    brands={"Nimbus": 2, "Quill": 2, "Onda": 2},
    attributes={
        "memory": AttributeProfile(
            name="memory",
            label="Memory",
            kind=AttributeKind.NUMBER,
            product_count=6,
            unit="GB",
            minimum=Decimal(4),
            maximum=Decimal(32),
        ),
        "colour": AttributeProfile(
            name="colour",
            label="Colour",
            kind=AttributeKind.TEXT,
            product_count=6,
            values={"black": 3, "silver": 3},
        ),
        "touchscreen": AttributeProfile(
            name="touchscreen", label="Touchscreen", kind=AttributeKind.BOOL, product_count=6
        ),
    },
    currency="EUR",
    languages=("en", "zh"),
    product_count=6,
)


@dataclass
class SmallShop:
    """The six laptops, with a guide."""

    name: str = "Corner Laptops"
    catalogue: MemoryCatalogue = field(default_factory=lambda: MemoryCatalogue(PRODUCTS))
    sessions: MemorySessions = field(default_factory=MemorySessions)
    events: MemoryEvents = field(default_factory=MemoryEvents)
    sponsored: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.guide = SmallGuide(self.catalogue, self.sessions)
        self.index = MemoryIndex(PRODUCTS, vocabulary=VOCABULARY, clock=lambda: NOON)
        self.index_version = self.catalogue.version
        sources = Sources(
            catalogue=self.catalogue,
            events=self.events,
            view=lambda: (self.index, ()),
            versions=Versions(Path("nothing was learnt")),
            clock=lambda: NOON,
        )
        self.recommender = Recommender(lambda: knowledge_of(sources, None, 0), events=self.events, clock=lambda: NOON)
        self.carousels = Carousels(
            catalogue=self.catalogue, sessions=self.sessions, recommender=self.recommender, sponsored=self.sponsored
        )

    feed_checked_at: datetime | None = None

    def feed_stale(self, now: datetime) -> bool:
        return self.feed_checked_at is not None and now > self.feed_checked_at

    def upsert(self, products: Sequence[Product]) -> int:
        return self.catalogue.upsert(products)

    def withdraw(self, product_ids: Sequence[str]) -> int:
        return self.catalogue.withdraw(product_ids)
