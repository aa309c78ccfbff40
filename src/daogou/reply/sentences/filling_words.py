"""Which words a model may use by itself: a small closed set, and what the rows that it speaks of bear out."""

import functools
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources

from daogou.catalog.products.need import PRICE
from daogou.catalog.products.product import Product
from daogou.reply.scene import Scene
from daogou.reply.sentences.nouns import plural
from daogou.reply.verify.gather import TITLE, Fact
from daogou.text.thesaurus import thesaurus

PUNCTUATION = frozenset(" .,;:!?()'’-–—…·，。；：！？、（）～")
NEAR = 24  # characters between a field's name and its value, at most
MOST_UNITS = 6  # words, or Chinese characters, of one free phrase
VALUE_LENGTH = 24  # characters of a value that may be said without its place
_RUN = {
    "en": re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*(?: [A-Za-z]+(?:['’-][A-Za-z]+)*)*"),
    "zh": re.compile(r"[\u3400-\u9fff]+"),
}
_UNIT = {"en": re.compile(r"\S+"), "zh": re.compile(r".")}
_LETTERS = re.compile(r"[^\W\d_]+")
_HOLE = "\0"


class Refused(Exception):
    """A model's text that must not be said; the message is the veto."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where code puts in what a row says."""

    start: int
    end: int
    product: Product
    facts: tuple[Fact, ...]
    text: str

    @property
    def field(self) -> str:
        """Which field of the row."""
        return self.facts[0].field


@dataclass(frozen=True, kw_only=True)
class OwnWords:
    """The model's own words in one sentence, beside the places; `about` are the products that it speaks of."""

    sentence: str
    places: Sequence[Place]
    about: Sequence[Product]
    scene: Scene

    def check(self) -> None:
        """Refused at the first sign or word that claims something by itself."""
        holed = self.sentence
        for place in self.places:
            holed = holed[: place.start] + _HOLE * (place.end - place.start) + holed[place.end :]
        pattern = _RUN[self.scene.language]
        for sign in pattern.sub("", holed):
            _check_sign(sign)
        free = self._free()
        for run in pattern.finditer(holed):
            self._check_run(run.group(), run.start(), free)

    def _check_run(self, run: str, start: int, free: frozenset[str]) -> None:
        """Every word must stand in some free phrase, or beside the value that it is the name of."""
        units = [(unit.start(), unit.end()) for unit in _UNIT[self.scene.language].finditer(run)]
        reached = {0}
        for here in range(len(units)):
            if here not in reached:
                continue
            for there in range(here + 1, min(len(units), here + MOST_UNITS) + 1):
                first, last = units[here][0], units[there - 1][1]
                phrase = run[first:last].replace("’", "'").casefold()
                if phrase in free or self._names_its_value(phrase, start + first, start + last):
                    reached.add(there)
        if len(units) not in reached:
            first, last = units[max(reached)]
            raise Refused(f"not borne out: {run[first:] if self.scene.language == 'zh' else run[first:last]}")

    def _names_its_value(self, phrase: str, start: int, end: int) -> bool:
        """The word "memory" may stand beside {A.memory} and beside no other value."""
        values = [place for place in self.places if place.field != TITLE]
        if not values:
            return False
        nearest = min(values, key=lambda place: max(place.start - end, start - place.end))
        gap = max(nearest.start - end, start - nearest.end)
        return gap <= NEAR and phrase in _names(nearest.field, self.scene)

    def _free(self) -> frozenset[str]:
        borne_out = [frozenset(_borne_out(product, self.scene)) for product in self.about]
        shared = frozenset.intersection(*borne_out) if borne_out else frozenset()
        asks = not self.places and self.sentence.endswith(("?", "？"))
        return _closed(self.scene.language, "connecting") | shared | (self._asking() if asks else frozenset())

    def _asking(self) -> frozenset[str]:
        need, label = self.scene.need, self.scene.phrases.label
        fields = [*need.unknown, *(constraint.attribute for constraint in need.constraints)]
        return _closed(self.scene.language, "asking") | {label(field).casefold() for field in fields}


def _check_sign(sign: str) -> None:
    if sign == _HOLE or sign in PUNCTUATION:
        return
    if unicodedata.category(sign).startswith("N"):
        raise Refused(f"a number of its own: {sign}")
    if unicodedata.category(sign) == "Sc":
        raise Refused(f"a price of its own: {sign}")
    if sign.isalpha():
        raise Refused(f"wrong language: {sign}")
    raise Refused(f"no plain text: {sign!r}")


def _borne_out(product: Product, scene: Scene) -> Iterator[str]:
    """What may be said of a product without a place: its kind, short values as a whole, what it is said to have."""
    if product.product_type:
        label = thesaurus().type_label(product.product_type, scene.language).casefold()
        yield from (label, plural(label) if scene.language == "en" else label)
    for attribute in product.attributes:
        if attribute.value is True:
            yield scene.phrases.label(attribute.name).casefold()
        elif isinstance(attribute.value, str) and len(attribute.value) <= VALUE_LENGTH:
            yield thesaurus().value_label(attribute.name, attribute.value, scene.language).casefold()


def _names(field: str, scene: Scene) -> frozenset[str]:
    """What a value of this field may be called."""
    phrases, key = scene.phrases, f"fact.{field}"
    forms = phrases.variants(key) if phrases.has(key) else ()
    words = {word.casefold() for form in forms for word in _LETTERS.findall(form.replace("{value}", " "))}
    prices = _closed(scene.language, "price") if field == PRICE else frozenset()
    return frozenset({phrases.label(field).casefold(), *words}) | prices


@functools.cache
def _closed(language: str, kind: str) -> frozenset[str]:
    tables = tomllib.loads(resources.files("daogou.reply").joinpath("filling.toml").read_text(encoding="utf-8"))
    return frozenset(tables[language][kind].split())
