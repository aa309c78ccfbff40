"""Numbers of products in a message: "GR-016", "gsr18v28", a barcode. Whoever types one wants that product first."""

import functools
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import resources

from daogou.ask.acts import References, about, compares, dislikes, questions, resembles
from daogou.ask.lexicon import Lexicon
from daogou.ask.reading import Reading
from daogou.ask.tokens.chunks import Chunk
from daogou.catalog.products.need import Act, Code, ShopperNeed
from daogou.ports import Catalogue, SearchIndex
from daogou.text.substances import folded_code, has_digit, is_amount, mixed, telling
from daogou.text.words import cut, normalize, segment

MOST_PIECES = 6  # of letters and digits that one number is written in: NL-1234.56/B
LEAST_DIGITS, BARCODE = 6, 8  # of a number without letters; shorter ones than a barcode may be amounts
LEAST_OWN = 5  # digits of a product's own number that nobody takes for an amount, where nothing else is said
LEAST_UNKNOWN = 5  # characters from which on what nothing here has is a number all the same
LEAST_KNOWN = 3  # characters of a piece that titles know
LEAST_WHOLE = 0.9  # score of a product's own number, or of one in its title; less: of a part
MOST_ROWS = 1_000
_PIECE = re.compile(r"[a-z0-9]+")
_JOINT = re.compile(r"[-./_ ]?")
# Before a number: what is wanted is something for the thing that has it.
_FOR = re.compile(
    r"(.*\w)\W+(?:for|fits?|fitting|with|replaces|to fit|compatible with) (?:(?:my|a|an|the) )?(?:[\w'-]+ ){0,2}[\w'-]*"
)
_FOR_ZH = re.compile(r".*(?:适用于?|适配|适合|兼容|配|给)[\w ]{0,8}?")
# Behind one: KSM150能用的搅拌头.
_FITS_ZH = re.compile(r"\s*(?:上|能|可以?)*(?:用|适用|兼容|专用|配套)的?\s*[\u3400-\u9fff]{2,}")
_BOUND = re.compile(r"\b(?:under|up to|about|than)\b")  # little words that make a number an amount
_LITTLE = frozenset(resources.files("daogou.ask").joinpath("little_words.txt").read_text(encoding="utf-8").split())
# What a number is called: "item GR-016", 货号A2634.
_CALLED = re.compile(
    r"(?:sku|id|item|art|article|no|nr|number|model|code|ean|gtin|upc|isbn|mpn|part|barcode|product|ref)s?"
    r"|型号|货号|编号|编码|条码|条形码|商品|产品|的|有|吗|呢|么|号|查|找"
)


@dataclass(frozen=True, slots=True)
class _Span:
    said: str
    start: int
    end: int

    @property
    def code(self) -> str:
        return folded_code(self.said)


def coded(message: str, index: SearchIndex, catalogue: Catalogue) -> tuple[Code, ...]:
    """The numbers of products that a message names; one that nothing here has only where nothing else is said."""
    written = normalize(message)
    text = written.casefold()
    found: list[tuple[_Span, Code]] = []
    for span in _spans(text):
        if not any(span.start < other.end and other.start < span.end for other, _ in found):
            code = _known(span, text, index)
            found += [(span, code)] if code else []
    if not found:
        unknown = (span for span in _spans(text) if not _rest(text, span) and _nowhere(span, index))
        found = [(span, Code(said=span.said, alone=True)) for span in unknown][:1]
    rest = _rest(text, *(span for span, _ in found))
    typed = written if len(written) == len(text) else text
    coded: list[Code] = []
    for span, code in sorted(found, key=lambda one: one[0].start):
        kinds = dict.fromkeys(row.product_type for row in catalogue.get(code.product_ids).values() if row.product_type)
        coded.append(replace(code, said=typed[span.start : span.end], alone=not rest, kinds=tuple(kinds)))
    return tuple(coded)


def _spans(text: str) -> list[_Span]:
    """Every run of pieces that may be written as one number, the longest first."""
    pieces = list(_PIECE.finditer(text))
    runs = (run for first in range(len(pieces)) for run in _runs(pieces[first : first + MOST_PIECES], text))
    spans = [_Span(text[start:end], start, end) for start, end in runs]
    return sorted(
        (span for span in spans if has_digit(span.code)), key=lambda span: (span.start - span.end, span.start)
    )


