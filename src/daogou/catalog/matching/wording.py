"""The text of a product in which words are looked for, and when a word stands in it.

Compared are folded texts: "high-waisted" is "high waisted", hoods are a hood, and a garment with a high waist is
high-waisted. What to wear a thing *with* says nothing about the thing itself.
"""

import functools
import re
import unicodedata
from collections.abc import Iterator, Sequence

from daogou.catalog.products.product import Product, read_once

UNSPACED = r"\u0e00-\u0eff\u1100-\u11ff\u3005-\u30ff\u3400-\u9fff\uac00-\ud7af"  # Thai, Chinese, Japanese, Korean ...
_UNSPACED = re.compile(f"[{UNSPACED}]")


class _Plain(dict[int, str]):
    """Every character's plain form, found when it is first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        base = unicodedata.normalize("NFD", character)[0]
        plain = "" if code in _MARKS else _UNLIKE.get(character) or (base if base in _ACCENTED else character)
        self[code] = plain
        return plain


_MARKS = range(0x0300, 0x0370)  # combining: é written as e and its accent
_ACCENTED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZαεηιουωΑΕΗΙΟΥΩ")
_UNLIKE = {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "’": "'"}
_PLAIN = _Plain()


def plain_letters(text: str) -> str:
    """Without case and accents, as people type: NESCAFÉ -> nescafe, Crème -> creme; other scripts keep their letters."""
    folded = text.casefold()
    return folded if folded.isascii() else folded.translate(_PLAIN)


def spaced(character: str) -> bool:
    """Whether it is a letter or digit of a script that sets spaces between words: Latin, Greek, Cyrillic; not Chinese."""
    return character.isalnum() and (character.isascii() or _UNSPACED.match(character) is None)


_HYPHEN = re.compile(r"(?<=[a-z])-(?=[a-z])")  # of two words; a model number keeps its own
_SENTENCE = re.compile(r"[^.!?。！？\n]+")
_ADVICE = re.compile(
    r"\b(?:pairs?|teams?|wear|style|layer|try|split|tuck|throw)\b.*\b(?:with|over|under|underneath|into|alongside)\b"
    r"|\b(?:looks?|goes|works) (?:great |good |well |best |beautifully |perfectly )?(?:with|over|under)\b"
    r"|(?:建议|推荐|适合|可以|可|用来)搭配|搭配.{0,12}(?:穿|佩戴|造型)",
    re.IGNORECASE,
)
_GARMENT = re.compile(
    r"\b(?:accessories|beanie|belt|blazer|blouse|boot|bracelet|cardigan|coat|cutoff|denim|dress|earring|hat|heel|hoop"
    r"|jacket|jean|jewelry|jewellery|legging|loafer|mule|necklace|pants|pump|sandal|scarf|shirt|shorts|skirt|slide"
    r"|sneaker|sock|stiletto|stud|sunglasses|sweater|swimsuit|tee|tights|trousers|wedge)(?:s|es)?\b"
    r"|[裤裙鞋靴衣衫帽包袜]|外套|项链|耳环",
    re.IGNORECASE,
)
# Plurals that are other things: shorts are not short, and reading glasses are no glass.
_OTHER_THINGS = frozenset(
    ("arm", "brief", "cloth", "custom", "flat", "glass", "good", "mean", "new", "overall", "short", "tight", "trunk")
)
_LEAST_NOUN = 3  # letters
_LEAST_WORN = 4  # of a noun that makes an adjective: hood, hooded


def fold(text: str) -> str:
    """The form in which values are compared: case, accents and outer spaces folded."""
    return " ".join(plain_letters(text).split())


@read_once
def searchable_text(product: Product) -> str:
    """All text of a product in which a TEXT constraint looks, folded."""
    parts = [product.title, product.brand, *product.category, *product.highlights, stated(product.description)]
    parts += [attribute.value for attribute in product.attributes if isinstance(attribute.value, str)]
    for translation in product.translations.values():
        parts += [translation.title, stated(translation.description)]
    return joined(fold(" \n ".join(parts)))


def stated(description: str) -> str:
    """A description with advice on what to wear the thing with blanked out; every character keeps its place."""
    return _SENTENCE.sub(_without_advice, description) if _ADVICE.search(description) else description


@functools.lru_cache(maxsize=16_384)  # a shop's words; what shoppers make up soon goes again
def stem(word: str) -> str:
    """English plurals folded, nothing more: cables -> cable, batteries -> battery, glass stays."""
    if not word.isascii() or len(word) < 4 or not word.isalpha():
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def mentions(text: str, word: str) -> bool:
    """Whether a searchable text has the word in one of its forms."""
    return any(contains(text, form) for form in forms(word))


def sought(words: Sequence[str]) -> tuple[str, ...]:
    """The names of one thing by which it is looked for: 红 alone stands in lipstick (口红), so 红色 has to be said."""
    chinese = [word for word in words if not word.isascii()]
    if all(len(word) == 1 for word in chinese):
        return tuple(words)
    return tuple(word for word in words if len(word) > 1 or word.isascii())


@functools.lru_cache(maxsize=4_096)  # of what shoppers ask for
def forms(word: str) -> tuple[str, ...]:
    """The word as it may stand in a searchable text: folded, singular and plural, "high waist" for "high waisted"."""
    folded = joined(fold(word))
    head, _, last = folded.rpartition(" ")
    if not (last.isascii() and last.isalpha()) or len(last) < _LEAST_NOUN:
        return (folded,)
    others = [*_numbers(last), *_worn(last, alone=not head)]
    return (folded, *dict.fromkeys(f"{head} {other}".strip() for other in others))


def place(text: str, word: str) -> int:
    """Where the word first stands in a text as it is written, in one of its forms; -1 where it does not."""
    plain = plain_letters(text)
    readable = joined(plain if len(plain) == len(text) else text)
    return min((at for form in forms(word) if (at := _find(readable, form)) >= 0), default=-1)


def contains(text: str, word: str) -> bool:
    """Whether `word` stands in `text` (both folded): at word boundaries where the script has any, anywhere for Chinese."""
    return not word or _find(text, word) >= 0


def _find(text: str, word: str) -> int:
    start = text.find(word) if word else -1
    while start >= 0:
        end = start + len(word)
        if _boundary(text, start - 1, word[0]) and _boundary(text, end, word[-1]):
            return start
        start = text.find(word, start + 1)
    return -1


def _boundary(text: str, index: int, edge: str) -> bool:
    return not (0 <= index < len(text) and spaced(edge) and spaced(text[index]))


def joined(folded: str) -> str:
    """Hyphens of two words as spaces, so that every character keeps its place."""
    return _HYPHEN.sub(" ", folded)


def _without_advice(found: re.Match[str]) -> str:
    sentence = found[0]
    advice = _ADVICE.search(sentence)
    if advice is None or not _GARMENT.search(sentence, advice.start()):
        return sentence
    return sentence[: advice.start()].ljust(len(sentence))


def _numbers(word: str) -> Iterator[str]:
    """The singular or the plural; what is no word does no harm, since it stands nowhere."""
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        singulars = {word[:-1], word.removesuffix("es"), word.removesuffix("ies") + "y" * word.endswith("ies")}
        yield from sorted(singulars - {word} if not singulars & _OTHER_THINGS else ())
    elif word not in _OTHER_THINGS:
        yield word[:-1] + "ies" if word.endswith("y") and word[-2] not in "aeiou" else word + "s"
        if word.endswith(("s", "x", "z", "ch", "sh")):
            yield word + "es"


def _worn(word: str, *, alone: bool) -> Iterator[str]:
    """A hood makes a thing hooded; high waisted has a high waist, but "heated" is no heat."""
    if word.endswith("ed"):
        yield from () if alone else (word[:-2], word[:-1])
    elif len(word) >= _LEAST_WORN and not word.endswith("s"):
        yield word + ("d" if word.endswith("e") else "ed")
