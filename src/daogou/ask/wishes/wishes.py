"""Soft wishes: the order asked for (cheapest, 最轻, the quietest of these), what it is for, for whom."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from daogou.ask.lexicon import Lexicon
from daogou.ask.tokens.chunks import Chunk, joined
from daogou.ask.tokens.phrases import Cue, Kind
from daogou.ask.wishes.values import SOFT
from daogou.catalog.products.need import BRAND, PRICE, RATING, Notice, ShopperNeed, Sort
from daogou.catalog.products.product import Product
from daogou.text.stated import Stated, stated, stated_in

_CHOOSES = re.compile(
    r"\bwhich\b|\bwhat(?:'s| is) the \w+est\b|\bthe (?:\w+ ){1,3}one\b(?!s)|^\W*(?:the \w+er|(?:the )?\w+est|the (?:most|least) \w+)(?: of (?:them|these|those))?\W*$"
    r"|\b(?:est|most \w+|least \w+) of (?:these|them|those)\b|哪一?[个款种台件双部]|[那这][个款种台件双部]|最.{1,6}(?:的|是)?\W*$"
)
_SEVERAL = re.compile(r"\bones\b|\bthan\b|[比更]|\bare\b.*\bunder\b|[那这哪]些|[那这]几")
_LASTS = re.compile(r"\blast(?:s|ing)?\b|最耐用|用得?最久|最久")
_EXTREMES = (
    (Cue.CHEAPEST, PRICE, False),
    (Cue.CHEAPER, PRICE, False),
    (Cue.CHEAP, PRICE, False),
    (Cue.DEAREST, PRICE, True),
    (Cue.DEARER, PRICE, True),
    (Cue.BEST_RATED, RATING, True),
)
# What "big" may speak of, where no column is called size; the first that most of the shown rows state.
_BIG = ("screen_size", "capacity", "volume", "dimensions")
_BIG_DIMENSIONS = ("volume", "length", "mass", "area")


_POINTS = re.compile(r"\bof (?:these|them|those)\b|\bone\b|[这那][个款种台件几些双部]|其中|里面")


def points_at_shown(text: str) -> bool:
    """Whether a folded message speaks of what is shown alone: of these, the bigger one, 大的那个."""
    return _POINTS.search(text) is not None


@dataclass(frozen=True, kw_only=True)
class Extreme:
    """The order that decides, and the shown product that comes first in it; None: no row says."""

    sort: Sort
    product_id: str | None


def extreme(text: str, chunks: Sequence[Chunk], shown: Sequence[Product], at: datetime) -> Extreme | None:
    """The shown product that a folded message chooses by a degree; None where it chooses by something else."""
    if len(shown) < 2 or not _CHOOSES.search(text) or _SEVERAL.search(text):
        return None
    for sort in _orders(text, chunks):
        figures = [(figure, row) for row in shown if (figure := figure_of(row, sort.attribute, at)) is not None]
        if figures:
            best = (max if sort.descending else min)(figures, key=lambda one: one[0].value)
            told = sort if sort.attribute in _BIG_DIMENSIONS else replace(sort, attribute=best[0].attribute)
            return Extreme(sort=told, product_id=best[1].id)
    first = next(iter(_orders(text, chunks)), None)
    return Extreme(sort=first, product_id=None) if first else None


def figure_of(product: Product, attribute: str, at: datetime) -> Stated | None:
    """What the row says of it, comparable between rows."""
    if attribute == PRICE:
        price = product.price_at(at)
        return Stated(value=price.amount, attribute=PRICE) if price else None
    if attribute == RATING:
        return Stated(value=product.rating.value, attribute=RATING) if product.rating else None
    if attribute in _BIG_DIMENSIONS:
        return stated_in(product, attribute)
    return stated(product, attribute)


def _orders(text: str, chunks: Sequence[Chunk]) -> list[Sort]:
    """What the words may order by, the likeliest first."""
    for cue, attribute, descending in _EXTREMES:
        for chunk in chunks:
            if chunk.has(cue):
                return [Sort(attribute=attribute, descending=descending, said=chunk.text)]
    degrees = [(chunk, meaning) for chunk in chunks for meaning in chunk.means(Kind.MORE, Kind.LESS)]
    if not degrees:
        return []
    named = [m.attribute for chunk in chunks for m in chunk.means(Kind.ATTRIBUTE)]
    chunk, meaning = degrees[0]
    more = meaning.kind is Kind.MORE
    lasting = ["battery_life"] if _LASTS.search(text) and more else []
    attributes = [*named, *lasting, *(m.attribute for c, m in degrees if c is chunk)]
    if "size" in attributes:
        attributes += [*_BIG, *_BIG_DIMENSIONS]
    return [Sort(attribute=name, descending=more, said=chunk.text) for name in dict.fromkeys(attributes)]


POPULARITY = "popularity"
RELEASED = "released"
_SORTS = (
    (Cue.CHEAPEST, PRICE, False),
    (Cue.DEAREST, PRICE, True),
    (Cue.BEST_RATED, RATING, True),
    (Cue.BEST_SELLING, POPULARITY, True),
    (Cue.NEWEST, RELEASED, True),
    (Cue.CHEAP, PRICE, False),
)
# An adjective orders by its attribute only where enough products of the category keep it.
_ORDERED_COVERAGE = 0.3
_ARTICLE_WORDS = "my the a an some our his her to in on at"
_ARTICLES = frozenset(_ARTICLE_WORDS.split())


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A text and the chunks it was said in."""

    text: str = ""
    used: frozenset[int] = field(default_factory=frozenset)