def _runs(pieces: Sequence[re.Match[str]], text: str) -> Iterator[tuple[int, int]]:
    for place, piece in enumerate(pieces):
        if place and not _JOINT.fullmatch(text, pieces[place - 1].end(), piece.start()):
            return
        yield pieces[0].start(), piece.end()


def _known(span: _Span, text: str, index: SearchIndex) -> Code | None:
    """The products that this is a number of; None where it may well be an amount, a size or a name's part."""
    if not _sayable(span, text) or _for_it(span, text) or (" " in span.said and not _certain(span)):
        return None
    hits = index.coded(span.code)
    if not hits:
        return None
    ids = tuple(hit.product_id for hit in hits)
    if hits[0].score < LEAST_WHOLE and (" " in span.said or span.code in index.vocabulary.words):
        return None  # a word of titles is looked for as a word
    if span.code.isdigit() and len(span.code) < LEAST_DIGITS and hits[0].score < 1.0:
        return None
    if not _certain(span) and not (hits[0].score == 1.0 and _borne_out(span, text, set(ids), index)):
        return None
    return Code(said=span.said, product_ids=ids, whole=hits[0].score >= LEAST_WHOLE)


def _sayable(span: _Span, text: str) -> bool:
    """Numbers without letters are long, and alone where an amount could be as long."""
    if not span.code.isdigit():
        return True
    if len(span.code) >= BARCODE or len(span.code) < LEAST_OWN:
        return len(span.code) >= BARCODE
    return not _rest(text, span) and not _BOUND.search(text)


def _for_it(span: _Span, text: str) -> bool:
    """Whether the thing with the number is only what the wanted one is for: "charger for a BL1850B"."""
    before = text[: span.start]
    if _FITS_ZH.match(text, span.end):
        return True
    wanted = _FOR.fullmatch(before)
    return bool(_FOR_ZH.fullmatch(before) or (wanted and any(map(_tells, segment(wanted[1])))))


def _certain(span: _Span) -> bool:
    """Whether its form says that it is a number of something, whatever stands beside it."""
    return (span.code.isdigit() or telling(span.code)) and not is_amount(span.said)


def _borne_out(span: _Span, text: str, ids: set[str], index: SearchIndex) -> bool:
    """Whether a short number ("a10") is meant: it is no word of titles, and what else is said stands in its product."""
    if " " in span.said or span.code in index.vocabulary.words:
        return False
    words = set(_rest(text, span))
    found = {hit.product_id for word in words for hit in index.lexical(cut(word), limit=MOST_ROWS)}
    return not words or bool(ids & found)


def _nowhere(span: _Span, index: SearchIndex) -> bool:
    """Whether it is surely a number, and no product has it, nor its parts."""
    if " " in span.said or len(span.code) < (BARCODE if span.said.isdigit() else LEAST_UNKNOWN):
        return False
    if not mixed(span.code) and not span.said.isdigit():
        return False  # 1000-2000
    pieces = _PIECE.findall(span.said)
    if len(pieces) > 1 and any(index.lexical([piece], limit=1) for piece in pieces if len(piece) >= LEAST_KNOWN):
        return False  # a size of tyres
    words = cut(span.said)
    having = ({hit.product_id for hit in index.lexical([word], limit=MOST_ROWS)} for word in words[1:] or words)
    return not functools.reduce(set.__and__, having)


def _rest(text: str, *spans: _Span) -> list[str]:
    """The telling words beside those spans."""
    return [w for w, start, end in _words(text) if not any(start < span.end and span.start < end for span in spans)]


@functools.lru_cache(maxsize=16)
def _words(text: str) -> tuple[tuple[str, int, int], ...]:
    """The telling words of a text with their places: cut once, however many numbers are weighed against the rest of it."""
    words = segment(text)
    ends = itertools.accumulate(map(len, words))
    return tuple((word, end - len(word), end) for word, end in zip(words, ends, strict=True) if _tells(word))


def _tells(word: str) -> bool:
    """Whether it is neither a small word nor a name for numbers."""
    word = word.strip(" '")
    return bool(word) and word[0].isalnum() and word not in _LITTLE and not _CALLED.fullmatch(word)


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
