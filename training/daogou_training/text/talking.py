"""Talks to train on: a request, the answer that fits, and answers that don't but say they do (daogou_evals/choice/answers)."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from daogou.catalog.products.product import Product
from daogou.text.thesaurus import thesaurus
from daogou_evals.choice.answers import Asked, breaking, claiming, fits, honest
from daogou_training.text.wanting import want, wording

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
    asked = Asked(language=stall.language, kind=wanted.kind, called=wanted.called, constraints=wanted.constraints)
    peers = [it for it in _some(stall, product.product_type, 60) if it.id != product.id]
    good = [product, *(it for it in peers if fits(it, asked))][: stall.shown]
    wrong = list(_wrong(stall, asked, peers))
    if len(wrong) < 3:
        return None
    stall.dice.shuffle(wrong)
    return Talk(
        language=stall.language,
        messages=wanted.messages,
        called=wanted.called,
        right=honest(asked, good, total=_total(stall, good)).text,
        wrong=tuple(wrong[:4]),
        products=tuple(good),
        rivals=tuple(it for it in peers if not fits(it, asked))[:4],
    )


def _wrong(stall: _Stall, asked: Asked, peers: Sequence[Product]) -> Iterator[str]:
    """Each breaks one thing that was asked, most often; then another kind, and words without a product."""
    dice = stall.dice
    for broken in asked.constraints:
        shown = breaking(asked, broken, peers)[: stall.shown]
        if shown:
            yield claiming(asked, broken, shown, total=_total(stall, shown), mirror=dice.random() < 0.75).text
    other = dice.choice([kind for kind in stall.kinds if kind != asked.kind])
    shown = _some(stall, other, stall.shown)
    # Either other words about other things, or the right words about nothing that fits them.
    elsewhere = replace(asked, constraints=())
    if dice.random() < 0.6:
        label = thesaurus().type_label(other, stall.language)
        elsewhere = Asked(language=stall.language, kind=other, called=label)
    yield honest(elsewhere, shown, total=_total(stall, shown)).text
    if dice.random() < 0.7:
        yield dice.choice(wording()[stall.language]["generic"])
    else:
        yield honest(Asked(language=stall.language), shown[:1], total=1).text


def _total(stall: _Stall, shown: Sequence[Product]) -> int:
    return len(shown) + stall.dice.choice((0, 0, 3, 20))


def _some(stall: _Stall, kind: str, count: int) -> list[Product]:
    members = stall.kinds[kind]
    return stall.dice.sample(members, k=min(count, len(members)))
