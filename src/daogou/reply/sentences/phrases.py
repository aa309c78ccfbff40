"""The guide's sentences: templates in `phrases.toml`, and English nouns in the number that a sentence needs."""

import functools
import html
import re
import tomllib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from importlib import resources
from typing import Any

from daogou.catalog.products.product import Money
from daogou.text.stated import convert
from daogou.text.thesaurus import thesaurus
from daogou.text.words import is_chinese

# Signs that mean one currency to everybody here; all others are written with their ISO code.
SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "CNY": "¥"}

# From small to large: the unit that reads best, and how many decimals it may show before the smaller one reads better.
_LADDERS: tuple[tuple[tuple[str, int], ...], ...] = (
    (("mg", 3), ("g", 2), ("kg", 4)),
    (("mm", 2), ("cm", 1), ("m", 2)),
    (("ml", 2), ("l", 2)),
    (("MB", 2), ("GB", 2), ("TB", 2)),
    (("MHz", 2), ("GHz", 2)),
)
# At how many of the smaller unit people change to the larger one.
_CHANGE_AT = {"kg": Decimal(1), "cm": Decimal(10), "m": Decimal(2)}

_EN = {
    "in": ("inch", "inches"),
    "ft": ("foot", "feet"),
    "h": ("hour", "hours"),
    "min": ("minute", "minutes"),
    "s": ("second", "seconds"),
    "pcs": ("piece", "pieces"),
    "pages": ("page", "pages"),
    "lm": ("lumen", "lumens"),
    "MP": ("megapixel", "megapixels"),
}
_ZH = {
    "mm": "毫米",
    "cm": "厘米",
    "m": "米",
    "km": "公里",
    "in": "英寸",
    "ft": "英尺",
    "yd": "码",
    "mg": "毫克",
    "g": "克",
    "kg": "公斤",
    "jin": "斤",
    "oz": "盎司",
    "lb": "磅",
    "ml": "毫升",
    "l": "升",
    "fl oz": "液体盎司",
    "h": "小时",
    "min": "分钟",
    "s": "秒",
    "pcs": "件",
    "pages": "页",
    "lm": "流明",
}


def number(value: Decimal, *, places: int = 2) -> str:
    """At most `places` decimals (three digits that count below 1), no trailing zeros, groups of three from 10,000."""
    plain = _rounded(value, places)
    text = f"{plain:,f}" if abs(plain) >= 10_000 else f"{plain:f}"
    return _trimmed(text).replace("-0", "0") or "0"


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(price: Money) -> str:
    """The exact amount with its currency's sign, or its ISO code where the sign means several currencies."""
    amount = price.amount
    cents = amount != amount.to_integral_value()
    text = f"{amount:,.2f}" if cents and _decimals(amount) <= 2 else _trimmed(f"{amount:,f}")
    sign = SIGNS.get(price.currency)
    return f"{sign}{text}" if sign else f"{price.currency} {text}".strip()


def asked_price(price: Money, language: str) -> str:
    """What is asked for a product: "$199", or where that is the lowest of several prices "from $199", "$199起"."""
    if not price.lowest:
        return money(price)
    return f"{money(price)}起" if language == "zh" else f"from {money(price)}"


def quantity(value: Decimal, unit: str | None, language: str) -> str:
    """A number with its unit, in the unit that reads best: 1500 g is "1.5 kg", 1000 GB is "1 TB"."""
    if unit is None:
        return number(value)
    if unit == "size":  # of gloves, shoes
        return f"{number(value)}号" if language == "zh" else f"size {number(value)}"
    amount, symbol = _readable(value, unit)
    return f"{number(amount, places=4 if symbol == 'kg' else 3)}{_unit_name(amount, symbol, language)}"


def listed(items: Sequence[str], language: str, *, last: str = "and") -> str:
    """Items in a row: "a, b and c", "甲、乙和丙"; `last` is "and" or "or"."""
    if len(items) < 2:
        return "".join(items)
    joint = {"and": "和", "or": "或"}[last] if language == "zh" else f" {last} "
    return ("、" if language == "zh" else ", ").join(items[:-1]) + joint + items[-1]


