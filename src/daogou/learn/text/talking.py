"""Talks to train on: a request, the answer that fits, and answers that don't but say they do.

The plain writer (`reply/compose`) writes all of them: the wrong ones for a need that was bent until a wrong product fits it,
and what it says back of the need is then bent again to what was asked. Only the products give a wrong answer away.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial

from daogou.learn.text.wanting import Wanted, amount, want, wording
from daogou.reply.compose import compose
from daogou.reply.spoken import spoken_form
from daogou.shop.candidate import Candidate, Retrieval
from daogou.shop.conversation import Session
from daogou.shop.matching import passes
from daogou.shop.need import BRAND, PRICE, Constraint, Operator, ShopperNeed
from daogou.shop.product import Attribute, Product
from daogou.text.product_line import fact
from daogou.text.thesaurus import thesaurus

AT = datetime(2026, 1, 1, tzinfo=UTC)
SHOWN = (1, 2, 2, 3)  # products in every answer of one talk: a wrong one must not be told by its length


@dataclass(frozen=True, kw_only=True)
class Talk:
    """One case; `products` are those of the right answer, the one that was asked for first."""

    language: str
    messages: tuple[str, ...]
    called: str  # what the shopper calls the thing
    right: str
    wrong: tuple[str, ...]
    products: tuple[Product, ...]
    rivals: tuple[Product, ...]  # products that were not asked for


@dataclass(frozen=True, kw_only=True)
class _Stall:
    """The products of a shop, by kind."""

    language: str
    kinds: Mapping[str, Sequence[Product]]
    dice: random.Random
    shown: int  # products in one answer, at most


def talks(products: Sequence[Product], language: str, *, seed: int, count: int) -> Iterator[Talk]:
    """At most `count` talks with a shop."""
    dice = random.Random(f"talk {seed} {language}")
    kinds: dict[str, list[Product]] = {}
    for product in products:
        concept = thesaurus().types.get(product.product_type)
        if concept and concept.phrases.get(language) and product.offers:
            kinds.setdefault(product.product_type, []).append(product)
    if len(kinds) < 2:
        return
    everything = [product for members in kinds.values() for product in members]
    for _ in range(count):
        stall = _Stall(language=language, kinds=kinds, dice=dice, shown=dice.choice(SHOWN))
        talk = _talk(stall, dice.choice(everything))
        if talk is not None:
            yield talk


def _talk(stall: _Stall, product: Product) -> Talk | None:
    wanted = want(product, stall.language, stall.dice)
    peers = [it for it in _some(stall, product.product_type, 60) if it.id != product.id]
    good = [product, *(it for it in peers if _fits(it, wanted))][: stall.shown]
    wrong = list(_wrong(stall, wanted, peers))
    if len(wrong) < 3:
        return None
    stall.dice.shuffle(wrong)
    return Talk(
        language=stall.language,
        messages=wanted.messages,
        called=wanted.called,
        right=_answer(stall, wanted, wanted.constraints, good),
        wrong=tuple(wrong[:4]),
        products=tuple(good),
        rivals=tuple(it for it in peers if not _fits(it, wanted))[:4],
    )


def _wrong(stall: _Stall, wanted: Wanted, peers: Sequence[Product]) -> Iterator[str]:
    """Each breaks one thing that was asked, most often; then another kind, and words without a product."""
    for broken in wanted.constraints:
        others = [it for it in wanted.constraints if it is not broken]
        breaking = [it for it in peers if not passes(it, broken, AT)]
        breaking.sort(key=partial(_broken, others))
        if breaking:
            yield _claiming(stall, wanted, broken, breaking[: stall.shown])
    other = stall.dice.choice([kind for kind in stall.kinds if kind != wanted.kind])
    shown = _some(stall, other, stall.shown)
    if stall.dice.random() < 0.6:
        yield _answer(stall, replace(wanted, kind=other, called=_label(other, stall)), (), shown)
    else:  # the right words, the wrong things
        yield _answer(stall, wanted, (), shown)
    if stall.dice.random() < 0.7:
        yield stall.dice.choice(wording()[stall.language]["generic"])
    else:
        yield _answer(stall, replace(wanted, kind="", called=""), (), shown[:1])


def _claiming(stall: _Stall, wanted: Wanted, broken: Constraint, shown: Sequence[Product]) -> str:
    """The answer for what the wrong products do meet, saying back what was really asked."""
    bent = _bent(broken, shown[0])
    kept = tuple(bent if it is broken else it for it in wanted.constraints if it is broken or passes(shown[0], it, AT))
    text = _answer(stall, wanted, kept, shown)
    if stall.dice.random() < 0.75:
        return text.replace(
            _mirrored(bent, stall.language), _mirrored(broken, stall.language), 3 if broken.attribute == PRICE else 1
        )
    return text


def _bent(broken: Constraint, product: Product) -> Constraint:
    if broken.attribute == PRICE:
        price = product.offers[0].price_at(AT).amount
        limit = price * Decimal("1.31") if broken.operator is Operator.AT_MOST else price * Decimal("0.61")
        return replace(broken, value=limit.quantize(Decimal(1)) + Decimal("0.37"))
    if broken.attribute == BRAND:
        return replace(broken, value=product.brand or str(broken.value))
    value = next((it.value for it in product.attributes if it.name == broken.attribute), None)
    if value is None or broken.operator is Operator.IS_NOT:
        return replace(broken, operator=Operator.IS, value=value if value is not None else broken.value)
    return replace(broken, value=value)


def _mirrored(constraint: Constraint, language: str) -> str:
    if constraint.attribute == PRICE:
        return amount(constraint)
    if constraint.attribute == BRAND or not isinstance(constraint.value, str | Decimal | bool):
        return str(constraint.value)
    return fact(Attribute(name=constraint.attribute, value=constraint.value, unit=constraint.unit), language)


def _answer(stall: _Stall, wanted: Wanted, constraints: Sequence[Constraint], shown: Sequence[Product]) -> str:
    need = ShopperNeed(
        query=wanted.called,
        language=stall.language,
        category=(wanted.kind,) if wanted.kind else (),
        constraints=tuple(constraints),
    )
    candidates = tuple(Candidate(product_id=product.id) for product in shown)
    response = compose(
        candidates,
        need,
        Session(session_id=""),
        retrieval=Retrieval(candidates=candidates, total=len(shown) + stall.dice.choice((0, 0, 3, 20))),
        products={product.id: product for product in shown},
        at=AT,
        limit=stall.shown,
    )
    return spoken_form(response, language=stall.language, at=AT)


def _broken(constraints: Sequence[Constraint], product: Product) -> int:
    return sum(not passes(product, constraint, AT) for constraint in constraints)


def _fits(product: Product, wanted: Wanted) -> bool:
    return all(passes(product, constraint, AT) for constraint in wanted.constraints)


def _label(kind: str, stall: _Stall) -> str:
    return thesaurus().type_label(kind, stall.language)


def _some(stall: _Stall, kind: str, count: int) -> list[Product]:
    members = stall.kinds[kind]
    return stall.dice.sample(members, k=min(count, len(members)))
