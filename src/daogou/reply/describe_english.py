"""English sentences: articles, singular and plural, and the places of a wording filled."""

import re
from collections.abc import Sequence

from daogou.reply.cleaning import quoted
from daogou.reply.describe_facts import Telling
from daogou.reply.describe_thing import Thing
from daogou.reply.describe_words import cased_values, parts, properties
from daogou.reply.gather import Fact
from daogou.reply.nouns import cased
from daogou.reply.publish import capital
from daogou.text.thesaurus import thesaurus

_CHOICE = re.compile(r"<([^|>]*)\|([^>]*)>")
_COUNTED = re.compile(r"\[([^|\]]*)\|([^\]]*)\]")
_ARTICLE = re.compile(r"\b([Aa])~ ?(?=[“(]?(\S*))")
_PLAIN_WORDS = re.compile(r"[A-Z][a-z]{2,}(?:[ -][a-z]+)*")
_SPELLED = re.compile(r"(?:[AEFHLMNRSX]|[AEFHILMNORSX](?=[A-Z0-9-]))[A-Z0-9/-]*$")
_SAID_AS_WORDS = ("RAM", "LAN", "SATA", "NAS", "SIM", "HEPA", "RAID", "LED-")  # letters that are read as a word
_LIKE_YOU = re.compile(r"(?:uni(?![nm])|ub[io]|us[ebau]|utp|ut[ei]|eu|one\b|once)", re.I)
_SILENT = re.compile(r"(?:hour|honest|heir|honour|honor)", re.I)
_EIGHT = re.compile(r"(?:8\d*|11|18)(?!\d)")
QUIET = frozenset(
    {"colour", "material", "pattern", "neckline", "sleeve_length", "closure", "finish", "shape", "fit"}
)  # never capitals
_TITLED = frozenset({"processor", "compatibility", "brand_compatibility", "graphics"})
NAMES = (
    "brand",
    "manufacturer",
    "family",
    "series",
    "compat",
    "mount",
    "country",
    "system",
    "interface",
    "name",
    "socket",
    "processor",
)  # properties whose values are names


def value(telling: Telling) -> str:
    """The values as English joins them; words of another language stand in quotes."""
    return joined(list(dict.fromkeys(_value(fact, telling.foreign) for fact in telling.facts)))


def joined(texts: Sequence[str]) -> str:
    """One, two and three: "a, b and c"."""
    return " and ".join(filter(None, (", ".join(texts[:-1]), texts[-1]))) if texts else ""


def filled(form: str, telling: Telling) -> str:
    """A wording with its values; the thing's own number is left open."""
    own = form.replace("{v1}", adjective(telling)).replace("{v}", value(telling))
    own = own.replace("{parts}", _parts(telling)).replace("{label}", label(telling.name))
    return _COUNTED.sub(lambda m: m[1 if telling.amount == 1 else 2], own)


def adjective(telling: Telling) -> str:
    """A quantity in front of a noun: "5.6 inches" -> "5.6-inch"."""
    number, space, unit = value(telling).rpartition(" ")
    whole = unit.isalpha() and len(unit) > 3
    if not space or not whole:
        return value(telling)
    singular = {"inches": "inch"}.get(unit, unit.removesuffix("s"))
    return f"{number}-{singular}"


def finished(text: str, thing: Thing) -> str:
    """The sentence with its number and articles settled and a capital in front."""
    agreed = _CHOICE.sub(lambda m: m[2 if thing.several else 1], text)
    tidy = re.sub(r",\s*,", ",", agreed).replace(",.", ".").replace(",;", ";").replace(",:", ":")
    return capital(_ARTICLE.sub(lambda m: _article(m, thing), tidy))


def label(name: str) -> str:
    """What a property is called."""
    return cased(thesaurus().attribute_label(name, "en").replace("_", " ")).strip()


def _article(match: re.Match[str], thing: Thing) -> str:
    following = match.string[match.end() :].lstrip("“")
    if _is_the_thing(following, thing) and (thing.several or thing.uncounted):
        return ""
    article = "an" if _sounds_open(match[2].strip(",.;:”")) else "a"
    return (article.capitalize() if match[1] == "A" else article) + " "


def _is_the_thing(following: str, thing: Thing) -> bool:
    """Whether the article belongs to the thing itself, not to one of its properties."""
    end = following.find(thing.noun) if thing.noun else -1
    return end >= 0 and not re.search(r"[,.;:]| (?:from|with|of|and|at) ", following[:end])


def _sounds_open(word: str) -> bool:
    if word[:1].isdigit():
        return bool(_EIGHT.match(word))
    if len(word) > 1 and word.isupper() and not word.startswith(_SAID_AS_WORDS) and _SPELLED.match(word):
        return True
    if _SILENT.match(word):
        return True
    return word[:1].lower() in "aeiou" and not _LIKE_YOU.match(word) and not (word[:1] == "U" and word.isupper())


def _value(fact: Fact, foreign: bool) -> str:
    text = cased_values().get(fact.printed.casefold(), fact.printed)
    if foreign:
        return quoted(text)
    if isinstance(fact.value, str) and _PLAIN_WORDS.fullmatch(text) and not any(part in fact.field for part in NAMES):
        return text[0].lower() + text[1:]
    if fact.field in QUIET:
        return re.sub(r"\bv(?=-)", "V", text.lower())
    if fact.field in _TITLED and text.islower():
        return " ".join(word.capitalize() if word.isalpha() and len(word) > 3 else word for word in text.split())
    return cased(text) if text.islower() else text


def _parts(telling: Telling) -> str:
    sides = parts()
    return joined(
        [sides[fact.field]["en"].replace("{v}", fact.printed) for fact in telling.facts if fact.field in sides]
    )


def forms(telling: Telling, form: str) -> tuple[str, ...]:
    """The ways of telling it in that form."""
    known = properties().get(telling.name)
    return known.forms.get(form, ()) if known else ()
