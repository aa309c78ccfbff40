"""What a quantity counts or measures, by the words around it: at least 60 bags, for a cat of 5 kg, 1 metre tall."""

from collections.abc import Sequence

from daogou.ask.quantities.quantities import Quantity
from daogou.ask.tokens.chunks import Chunk
from daogou.ask.tokens.cues import Cue
from daogou.ask.tokens.phrases import Kind
from daogou.catalog.matching.aspects import aspect_in
from daogou.catalog.products.need import SUITS
from daogou.text.words import stem

SIZE = "size"
_WHOSE = ("my", "our", "his", "her", "their", "我家", "我的", "家里")
_PEOPLE = ("age", "people")  # dimensions that things are made for
_REACH = 6  # chunks


def noun_of(chunks: Sequence[Chunk], quantity: Quantity) -> str:
    """The stem of the noun that a bare number counts, or the word that it is a size of; "" for none."""
    if quantity.units or quantity.currency:
        return ""
    if _sized(chunks, quantity):
        return SIZE
    noun = chunks[quantity.end] if quantity.end < len(chunks) else None
    if noun is None or not quantity.compared or not _countable(noun):
        return ""
    asked = noun.means(Kind.TYPE) and not any(c.means(Kind.TYPE) for c in chunks if c is not noun)
    return "" if asked else stem(noun.text)  # "under 50 headphones" asks for headphones


def noun_places(chunks: Sequence[Chunk], amounts: Sequence[Quantity]) -> set[int]:
    """The places of the nouns that are counted: 3 trays asks for no tray."""
    return {amount.end for amount in amounts if noun_of(chunks, amount) not in ("", SIZE)}


def _countable(noun: Chunk) -> bool:
    """A plural, or any Chinese word; a word of the grammar names nothing."""
    if noun.cues or noun.amount is not None or not noun.text[0].isalpha():
        return False
    return stem(noun.text) != noun.text and noun.text.isascii()


def _sized(chunks: Sequence[Chunk], quantity: Quantity) -> bool:
    """Size 43, in 43, EU 43."""
    before = chunks[quantity.start - 1].text if quantity.start else ""
    after = chunks[quantity.end].text if quantity.end < len(chunks) else ""
    return (
        quantity.exact and not quantity.compared and (before in ("in", "size", "eu", "尺码", "码数") or after == "码")
    )


def aspect_said(chunks: Sequence[Chunk], quantity: Quantity) -> str:
    """What of the thing is measured; SUITS for what it must do for; "" where nothing tells."""
    near = [chunk.text for chunk in _clause(chunks, quantity.start)]
    following = [chunk.text for chunk in chunks[quantity.end : quantity.end + 2]]
    compared = [chunk.text for chunk in chunks[quantity.start : quantity.end] if chunk.amount is None]
    told = aspect_in(" ".join([*near[-_REACH // 2 :], *compared]), " ".join(following))
    if told and told != SUITS:
        return told
    if any(unit.dimension in _PEOPLE for unit in quantity.units):
        return SUITS
    served = quantity.exact and _serves(chunks, quantity)
    return SUITS if served else ""


def _serves(chunks: Sequence[Chunk], quantity: Quantity) -> bool:
    """For 600 square metres, for a cat of 5 kg, my 20 kg dog, 20公斤的狗用的."""
    before = _clause(chunks, quantity.start)[-_REACH:]
    after = chunks[quantity.end : quantity.end + _REACH // 2 + 1]
    return any(c.has(Cue.FOR) or c.text in _WHOSE for c in before) or any(c.has(Cue.FOR_AFTER) for c in after)


def _clause(chunks: Sequence[Chunk], end: int) -> Sequence[Chunk]:
    """The chunks of the same clause before a place."""
    start = end
    while start > 0 and not (chunks[start - 1].has(Cue.STOP) or chunks[start - 1].amount):
        start -= 1
    return chunks[start:end]
