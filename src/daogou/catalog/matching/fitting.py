"""What a row is for, what it is, and how that answers a wish: ink for a DeskJet 2050, an iPhone 12.

A row that names the thing asked for fits; one that names another of the same series does not; one that names none does
not say.
"""

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from daogou.catalog.matching.amount_outcome import Size, sizes
from daogou.catalog.matching.designations import Designation, designations, folded
from daogou.catalog.products.need import FITS, MODEL, Constraint, Operator, Outcome
from daogou.catalog.products.product import Product, read_once

__all__ = ["FITS", "MODEL", "bearing", "fitting", "is_part", "outcome_of"]

_OPENS = (
    r"\b(?:(?P<only>only|exclusively) )?(?:for use (?:with|in|on)|for|fits?|fitting|to fit|compatible with|compatibility:?|suitable for|suits"
    r"|suited to|works with|made for|designed for|replaces)\b"
    r"|(?P<only_zh>仅|只|限)?(?:适用于?|适合|兼容|适配|通用|可用于|用于|匹配|配套)"
)
_SPAN = re.compile(rf"(?P<open>{_OPENS})(?P<text>[^.;!?()|\n。；！？（）]*(?:\.\d[^.;!?()|\n。；！？（）]*)*)")
_ENDS = re.compile(r"\s[-–]\s|\b(?:with|without|includes|including|made of)\b")
_NOT_FOR = re.compile(
    r"(?:,\s*)?\b(?:except(?: for)?|excluding|but not|not (?:for|compatible with|suitable for)|does(?: not|n't) fit|do not fit|incompatible with)\b"
    r"|不适用于?|不兼容|不支持|不适合|除了?"
)
_EXAMPLES = re.compile(r"\b(?:such as|e\.?g\.?|like|etc|and (?:more|others)|for example)\b|例如|比如|如|等")
_BEFORE_ZH = re.compile(r"([^,，。;；\n]{1,30})(?:专用|可用)")
_PART_PATHS = re.compile(
    r"\b(?:accessor|spare|part|replacement|consumable|refill|supplies)|配件|附件|耗材|零件|周边", re.IGNORECASE
)
_PART_NAMES = re.compile(r"\b(?:replacement|spare)s?\b|替换")
_SAYS_FITS = ("compat", "fits", "suitable", "for_model", "适用", "兼容", "适配")
_WORD = re.compile(r"[a-z\u00df-\u024f]+|\d+|[\u3400-\u9fff]")
_LITTLE_WORDS = "a an the my your our his her for of to in on with and or old all any most is it"
_LITTLE = frozenset(_LITTLE_WORDS.split()) | set("的个台只款我岁月")
# Who does not wear or eat what is for another.
_BEINGS = tuple(
    frozenset(names.split())
    for names in (
        "cat kitten 猫",
        "dog puppy 狗 犬",
        "rabbit bunny 兔",
        "hamster 仓",
        "bird parrot 鸟",
        "horse 马",
        "man men 男",
        "woman women lady ladies 女",
        "kid child children toddler baby junior 童 孩 婴 宝",
        "adult grownup",
    )
)
_PIECE = re.compile(r"[a-z0-9]{3,}")
_NUMBER = re.compile(r"\d+")
_DIGIT = re.compile(r"\d")
_PLURAL = re.compile(r"[a-z]{2,}[a-rt-z]s")  # no glass
_CHILDHOOD = 12 * 12  # months


@dataclass(frozen=True, slots=True)
class Span:
    """What stands behind one "for": the names with numbers, the sizes, the words."""

    models: tuple[Designation, ...]
    sizes: tuple[Size, ...]
    words: frozenset[str]
    only: bool = False
    examples: bool = False  # "such as": others may fit as well


@dataclass(frozen=True, slots=True)
class Fitting:
    """A row's names: of the thing itself, of what it is for, of what it is not for."""

    own: tuple[Designation, ...]
    spans: tuple[Span, ...]
    refused: tuple[Span, ...]
    elsewhere: tuple[str, ...]  # the texts of the description and the columns
    words: frozenset[str]  # of the title
    ranges: tuple[Size, ...]  # of the title
    pieces: frozenset[str]  # of the title's numbers, as dashes and slashes part them
    codes: frozenset[str]  # its part number, its id, what its columns hold: these name it, and are of no series
    part: bool  # the row itself says that it is a part or an accessory

    @property
    def models(self) -> tuple[Designation, ...]:
        """The names of what it is for, where that is a closed list."""
        return tuple(model for span in self.spans if not span.examples for model in span.models)

    def tells(self, model: Designation) -> bool:
        """Whether the description or a column names it."""
        digits = _NUMBER.findall(model.code)
        texts = (text for text in self.elsewhere if all(number in text for number in digits))
        return any(model.names(other) for text in texts for other in designations(text))


