"""Numbers of products in a message (found by ask.codes): they point at their products and are read as nothing else."""

from collections.abc import Sequence
from dataclasses import replace

from daogou.ask.acts import about, compares, dislikes, questions, resembles
from daogou.ask.lexicon import Lexicon
from daogou.ask.reading import Reading
from daogou.ask.tokens.chunks import Chunk
from daogou.ask.tokens.references import References
from daogou.catalog.products.need import Act, Code, ShopperNeed

Spans = tuple[tuple[int, int], ...]
_BLANK = "x"  # a number becomes one word that means nothing


def blanked(text: str, codes: Sequence[Code]) -> tuple[str, Spans]:
    """The text with each number overwritten, and where they stood; every other character keeps its place."""
    spans: list[tuple[int, int]] = []
    for code in codes:
        said = code.said.casefold()
        if (start := text.find(said)) >= 0:
            spans.append((start, start + len(said)))
            text = text.replace(said, _BLANK * len(said), 1)
    return text, tuple(spans)


def before_codes(before: ShopperNeed | None) -> ShopperNeed | None:
    """The need so far; where only a number was typed, it goes on with the kind of thing that has it: "cheaper ones"."""
    if before is None or not before.codes or not all(code.alone for code in before.codes):
        return before
    return replace(before, query="", category=kinds_of(before.codes), codes=())


def kinds_of(codes: Sequence[Code]) -> tuple[str, ...]:
    """The product types of everything that was named by its number."""
    return tuple(dict.fromkeys(kind for code in codes for kind in code.kinds))


def with_pointed(named: References, codes: Sequence[Code], spans: Spans) -> References:
    """The shown products that are named, with those whose numbers are."""
    ids = tuple(product_id for code in codes for product_id in code.product_ids)
    if not ids:
        return named
    return References(ids=tuple(dict.fromkeys((*named.ids, *ids))), spans=(*named.spans, *spans), firm=True)


def act_on_codes(text: str, chunks: Sequence[Chunk], said: Reading, named: References, lexicon: Lexicon) -> Act | None:
    """What is done with products named by number: compared, asked about; None where they are wanted."""
    if compares(text) and len(named.ids) > 1:
        return Act.COMPARE
    return Act.ASK if questions(text) and not said.category and about(text, chunks, said, lexicon) else None


def only_codes(text: str, codes: Sequence[Code]) -> bool:
    """Whether the message asks for products by their numbers and says nothing else."""
    return bool(codes) and all(code.alone for code in codes) and not (dislikes(text) or resembles(text))
