"""The one of the shown products that has most or least of something: which is the quietest, the bigger one, 哪个最轻."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from daogou.ask.tokens.chunks import Chunk
from daogou.ask.tokens.cues import Cue
from daogou.ask.tokens.phrases import Kind
from daogou.catalog.products.need import PRICE, RATING, Sort
from daogou.catalog.products.product import Product
from daogou.text.stated import Stated, stated, stated_in

_CHOOSES = re.compile(
    r"\bwhich\b|\bwhat(?:'s| is) the \w+est\b|\bthe (?:\w+ ){1,3}one\b(?!s)|^\W*(?:the \w+er|(?:the )?\w+est|the (?:most|least) \w+)(?: of (?:them|these|those))?\W*$"
    r"|\b(?:est|most \w+|least \w+) of (?:these|them|those)\b|哪一?[个款种台件双部]|[那这][个款种台件双部]|最.{1,6}(?:的|是)?\W*$"
)
_SEVERAL = re.compile(r"\bones\b|\bthan\b|[比更]|\bare\b.*\bunder\b|[那这哪]些|[那这]几")
_LASTS = re.compile(r"\blast(?:s|ing)?\b|最耐用|用得?最久|最久")
_SORTS = (
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
            return Extreme(sort=_said(sort, best[0]), product_id=best[1].id)
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


def _said(sort: Sort, figure: Stated) -> Sort:
    return (
        sort
        if sort.attribute in _BIG_DIMENSIONS
        else Sort(attribute=figure.attribute, descending=sort.descending, said=sort.said)
    )


def _orders(text: str, chunks: Sequence[Chunk]) -> list[Sort]:
    """What the words may order by, the likeliest first."""
    for cue, attribute, descending in _SORTS:
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
