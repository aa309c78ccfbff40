"""Read a product's type out of its words: the merchant's own, the title's head noun, a short description's."""

import functools
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from daogou.catalog.kinds.filing import Choose, Filing, read_path
from daogou.catalog.kinds.heads import (
    Chunk,
    Head,
    best_names,
    chunks_of,
    compound,
    ends_chunk,
    head_of,
    names_in,
    set_of,
    small_letter_names,
)
from daogou.catalog.kinds.phrase_book import Stems, choose, phrase_book, stems_of
from daogou.catalog.matching.wording import plain_letters
from daogou.catalog.products.product import Product, read_once
from daogou.text.heads import title_words
from daogou.text.thesaurus import thesaurus
from daogou.text.words import cut, is_chinese, normalize

RESTATED = 2  # words of the title that a description must repeat
SHORT = 120  # characters up to which a description is read like a title
MERCHANT_ATTRIBUTES = ("kind", "product_type", "产品类型", "品类")
WEAK_ATTRIBUTES = ("type", "item_type", "category")
FOREIGN = 0.03  # a department with less of the catalogue needs a word beside the name that speaks for it
DEPARTMENT_BONUS = 1.0
VAGUE = 12  # a type with more kinds than this says little: "clothing"
SPECIALIST = 0.95  # a shop with this share of one department sells hardly anything else
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")  # QuickDock
_SERVICE = re.compile(  # "3y Nbd Onsite Notebook Only SVC"
    r"(?i)\s*(?:[\w.-]+\s){0,2}\d\s?(?:y|yr|year)s?[ -].*\b(?:warranty|on-?site|onsite|nbd|nextbusday\w*|next business day|pickup|svc|supp)\b"
)

Heads: TypeAlias = tuple[tuple[Chunk, Head | None], ...]


