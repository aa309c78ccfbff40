"""What a row says of containing a thing: free of it, contains it, perhaps, or nothing. The passage comes with it."""

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from daogou.catalog.matching.negation import Says, says, stretch
from daogou.catalog.matching.wording import fold, forms, joined, searchable_text, stated
from daogou.catalog.products.product import Attribute, Product, read_once


class Verdict(StrEnum):
    """What the row says."""

    FREE = "free"
    CONTAINS = "contains"
    MAYBE = "maybe"  # may contain traces, or says both
    SILENT = "silent"


@dataclass(frozen=True, kw_only=True)
class Thing:
    """A thing that may be in a product or not: its names in both languages, what is a kind of it, what says that it is out.

    Whoever wants no grain wants no wheat either; "decaf" is free of caffeine.
    """

    names: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Containing:
    """The verdict, and the folded passage of the field that it rests on."""

    verdict: Verdict
    field: str = ""
    passage: str = ""


_SILENT = Containing(verdict=Verdict.SILENT)
_LEAST_ROOT = 4  # letters of a word that "un" or "de" may stand before


def containing(product: Product, thing: Thing) -> Containing:
    """What the row says of that thing; its own names decide before the kinds of it do."""
    text, columns = searchable_text(product), _columns(product)
    roots = [root for root, plain in _roots(thing).items() if root in columns or plain in text]
    if not roots:
        return _SILENT
    texts = [one for one in _texts(product) if any(root in one[1] for root in roots)]
    own = _judged(texts, _pattern(thing.names), _absence(thing))
    if own.verdict in (Verdict.FREE, Verdict.CONTAINS) or not thing.kinds:
        return own
    kinds = _judged(texts, _pattern(thing.kinds), None)
    return kinds if kinds.verdict in (Verdict.CONTAINS, Verdict.MAYBE) else own


def named_by_column(product: Product, thing: Thing) -> bool:
    """Whether a column is called after it: "battery included: no" denies what the title may only name."""
    names = _columns(product)
    return any(root in names for root in _roots(thing))


def _judged(
    texts: Iterable[tuple[str, str, bool]], pattern: re.Pattern[str], absence: re.Pattern[str] | None
) -> Containing:
    """Everything that the texts say, weighed: what is said outright outweighs a bare name, two outright words are doubt."""
    found: dict[Says, Containing] = {}
    for field, text, heading in texts:
        for place, end, said in _said(text, pattern, absence, heading):
            if said not in found:
                found[said] = Containing(verdict=_VERDICTS[said], field=field, passage=_passage(text, place, end, said))
    if Says.MAYBE in found and Says.WITH not in found:
        return found[Says.MAYBE]
    if Says.FREE in found and Says.WITH in found:
        return Containing(verdict=Verdict.MAYBE, field=found[Says.WITH].field, passage=found[Says.WITH].passage)
    return next((found[said] for said in (Says.WITH, Says.FREE, Says.NAMED) if said in found), _SILENT)


_VERDICTS = {
    Says.FREE: Verdict.FREE,
    Says.WITH: Verdict.CONTAINS,
    Says.NAMED: Verdict.CONTAINS,
    Says.MAYBE: Verdict.MAYBE,
}


def _said(
    text: str, pattern: re.Pattern[str], absence: re.Pattern[str] | None, heading: bool
) -> Iterator[tuple[int, int, Says]]:
    covered: list[tuple[int, int]] = []
    for found in absence.finditer(text) if absence else ():
        covered.append(found.span())
        yield *found.span(), Says.WITH if text[: found.start()].endswith(("not ", "不是")) else Says.FREE
    for found in pattern.finditer(text):
        if any(start <= found.start() < end for start, end in covered):
            continue
        said = says(text, *found.span(), heading=heading)
        alone = len(found[0]) == 1  # 红 stands in many words; only 含糖 and 无糖 say something of sugar
        if said is not Says.NOTHING and not (alone and said is Says.NAMED):
            yield *found.span(), said