def _rounded(value: Decimal, places: int) -> Decimal:
    if _decimals(value) <= places:
        return value.to_integral_value() if value == value.to_integral_value() else value
    if 0 < abs(value) < 1:
        places = max(places, 2 - value.adjusted())
    with localcontext() as context:
        context.prec = max(28, len(value.as_tuple().digits) + places)
        return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _readable(value: Decimal, unit: str) -> tuple[Decimal, str]:
    """A larger unit from where people change to it, unless it would need more decimals; a smaller one below 1."""
    ladder = next((steps for steps in _LADDERS if unit in {symbol for symbol, _ in steps}), ())
    own = [symbol for symbol, _ in ladder].index(unit) if ladder else 0
    best = (value, unit)
    for place, (symbol, places) in enumerate(ladder):
        amount = convert(value, unit, symbol)
        if amount is None or abs(amount) < _CHANGE_AT.get(symbol, Decimal(1)):
            continue
        smaller = place < own and abs(value) < 1
        if smaller or (place > own and (_decimals(amount) <= places or _decimals(value) > 2)):
            best = (amount, symbol)
    return best


def _unit_name(amount: Decimal, symbol: str, language: str) -> str:
    if language == "zh":
        return _ZH.get(symbol, symbol)
    if symbol in _EN:
        return " " + _EN[symbol][abs(amount) != 1]
    return f" {symbol}".rstrip()


VALUE_LENGTH = 60  # characters of a text value; longer ones are cut
NAME_LENGTH = 64  # characters of a name in running text; Chinese ones take twice the room
_TAGS = re.compile(r"<[^<>]*>")
_SCRIPTS = re.compile(r"<(script|style)\b.*?(</\1\s*>|$)", re.I | re.S)
_LINKS = re.compile(r"(?:https?://|www\.)[^\s\u3400-\u9fff]+", re.I)
_IN_WORD = re.compile(r"(?<=[0-9A-Za-z.,'-])[0-9A-Za-z.,'-]")
_LAST_WORD = re.compile(r"[0-9A-Za-z.,'-]+$")
_FIRST_WORD = re.compile(r"^[0-9A-Za-z.,'-]+")
_BETWEEN_CHINESE = re.compile(r"(?<=[\u3400-\u9fff]) +(?=[\u3400-\u9fff])")
_SPACES = re.compile(r"\s+")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "「": '"', "」": '"'})
_LOOSE_ENDS = " ,;:-–—/|(（[【&+·、，；："


def clean(text: str) -> str:
    """One line without markup, links and control characters; inner curly quotes become straight."""
    plain = html.unescape(_TAGS.sub(" ", _SCRIPTS.sub(" ", text)))
    plain = _LINKS.sub(" ", _TAGS.sub(" ", plain)).translate(_QUOTES)
    visible = "".join(c if c.isprintable() else " " for c in plain)
    return _SPACES.sub(" ", visible).strip()


@functools.lru_cache(maxsize=4096)  # the same titles are said again and again
def short(text: str, length: int = NAME_LENGTH) -> str:
    """The cleaned text, cut at a word's end with "…" where it is too long for a sentence."""
    plain = clean(text)
    room = length // 2 if is_chinese(plain) else length
    if len(plain) <= room:
        return plain
    cut = plain[:room]
    if _IN_WORD.match(plain, room):
        cut = _LAST_WORD.sub("", cut) or cut
    return _whole_brackets(cut).rstrip(_LOOSE_ENDS) + "…"


def spoken(text: str, length: int = NAME_LENGTH) -> str:
    """The shopper's words, shortened; the spaces that cutting left between Chinese words are closed."""
    return short(_BETWEEN_CHINESE.sub("", text), length)


def quoted(text: str, length: int = NAME_LENGTH) -> str:
    """Words that are not ours, shortened, in curly quotes: what stands in them is the row's or the shopper's."""
    return f"“{short(text, length)}”"


def capital(text: str) -> str:
    """The first letter large, as at a sentence's start."""
    return text[:1].upper() + text[1:]


def window(plain: str, start: int, end: int) -> str:
    """The piece of a cleaned text between two places, without half words, "…" where more stands beside it."""
    first, last = max(0, start), min(len(plain), end)
    piece = plain[first:last]
    if last < len(plain):
        piece = (_LAST_WORD.sub("", piece) if _IN_WORD.match(plain, last) else piece).rstrip(_LOOSE_ENDS) + "…"
    if first > 0:
        piece = "…" + (_FIRST_WORD.sub("", piece) if _IN_WORD.match(plain, first) else piece).lstrip()
    return piece


