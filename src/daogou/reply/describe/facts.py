"""What there is to tell of a product: its describable facts, the most telling first, and nothing that can't be said plainly."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from daogou.catalog.matching.wording import fold, place
from daogou.catalog.products.need import PRICE, RATING
from daogou.catalog.products.product import Product
from daogou.reply.context import Fact, gather
from daogou.reply.describe.words import Brief, Property, never, properties, tables
from daogou.reply.sentences.phrases import clean
from daogou.text.thesaurus import thesaurus
from daogou.text.words import cut, is_chinese

MOST_VALUES = 3  # of one property
VALUE_LENGTH = 32  # characters of a text value; Chinese ones half of it
FEW_RATINGS = 5  # fewer say too little
FADING = 0.93  # how much less telling each further property is
_READ = ("title", "description")  # sources of values that were read out of a text, not given in a column
_AMOUNTS = {
    "weight": re.compile(r"\d\s*(?:kg|g|克|公斤|千克|斤|oz|lbs?)(?![a-z])", re.I),
    "volume": re.compile(r"\d\s*(?:ml|l|毫升|升|oz)(?![a-z])", re.I),
}
_TIMES = re.compile(r"[*x×+]\s*\d|\d\s*[*x×+]", re.I)  # "2 kg * 2", "20 + 30": no amount of the whole
_WORN, _DATA = frozenset({"neckline", "sleeve_length", "closure"}), frozenset({"storage_media"})
_IN_GIGABYTES = frozenset({"memory", "storage", "graphics_memory"})
_SENTENCE = re.compile(r"[.!?;。！？；\n]\s|[!！?？。；;|\\<>{}]|\.\.\.|…|\d{9,}|@")
_NAMES = re.compile(r"^[a-z][a-z0-9]*(?:_[a-z0-9]+){0,3}$|^[\u3400-\u9fff]{2,8}$")


@dataclass(frozen=True, kw_only=True)
class Telling:
    """One thing to tell; `name` is its entry in the wordings, or the attribute's own name."""

    name: str
    facts: tuple[Fact, ...]
    weight: float = 1.0  # 1 for the most telling
    foreign: bool = False  # its values are words of another language

    @property
    def amount(self) -> Decimal | None:
        """The number that is told, if it is one."""
        value = self.facts[0].value
        return value if isinstance(value, Decimal) else None


def tellings(product: Product, brief: Brief, *, at: datetime) -> tuple[Telling, ...]:
    """Everything that may be told, in the order that suits the kind of thing and whom it is written for."""
    found = {telling.name: telling for telling in _found(product, brief, at)}
    asked = thesaurus().types.get(product.product_type)
    wanted = set(cut(brief.audience)) if brief.audience_key == "general" else set()  # "who needs a light weight"
    wished = [name for name in found if wanted & set(cut(thesaurus().attribute_label(name, brief.language)))]
    first = [*wished, *tables()["audience"][brief.audience_key]["first"], *(asked.ask if asked else ())]
    order = [name for name in dict.fromkeys([*first, *found]) if name in found]
    distinct = list({_printed(found[name]): name for name in reversed(order)}.values())[::-1]
    return tuple(replace(found[name], weight=FADING**rank) for rank, name in enumerate(distinct))


def _printed(telling: Telling) -> tuple[str, ...]:
    """What is printed: the same value under two names is told once, a yes under each."""
    yes = telling.facts[0].value is True
    return (telling.name,) if yes else tuple(fold(fact.printed) for fact in telling.facts)


def _found(product: Product, brief: Brief, at: datetime) -> Iterator[Telling]:
    """In the order of the wordings, then the row's own columns; several columns that make one statement stand together."""
    language = brief.language
    joint = [one for one in (_ends(product, at, language), _build(product, at, language)) if one]
    yield from joint
    taken = {fact.field for telling in joint for fact in telling.facts}
    known, own = properties(), dict.fromkeys(attribute.name for attribute in product.attributes)
    unknown = (name for name in own if name not in known and _NAMES.match(name) and not _left_out(name))
    for name in (*(name for name in known if name in own), *unknown):
        if name not in taken and not _of_another(name, product) and (telling := _told(product, name, at, language)):
            yield telling
    if brief.with_price and (price := gather(product, PRICE, at=at, language=language)):
        yield Telling(name=PRICE, facts=price)
    rated = product.rating is not None and product.rating.count >= FEW_RATINGS
    if rated and (rating := gather(product, RATING, at=at, language=language)):
        yield Telling(name=RATING, facts=rating)


def _left_out(name: str) -> bool:
    return name in never()["columns"] or any(part in name for part in never()["parts"])


def _of_another(name: str, product: Product) -> bool:
    """Whether an accessory's property is that of the thing it is for: the screen that a filter covers."""
    concept = thesaurus().types.get(product.product_type)
    if concept is None:
        return False
    if name == "noise_cancelling":  # a TV reduces another noise
        return "head" not in concept.key and "ear" not in concept.key
    if name in _WORN:
        return concept.department not in ("fashion", "beauty", "family")
    if name in _DATA:
        return concept.department != "computers"
    mixed = name == "material" and concept.department in ("beauty", "food")  # enamel is a shade there
    return mixed or (name in ("screen_size", "processor") and concept.accessory)