@read_once
def fitting(product: Product) -> Fitting:
    """What the row says of that."""
    texts = [text for text in (product.description, *product.highlights) if text]
    columns = [f"{a.name}: {a.value}" for a in product.attributes if isinstance(a.value, str) and a.source not in _READ]
    codes = (product.mpn, product.id, *(a.value for a in product.attributes if isinstance(a.value, str)))
    name = folded(product.title)
    spans, refused, own = _spans(name)
    for text in (*texts, *(column for column in columns if column.startswith(_SAYS_FITS))):
        more, not_for, _ = _spans(folded(text))
        spans, refused = [*spans, *more], [*refused, *not_for]
    return Fitting(
        own=designations(own),
        spans=tuple(spans),
        refused=tuple(refused),
        elsewhere=tuple(folded(text) for text in (*texts, *columns) if _DIGIT.search(text)),
        words=_words(name),
        ranges=sizes(name),
        pieces=frozenset(_pieces(name)),
        codes=frozenset(_compact(code) for code in codes if _DIGIT.search(code)),
        part=bool(spans and spans[0].models) or is_part(product.category, own),
    )


def part_path(step: str) -> bool:
    """Whether a step of a category holds accessories or parts."""
    return bool(_PART_PATHS.search(step))


def is_part(category: Sequence[str], own: str) -> bool:
    """Whether a row is filed under accessories or parts, or called one (`own`: folded)."""
    return bool(_PART_NAMES.search(own)) or any(map(part_path, category))


_READ = ("title", "description", "highlights")
_TURNED = {
    Outcome.MET: Outcome.BROKEN,
    Outcome.NEAR: Outcome.BROKEN,
    Outcome.UNKNOWN: Outcome.MET,  # a row that is called nothing of the kind is another thing
    Outcome.BROKEN: Outcome.MET,
}


def outcome_of(product: Product, constraint: Constraint) -> Outcome:
    """How the row answers a wish for a model or for what fits something."""
    asked, row = _asked(str(constraint.value)), fitting(product)
    if constraint.attribute != MODEL:
        found = _fits(row, asked)
    else:
        value = folded(str(constraint.value))
        whole = _compact(value) in row.codes or (len(_pieces(value)) > 1 and row.pieces.issuperset(_pieces(value)))
        found = Outcome.MET if whole else _is_model(row, asked)
    if constraint.operator is Operator.IS_NOT:
        return _TURNED[found]
    return found


def bearing(product: Product, constraint: Constraint) -> Iterator[str]:
    """The row's words that name what was asked for, as they are written: "Galaxy S21" for galaxys21; names first."""
    asked = _asked(str(constraint.value))
    for text in (product.title, *product.highlights, product.description):
        for name in designations(text):
            if len(text) == len(folded(text)) and any(model.names(name) for model in asked.models):
                yield text[name.start : name.end]
    yield str(constraint.value)
    yield from sorted(asked.words, key=len, reverse=True)


def _pieces(text: str) -> list[str]:
    """The parts of numbers that a list may share: D32061330-253AR/253AL."""
    return [piece for piece in _PIECE.findall(text) if _DIGIT.search(piece)]


def _is_model(row: Fitting, asked: Span) -> Outcome:
    """A row that is it, is another of the series, is only made for it, or does not say."""
    if not asked.models:
        return Outcome.MET if asked.words <= row.words else Outcome.UNKNOWN
    return _worst(_one_model(row, model) for model in asked.models)


def _one_model(row: Fitting, model: Designation) -> Outcome:
    if any(model.names(own) for own in row.own):
        return Outcome.NEAR if row.part else Outcome.MET
    if any(model.names(other) for span in row.spans for other in span.models):
        return Outcome.BROKEN  # only made for it
    if row.tells(model):
        return Outcome.NEAR
    kin = [own for own in (*row.own, *row.models) if model.series and own.akin(model)]
    if any(own.code == model.code for own in kin):
        return Outcome.NEAR  # a 13 Pro for a 13
    return Outcome.BROKEN if kin or row.models else Outcome.UNKNOWN


def _fits(row: Fitting, asked: Span) -> Outcome:
    if any(_covers(span, asked) for span in row.refused):
        return Outcome.BROKEN
    found = [_fits_model(row, model) for model in asked.models] + [_fits_size(row, size) for size in asked.sizes]
    for_words = _fits_words(row, asked)
    if Outcome.BROKEN in found or for_words is Outcome.BROKEN:
        return Outcome.BROKEN
    said = [it for it in found if it is not Outcome.UNKNOWN]
    if said:
        return _worst(said)
    if found:
        return Outcome.NEAR if for_words is not Outcome.UNKNOWN else Outcome.UNKNOWN
    return for_words