@dataclass(frozen=True, kw_only=True)
class TypeReader:
    """`prior` says how common each type is in this catalogue: it decides where two types share a name."""

    prior: Mapping[str, float] = field(default_factory=dict)

    def read(self, product: Product) -> str:
        """A type, or an empty text. What the merchant's column names is the kind; the title may only say it closer."""
        around = _around(product)
        called = self._called((product.product_type, *_texts(product, MERCHANT_ATTRIBUTES)), around)
        filing = self.filing(product)
        title = self._of_words(_own_title(product), around, functools.partial(_title_heads, product))
        filed = self._filed(filing, title, product)
        known = filed if not called or filed in thesaurus().narrower(called) else called
        if known:
            return title if not called and _beside(known, title) else self._narrowed(known, title, product)
        if title and not self._sure(title, product) and (filing.kinds or not filing.holds(title)):
            title = ""
        if filing.kinds:
            return title if filing.holds(title) or self._at_home(title) else ""  # "Collars & Leads"
        return self._borne_out(title, product, around) if title else self._of_further_text(product, around)

    def filing(self, product: Product) -> Filing:
        """What the merchant's column says."""
        path = product.category or tuple(re.split(r"\s*>\s*", product.product_type))
        return read_path(path, self._chooser(_around(product)))

    def _filed(self, filing: Filing, title: str, product: Product) -> str:
        """The one kind that the column means; where it names several, the one that the title is a kind of."""
        if filing.doubtful and _covers(filing.doubtful, title):
            return filing.doubtful
        if not filing.several:
            return next(iter(filing.kinds), "")
        said = [title, *self.further(product, anywhere=True)]
        return next((kind for key in said for kind in filing.kinds if _covers(kind, key)), "")

    def _sure(self, key: str, product: Product) -> bool:
        """Whether the title's noun phrase ends in a name of that kind, so that it is no mere word before the noun."""
        text = _own_title(product)
        found = [(chunk, head_of(chunk)) for chunk in chunks_of(text) if chunk.main]
        ends = [head for chunk, head in found if head and ends_chunk(chunk, head)]
        return is_chinese(text) or any(key in head.keys for head in ends)

    def _called(self, texts: tuple[str, ...], around: frozenset[str]) -> str:
        """The type that the merchant's words are the name of, or end in: a "Lace Front Wig" is a wig."""
        keys = _named(texts)
        if keys:
            return choose(keys, around, self.prior)
        filings = (read_path((text,), self._chooser(around)) for text in texts if ">" not in text)
        return next((filing.kinds[0] for filing in filings if filing.kinds and not filing.several), "")

    def _chooser(self, around: frozenset[str]) -> Choose:
        return lambda keys, words: self._choose(Head(keys=keys, start=0, end=words), around)

    def _narrowed(self, known: str, title: str, product: Product) -> str:
        """The title's type where it is a kind of the merchant's, or says more than "clothing" does."""
        types, kinds = thesaurus().types, thesaurus().narrower(known)
        if title in kinds:
            return title
        if title and self._shares[types[known].department] < FOREIGN and self._at_home(title):
            return title  # a blouse among business card cases
        vague = len(kinds) > VAGUE and title in types and types[title].department == types[known].department
        if vague and known not in thesaurus().narrower(title) and self._sure(title, product):
            return title
        return next((kind for kind in self.further(product, anywhere=True) if kind in kinds), known)

    def further(self, product: Product, *, anywhere: bool = False) -> list[str]:
        """Every type that the title names where a head may stand, or anywhere; then a short description's."""
        text = _CAMEL.sub(" ", _own_title(product))
        around = _around(product)
        found = [
            self._choose(head, around)
            for chunk in chunks_of(text)
            if chunk.main or anywhere
            for head in names_in(chunk)
        ]
        if is_chinese(text):
            found += [choose(name.keys, around, self.prior) for name in best_names(text, self._favour)]
        return [key for key in (*found, self._of_further_text(product, around)) if key]

    def of_text(self, text: str, around: frozenset[str] = frozenset()) -> str:
        """The type that a title names."""
        return self._of_words(text, around or frozenset(stems_of(text)), functools.partial(_heads, text))

    def _of_words(self, text: str, around: frozenset[str], heads: Callable[[], Heads]) -> str:
        if _SERVICE.match(text):
            return "warranty"
        if is_chinese(text):
            return self._of_chinese(text, around, lines=False) or self._of_english(text, around, heads())
        return self._of_english(text, around, heads())

    def _of_english(self, text: str, around: frozenset[str], heads: Heads) -> str:
        loose_head = ""  # "Holder (iPhone)": a head whose compound comes later
        for chunk, head in heads:
            if head is None:
                last = chunk.words[-1]
                loose_head = loose_head or (last if chunk.main and last in title_words().heads else "")
            elif loose_head:
                return _thing_for_thing(self._choose(head, around), loose_head)
            elif chunk.main:
                return self._type(chunk, head, around)
        return self._of_chinese(text, around, lines=True) if is_chinese(text) else ""

    def _type(self, chunk: Chunk, head: Head, around: frozenset[str]) -> str:
        key = self._choose(head, around)
        apart = _compound_apart(chunk, head)
        if apart:
            return apart
        words = compound(chunk, head)
        if key and words and words[-1] not in title_words().forms and not thesaurus().types[key].accessory:
            return _thing_for_thing(key, words[-1]) or ("" if head.line else " ".join(words))
        return key

    def _choose(self, head: Head, around: frozenset[str]) -> str:
        """The type; nothing where the catalogue sells hardly anything like it and no word speaks for it.

        A name of several words ("stack chair") speaks for itself.
        """
        key = choose(head.keys, around, self.prior)
        concept = thesaurus().types[key]
        foreign = self.prior and head.end - head.start == 1 and self._shares[concept.department] < FOREIGN
        contexts = phrase_book().contexts.get(key)
        spoken_for = contexts is None or any(len(word) > 2 for word in contexts & around)
        return "" if foreign and not spoken_for else key

    def _of_chinese(self, text: str, around: frozenset[str], *, lines: bool) -> str:
        folded = plain_letters(normalize(text))
        words = around.union(word for word in phrase_book().chinese_contexts if word in folded)
        names = best_names(text, self._favour, lines=lines)
        keys = [choose(name.keys, words, self.prior) for name in names]
        keys = [key for key in keys if not self._astray(key, words)]
        if len(keys) > 1 and (kind := set_of(keys, folded, names)):
            return kind
        narrower = [key for key in keys if not any(key != other and _covers(key, other) for other in keys)]
        telling = [key for key in narrower if len(thesaurus().narrower(key)) <= VAGUE]
        return next(iter(telling or narrower), "")

    def _at_home(self, key: str) -> bool:
        concept = thesaurus().types.get(key)
        return concept is not None and self._shares[concept.department] > 0.5

    def _astray(self, key: str, words: frozenset[str]) -> bool:
        """Whether a specialist would hardly sell it, and no word beside the name speaks for it."""
        specialist = max(self._shares.values(), default=0) > SPECIALIST
        foreign = specialist and self._shares[thesaurus().types[key].department] < FOREIGN
        return foreign and not phrase_book().contexts.get(key, frozenset()) & words

    def _favour(self, key: str) -> float:
        return DEPARTMENT_BONUS * self._shares[thesaurus().types[key].department]

    @functools.cached_property
    def _shares(self) -> Counter[str]:
        """department -> its share of the catalogue."""
        shares: Counter[str] = Counter()
        for key, share in self.prior.items():
            shares[thesaurus().types[key].department] += share  # type: ignore[assignment]
        return shares

    def _borne_out(self, title: str, product: Product, around: frozenset[str]) -> str:
        """Where the title names two kinds and a column says which of them: "ThinkPad T61 (14 in) Battery"."""
        column = _named(_texts(product, WEAK_ATTRIBUTES))
        if not column or not _is_device(title):
            return title
        stated = choose(column, around, self.prior)
        concept = thesaurus().types[stated]
        other = concept.accessory or concept.department != thesaurus().types[title].department
        return stated if other and stated in self.further(product) else title

    def _of_further_text(self, product: Product, around: frozenset[str]) -> str:
        texts = [*product.highlights, *([product.description] if _restates(product) else [])]
        short = [without_brand(text, product.brand) for text in texts if text and len(text) <= SHORT]
        found = next((key for text in short for key in [self.of_text(text, around)] if key), "")
        weak = () if found else _named(_texts(product, WEAK_ATTRIBUTES))
        return found or (choose(weak, around, self.prior) if weak else "")