def sort_of(
    chunks: Sequence[Chunk], *, avoid: Collection[int], category: Sequence[str], lexicon: Lexicon
) -> tuple[Sort | None, frozenset[int], tuple[Notice, ...]]:
    """The order asked for and the chunks that say so; superlatives before plain adjectives.

    A superlative of something that the rows do not keep is no order, and told.
    """
    for cue, attribute, descending in _SORTS:
        for place, chunk in enumerate(chunks):
            if place not in avoid and chunk.has(cue):
                return Sort(attribute=attribute, descending=descending, said=chunk.text), frozenset((place,)), ()
    degrees = [
        (meaning.most, meaning, place)
        for place, chunk in enumerate(chunks)
        if place not in avoid
        for meaning in chunk.means(Kind.MORE, Kind.LESS)
    ]
    usable = [
        d for d in degrees if d[1].attribute == PRICE or lexicon.coverage(d[1].attribute, category) >= _ORDERED_COVERAGE
    ]
    if not usable:
        untold = dict.fromkeys(place for most, _, place in degrees if most)
        told = tuple(Notice(code="unknown_value", params={"value": chunks[place].text}) for place in untold)
        return None, frozenset(), told
    _, meaning, place = max(usable, key=lambda d: (d[0], lexicon.coverage(d[1].attribute, category)))
    said = chunks[place].text
    return Sort(attribute=meaning.attribute, descending=meaning.kind is Kind.MORE, said=said), frozenset((place,)), ()


def recipient_of(chunks: Sequence[Chunk], avoid: Collection[int]) -> Wish:
    """For whom: the person after for / 给 / 送, or beside a gift."""
    gift = any(chunk.has(Cue.GIFT) for chunk in chunks)
    for place, chunk in enumerate(chunks):
        if place in avoid or not chunk.has(Cue.PERSON) or _company(chunks, place):
            continue
        opener = _opener(chunks, place)
        if opener is not None or gift:
            start = place if opener is None else opener + 1
            words = [one.text for one in chunks[start : place + 1] if one.text not in ("the", "a", "an")]
            return Wish(text=joined(words), used=frozenset(range(place if opener is None else opener, place + 1)))
    return Wish()


def _company(chunks: Sequence[Chunk], place: int) -> bool:
    """Whether a person's name is a brand here: "for Brother HL-2130", but not "for my brother"."""
    possessive = place > 0 and chunks[place - 1].text in ("my", "his", "her", "our", "your")
    return bool(chunks[place].means(Kind.BRAND)) and not possessive


def _opener(chunks: Sequence[Chunk], place: int) -> int | None:
    for start in range(place - 1, max(-1, place - 5), -1):
        if chunks[start].has(Cue.FOR):
            return start
        if not (chunks[start].has(Cue.FILLER, Cue.PERSON, Cue.SUBJECTIVE, Cue.OF) or chunks[start].amount):
            return None
    return None


def purpose_of(chunks: Sequence[Chunk], avoid: Collection[int]) -> Wish:
    """What for: the words after for / 用于 / 适合, or before 用."""
    for place, chunk in enumerate(chunks):
        if place in avoid:
            continue
        if chunk.has(Cue.FOR_AFTER) and place > 0 and _plain(chunks, place - 1, avoid):
            return Wish(text=chunks[place - 1].text, used=frozenset((place - 1, place)))
        end = place + 1
        while chunk.has(Cue.FOR) and end < len(chunks) and (_plain(chunks, end, avoid) or _article(chunks[end])):
            end += 1
        words = [one.text for one in chunks[place + 1 : end] if not _article(one)]
        if words:
            return Wish(text=joined(words), used=frozenset(range(place, end)))
    return Wish()


def _plain(chunks: Sequence[Chunk], place: int, avoid: Collection[int]) -> bool:
    """Whether it may be a purpose: an unknown word, or a value that says what things are for."""
    chunk = chunks[place]
    known = any(meaning.attribute in SOFT or not meaning.concept for meaning in chunk.means(Kind.VALUE))
    return place not in avoid and ((chunk.word and chunk.text[0].isalnum()) or known)


def _article(chunk: Chunk) -> bool:
    return chunk.has(Cue.FILLER) and chunk.text in _ARTICLES


_MOST = 3
_COVERAGE = 0.3  # an attribute that fewer products of the kind keep is not worth a question


def open_questions(need: ShopperNeed, lexicon: Lexicon) -> tuple[str, ...]:
    """At most three attributes, most telling first; none where the kind isn't known."""
    if not need.category:
        return ()
    said = {constraint.attribute for constraint in need.constraints} | {need.sort.attribute if need.sort else ""}
    asked: dict[str, None] = {}
    for key in need.category:  # the thesaurus' questions for a kind, or for what it is a kind of
        concept = lexicon.thesaurus.types.get(key)
        while concept is not None and not concept.ask:
            concept = lexicon.thesaurus.types.get(concept.broader)
        asked |= dict.fromkeys((*(concept.ask if concept else ()), PRICE))
    answerable = {PRICE: True, BRAND: len(lexicon.vocabulary.brands) > 1}
    worth = (n for n in asked if answerable.get(n, lexicon.coverage(n, need.category) >= _COVERAGE) and n not in said)
    return tuple(worth)[:_MOST]