def _fits_model(row: Fitting, model: Designation) -> Outcome:
    if any(model.names(other) for span in row.spans for other in span.models):
        return Outcome.MET
    if any(model.names(own) for own in row.own):
        return Outcome.MET if row.part else Outcome.NEAR  # it may be the thing itself
    if any(_same_number(model, other) for other in row.models):
        return Outcome.NEAR
    if row.models or any(model.series and own.akin(model) for own in row.own):
        return Outcome.BROKEN
    return Outcome.NEAR if row.tells(model) else Outcome.UNKNOWN


def _same_number(model: Designation, other: Designation) -> bool:
    """苹果13 may be an iPhone 13: one number, one name in each script."""
    alike = model.code == other.code and model.variant == other.variant
    return alike and model.series.isascii() is not other.series.isascii()


def _fits_size(row: Fitting, size: Size) -> Outcome:
    bounds = [it for span in row.spans for it in span.sizes if it.dimension == size.dimension]
    bounds = bounds or [it for it in row.ranges if it.dimension == size.dimension and it.low != it.high]
    if not bounds:
        return Outcome.UNKNOWN
    return Outcome.MET if any(it.holds(size) for it in bounds) else Outcome.BROKEN


def _fits_words(row: Fitting, asked: Span) -> Outcome:
    """What stands in a "for" of the row; a row for another animal, or only for another thing, does not fit."""
    if _other_being(row, asked):
        return Outcome.BROKEN
    if not asked.words:
        return Outcome.UNKNOWN
    best = max((_share(span, asked) for span in row.spans), default=0.0)
    if best == 1:
        return Outcome.MET
    if any(span.only and _share(span, asked) > 0 for span in row.spans):
        return Outcome.BROKEN
    return Outcome.NEAR if best or asked.words <= row.words else Outcome.UNKNOWN


def _other_being(row: Fitting, asked: Span) -> bool:
    wanted = [names for names in _BEINGS if names & asked.words]
    if not wanted and any(size.dimension == "age" and size.high <= _CHILDHOOD for size in asked.sizes):
        wanted = [names for names in _BEINGS if "child" in names]
    said = frozenset().union(row.words, *(span.words for span in row.spans))
    named = [names for names in _BEINGS if names & said]
    return bool(wanted and named) and not any(names in named for names in wanted)


def _covers(span: Span, asked: Span) -> bool:
    named = any(model.names(other) for model in asked.models for other in span.models)
    return named or (bool(span.words) and not span.models and span.words <= asked.words)


def _share(span: Span, asked: Span) -> float:
    return len(span.words & asked.words) / len(asked.words)


def _compact(text: str) -> str:
    return "".join(character for character in folded(text) if character.isalnum())


def _worst(found: Iterable[Outcome]) -> Outcome:
    order = (Outcome.BROKEN, Outcome.UNKNOWN, Outcome.NEAR, Outcome.MET)
    return min(found, key=order.index)


MOST_ASKED = 8  # models of one wish: every row is held against each


@functools.lru_cache(maxsize=512)
def _asked(value: str) -> Span:
    span = _span(folded(value))
    return replace(span, models=span.models[:MOST_ASKED])


def _spans(text: str) -> tuple[list[Span], list[Span], str]:
    """What it is for, what it is not for, and the text that is left of it."""
    spans: list[Span] = []
    refused: list[Span] = []
    left = text
    for match in (*_SPAN.finditer(text), *_BEFORE_ZH.finditer(text)):
        said = match["text"] if "text" in match.re.groupindex else match[1]
        end = _ENDS.search(said)
        said = said[: end.start()] if end else said
        fits, *not_for = _NOT_FOR.split(said)
        negated = "text" in match.re.groupindex and text[: match.start()].rstrip().endswith(("not", "n't", "不"))
        refused += [_span(part) for part in not_for]
        only = "text" in match.re.groupindex and bool(match["only"] or match["only_zh"])
        (refused if negated else spans).append(_span(fits, only=only))
        left = left.replace(match[0], " " * len(match[0]), 1)
    return spans, refused, left


def _span(text: str, *, only: bool = False) -> Span:
    return Span(
        models=designations(text),
        sizes=sizes(text),
        words=_words(text),
        only=only,
        examples=bool(_EXAMPLES.search(text)),
    )


def _words(text: str) -> frozenset[str]:
    """Words without numbers and little words, plurals folded."""
    found = (word for word in _WORD.findall(text) if not word.isdigit() and word not in _LITTLE)
    return frozenset(word[:-1] if _PLURAL.fullmatch(word) else word for word in found)