def without_brand(text: str, brand: str) -> str:
    """The text without its brand: a Cherry keyboard is no fruit. A brand that is the whole title is none."""
    whole = text
    for name in _brand_names(brand):
        text = name.sub(" ", text, count=1)
    return text if text.strip() else whole


@read_once
def _title_heads(product: Product) -> Heads:
    return _heads(_own_title(product))


def _heads(text: str) -> Heads:
    """Each noun phrase with the name that it ends in: the same whatever the catalogue holds."""
    chunks = (*small_letter_names(text), *chunks_of(text))
    return tuple((chunk, head_of(chunk) or head_of(chunk, lines=True)) for chunk in chunks)


@functools.lru_cache(maxsize=4_096)
def _brand_names(brand: str) -> tuple[re.Pattern[str], ...]:
    names = [name.strip() for name in re.split(r"[/|(（]", brand) if len(name.strip(" )）")) > 1]
    return tuple(re.compile(rf"(?i)(?<![a-z0-9]){re.escape(name.strip(' )）'))}(?![a-z0-9])") for name in names)


def _named(texts: tuple[str, ...]) -> tuple[str, ...]:
    """The thesaurus types whose name the first such text is, as a whole."""
    book = phrase_book()
    for text in texts:
        name = tuple(stems_of(text)) if text else ()
        keys = book.english.get(name) or book.lines.get(name) or book.chinese.get(plain_letters(normalize(text)))
        if keys:
            return keys
    return ()


def _texts(product: Product, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(fact.value) for name in names for fact in product.values(name))


@read_once
def _own_title(product: Product) -> str:
    """The title without the brand's own words."""
    return without_brand(product.title, product.brand)


@read_once
def _around(product: Product) -> frozenset[str]:
    words = stems_of(" ".join((product.title, *product.category, *product.highlights)))
    return frozenset(words).union(*(attribute.name.split("_") for attribute in product.attributes))


def _restates(product: Product) -> bool:
    """Whether the description is the title in other words: "No added sugar" tells a property, not what it is."""
    if product.category or product.product_type:
        return False  # the merchant has said what it is
    title, told = set(cut(product.title)), set(cut(product.description[:SHORT]))
    return len(title & told) >= RESTATED


def _beside(filed: str, title: str) -> bool:
    """Whether the title names a kind beside the one that the product is filed under: a tote among the handbags."""
    types = thesaurus().types
    return title in types and bool(types[title].broader) and types[title].broader == types[filed].broader != filed


def _covers(broad: str, key: str) -> bool:
    return key in thesaurus().narrower(broad)


def _is_device(key: str) -> bool:
    """Whether other things are made for it: a laptop, a printer."""
    concept = thesaurus().types.get(key)
    return concept is not None and not concept.accessory and concept.department in ("computers", "electronics")


def _compound_apart(chunk: Chunk, head: Head) -> str:
    """A "laptop internal UK keyboard" is what a "laptop keyboard" is; nothing where there is no such compound."""
    if head.start < 2:  # no room for a name and a word behind it
        return ""
    book = phrase_book()
    name = chunk.words[head.start : head.end]
    for before in reversed(names_in(chunk)):
        if before.end < head.start and "and" not in chunk.words[before.end : head.start]:
            keys = book.english.get((*chunk.words[before.start : before.end], *name))
            if keys:
                return keys[0]
    return ""


def _thing_for_thing(key: str, last: str) -> str:
    """A "thinkpad case" is a laptop bag; nothing where the thesaurus knows no such compound."""
    concept = thesaurus().types.get(key)
    if concept is None:
        return ""
    names: list[Stems] = [tuple(stems_of(name)) for name in concept.phrases["en"]]
    found = (phrase_book().english.get((*name, last)) for name in names)
    return next((keys[0] for keys in found if keys), "")