def _told(product: Product, name: str, at: datetime, language: str) -> Telling | None:
    wording = properties().get(name)
    facts = [_as_written(fact, product, language) for fact in gather(product, name, at=at, language=language)]
    fit = [fact for fact in facts if fact and _fits(fact, product, wording)]
    if not fit:
        return None
    numbers = [fact for fact in fit if isinstance(fact.value, (Decimal, bool))]
    kept = tuple((numbers[:1] or list({fold(fact.printed): fact for fact in fit}.values()))[:MOST_VALUES])
    return Telling(name=name, facts=kept, foreign=any(_is_foreign(fact, product, language) for fact in kept))


def _as_written(fact: Fact, product: Product, language: str) -> Fact | None:
    """What was read out of the title is told in the title's own words, or not at all."""
    if fact.source not in _READ or not isinstance(fact.value, str):
        return fact
    if fact.field in _DATA:  # 机械师 is a maker, not a kind of drive
        return None
    title = clean(product.title_in(language))
    concept = thesaurus().values.get((fact.field, fact.value.casefold()))
    phrases = [*(concept.phrases[language] if concept else ()), fact.value]
    for phrase in sorted(phrases, key=len, reverse=True):
        start = place(title, phrase) if len(phrase) > 1 else -1
        if start >= 0 and fold(title[start : start + len(phrase)]) == fold(phrase):
            return replace(fact, printed=title[start : start + len(phrase)])
    return None


def _fits(fact: Fact, product: Product, wording: Property | None) -> bool:
    """Whether the value can be told in a sentence."""
    if isinstance(fact.value, bool):
        if fact.field == "waterproof":  # "water resistant" is less
            said = " ".join([fact.source, product.title, *(each.title for each in product.translations.values())])
            if "防水" not in said and not re.search(r"water[-_ ]?proof", said, re.I):
                return False
        return fact.value and wording is not None and wording.yes
    if isinstance(fact.value, Decimal):
        return _number_fits(fact, product, wording)
    return (wording is None or (not wording.yes and wording.takes(fact.printed))) and _is_plain(fact.printed)


def _number_fits(fact: Fact, product: Product, wording: Property | None) -> bool:
    """A bare number is told only as a count; without a unit nobody knows what else it means."""
    value = fact.value
    assert isinstance(value, Decimal)
    if fact.source in _READ and (fact.field == "pack_quantity" or _is_one_of_several(fact, product)):
        return False  # "3" in a title counts many things, and "300 g, 12 tins of 25 g" is no weight
    if fact.field in _IN_GIGABYTES and value != value.to_integral_value():
        return False  # "0.25 GB" in a column is 256 MB on the box
    if wording is not None and wording.count:
        return value >= max(1, wording.least) and value == value.to_integral_value()
    return value > 0 and any(a.unit for a in product.values(fact.field)) and not fact.printed[-1].isdigit()


def _is_one_of_several(fact: Fact, product: Product) -> bool:
    pattern = _AMOUNTS.get(fact.field)
    texts = [product.title, *(each.title for each in product.translations.values())]
    return pattern is not None and any(len(pattern.findall(text)) > 1 or _TIMES.search(text) for text in texts)


def _is_plain(text: str) -> bool:
    room = VALUE_LENGTH // 2 if is_chinese(text) else VALUE_LENGTH
    if len(text) > room or not (text[0].isalnum() or text[0] in "([") or "_" in text:
        return False
    if fold(text) in never()["values"] or _SENTENCE.search(text):
        return False
    return any(c.isalpha() for c in text) and text.count("(") == text.count(")") and text.count(",") < 2


def _is_foreign(fact: Fact, product: Product, language: str) -> bool:
    """Words of another language are quoted: those that no thesaurus knows, in a row of another language."""
    if not isinstance(fact.value, str) or (fact.field, fact.value.casefold()) in thesaurus().values:
        return False
    text = fact.printed
    if language == "zh":
        return not is_chinese(text) and any(word.islower() and len(word) > 2 for word in text.split())
    return is_chinese(text) or not text.isascii() or any(word in never()["foreign"] for word in text.casefold().split())


def _ends(product: Product, at: datetime, language: str) -> Telling | None:
    """A cable with the same plug at both ends."""
    both = [gather(product, name, at=at, language=language) for name in ("connector", "second_connector")]
    if not all(len(facts) == 1 for facts in both) or both[0][0].printed != both[1][0].printed:
        return None
    facts = (both[0][0], both[1][0])
    return Telling(name="ends", facts=facts) if _is_plain(facts[0].printed) else None


def _build(product: Product, at: datetime, language: str) -> Telling | None:
    """Width, height and depth, where at least two are known."""
    sides = [gather(product, name, at=at, language=language)[:1] for name in ("width", "height", "depth")]
    found = [fact for side in sides for fact in side]
    facts = tuple(fact for fact in found if fact.source not in _READ and not fact.printed[-1].isdigit())
    return Telling(name="build", facts=facts) if len(facts) > 1 else None