def _passage(text: str, start: int, end: int, said: Says) -> str:
    """The words that say so."""
    opened, closed = (start, end) if said is Says.NAMED else stretch(text, start, end)
    return text[opened:closed].strip(" ,，、")


@read_once
def _columns(product: Product) -> str:
    return "\n".join(one.name.replace("_", " ").lower() for one in product.attributes)


@read_once
def _texts(product: Product) -> tuple[tuple[str, str, bool], ...]:
    """Each field that may speak of a thing, folded; whether it is a heading."""
    return tuple(_fields(product))


def _fields(product: Product) -> Iterator[tuple[str, str, bool]]:
    yield "title", readable(product.title), True
    yield "brand", readable(product.brand), True
    for text in product.highlights:
        yield "highlights", readable(text), False
    for attribute in product.attributes:
        yield attribute.name, readable(_written(attribute)), False
    for text in product.category:
        yield "category", readable(text), True
    yield "description", readable(stated(product.description)), False
    for translation in product.translations.values():
        yield "title", readable(translation.title), True
        yield "description", readable(stated(translation.description)), False


def readable(text: str) -> str:
    """The text folded, each character in its place."""
    lower = text.lower()
    return joined(lower if len(lower) == len(text) else text)


def _written(attribute: Attribute) -> str:
    """An attribute as a text: "alcohol: 0.0 %"; a yes or no stands for its name, or for its opposite."""
    name = attribute.name.replace("_", " ")
    if isinstance(attribute.value, bool):
        return f"{name}: yes" if attribute.value else f"{_turned(name)}"
    if isinstance(attribute.value, Decimal):
        return f"{name}: {attribute.value.normalize():f} {attribute.unit or '%'}"
    if attribute.value.casefold() in ("no", "false", "否", "n"):
        return _turned(name)
    return f"{name}: {attribute.value}"


def _turned(name: str) -> str:
    """The opposite of a yes/no column's name: "gluten free" that is false contains gluten."""
    bare = re.sub(r"(?:[ -]?free(?: from)?$)|(?:^(?:no|without|free (?:from|of)) )|^[不无]含?", "", name)
    return f"contains {bare}" if bare != name else f"no {re.sub(r'^(?:contains|has|with|含有?) ?', '', name)}"


@functools.lru_cache(maxsize=1024)
def _roots(thing: Thing) -> dict[str, str]:
    """What some text must hold for the thing to be spoken of at all, with the folded form of each."""
    words = [readable(word) for word in (*thing.names, *thing.kinds, *thing.absent)]
    roots = (word.split()[0][:_LEAST_ROOT] if word.isascii() else word for word in words if word)
    return {root: fold(root) for root in roots}


@functools.lru_cache(maxsize=1024)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the names in any of its forms, longest first."""
    return _any_of(form for name in names for form in forms(name) if not form.endswith("ed") or form == name)


@functools.lru_cache(maxsize=1024)
def _absence(thing: Thing) -> re.Pattern[str] | None:
    """One word that says it is out: decaffeinated, non alcoholic, unsalted, sugarless, and the thing's own."""
    written = [re.escape(readable(word)) for word in thing.absent]
    for name in thing.names:
        root = name.casefold().removesuffix("s").removesuffix("e")
        if name.isascii() and root.isalpha() and len(root) >= _LEAST_ROOT:
            written += [rf"(?:non|un|de)[ -]?{root}(?:[a-z]*(?:ed|ised|ized|ated|ic))", rf"{root}e?less"]
    if not written:
        return None
    longest_first = sorted(written, key=len, reverse=True)
    return re.compile("|".join(rf"(?<![a-z]){each}(?![a-z])" if each.isascii() else each for each in longest_first))


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    longest_first: Sequence[str] = sorted({word for word in words if word}, key=lambda word: (-len(word), word))
    return re.compile("|".join(_bounded(word) for word in longest_first) or r"(?!)")


def _bounded(word: str) -> str:
    left = "(?<![a-z0-9])" if word[0].isascii() and word[0].isalnum() else ""
    right = "(?![a-z0-9])" if word[-1].isascii() and word[-1].isalnum() else ""
    return f"{left}{re.escape(word)}{right}"