def _whole_brackets(text: str) -> str:
    for opening, closing in ("()", "（）", "[]", "【】"):
        start = text.rfind(opening)
        if start > len(text) // 2 and closing not in text[start:]:
            text = text[:start]
    return text


LANGUAGES = ("en", "zh")


@dataclass(frozen=True, kw_only=True)
class Phrases:
    """The templates of one language; `seed` fixes which variant is said."""

    language: str
    seed: str = ""

    def say(self, key: str, **values: str) -> str:
        """The phrase with its places filled; `key` is "table.name". A price may begin somewhere: "at from $199" is "from $199"."""
        return self.variants(key)[self._choice(key)].format(**values).replace(" at from ", " from ")

    def label(self, attribute: str) -> str:
        """The attribute's name in this language."""
        key = f"label.{attribute}"
        return self.say(key) if self.has(key) else cased(clean(thesaurus().attribute_label(attribute, self.language)))

    def has(self, key: str) -> bool:
        """Whether there is such a phrase."""
        return key in templates(self.language)

    def variants(self, key: str) -> tuple[str, ...]:
        """Every way of saying it, unfilled."""
        return templates(self.language)[key]

    def _choice(self, key: str) -> int:
        return zlib.crc32(f"{self.seed}|{key}".encode()) % len(self.variants(key))


@functools.cache
def templates(language: str) -> dict[str, tuple[str, ...]]:
    """Every template of the language by key."""
    return {
        f"{table}.{name}": tuple(entry[language])
        for table, entries in _tables("phrases.toml").items()
        for name, entry in entries.items()
    }


_QUALITIES = ("able", "ible", "proof", "resistant", "free", "safe", "less", "friendly")


def plural(noun: str, count: int = 2) -> str:
    """The noun for that many: "laptop" -> "laptops", "pencil case" -> "pencil cases"; plurals and mass nouns stay."""
    before, space, last = noun.rpartition(" ")
    if count == 1 or not last.isascii() or not last.replace("-", "").isalpha():
        return noun
    return before + space + _plural(last)


def is_mass(noun: str) -> bool:
    """Whether people don't count it: "luggage", "tea"."""
    last = _last(noun)
    return last in _nouns()["mass"] or last.endswith("wear")


def counted(noun: str, count: int) -> str:
    """The noun as it stands after a number, or after "one": "laptops", "kinds of tea", "pair of gloves"."""
    if is_mass(noun):
        return f"{'kind' if count == 1 else 'kinds'} of {noun}"
    if _last(noun) in _nouns()["pairs"]:
        return f"{'pair' if count == 1 else 'pairs'} of {noun}"
    if count == 1 and plural(noun) == noun and noun.isascii() and _last(noun).isalpha():
        return f"kind of {noun}"  # a plural: "crisps"
    return plural(noun, count)


def is_quality(attribute: str) -> bool:
    """Whether a yes/no attribute is an adjective, which a thing is, and not a part, which it has: "waterproof", "dishwasher_safe"."""
    last = _last(attribute.replace("_", " "))
    return last.endswith(_QUALITIES) or last in ("vegan", "organic", "halal", "kosher", "multifunction", "refurbished")


def cased(label: str) -> str:
    """A label with its abbreviations in capitals: "hdmi cable" -> "HDMI cable"."""
    return " ".join(_cased(word) for word in label.split(" "))


def _last(noun: str) -> str:
    return noun.casefold().rpartition(" ")[2]


def _cased(word: str) -> str:
    capitals = _nouns()["capitals"]
    if word in capitals:
        return word.upper()
    if word in _nouns()["proper"]:
        return word.capitalize()
    return word[:-1].upper() + "s" if word[-1:] == "s" and word[:-1] in capitals else word


def _plural(word: str) -> str:
    irregular = _irregular()
    if is_mass(word) or word.casefold() in irregular.values():
        return word
    if word.casefold() in irregular:
        return irregular[word.casefold()]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + "s"


@functools.cache
def _nouns() -> dict[str, frozenset[str]]:
    return {name: frozenset(words) for name, words in _tables("nouns.toml").items()}


@functools.cache
def _irregular() -> dict[str, str]:
    return dict(_tables("nouns.toml")["irregular"])


def _tables(file: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("daogou.reply").joinpath(file).read_text(encoding="utf-8"))
