"""English sentences: articles, singular and plural, and the places of a wording filled."""

import re
from collections.abc import Sequence

from daogou.catalog.matching.wording import fold
from daogou.reply.context import Fact
from daogou.reply.describe.facts import Telling
from daogou.reply.describe.plan import Thing, Writing, fill, places
from daogou.reply.describe.words import forms, further, openings, tables
from daogou.reply.sentences.phrases import capital, cased, quoted
from daogou.text.thesaurus import thesaurus

MOST_BEFORE = 2  # properties in front of the noun
TOGETHER = 2  # facts in one sentence; spec sentences take one more
_CABLES = ("cable", "cord", "lead")  # what is as long as its cable
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
    ["colour", "material", "pattern", "neckline", "sleeve_length", "closure", "finish", "shape", "fit"]
)  # never capitals
_TITLED = frozenset({"processor", "compatibility", "brand_compatibility", "graphics"})
# In the names of properties whose values are names.
_NAMES = re.compile("brand|manufacturer|family|series|compat|mount|country|system|interface|name|socket|processor")


def write_english(writing: Writing) -> None:
    """Fill the writing with statements."""
    _open(writing)
    while not writing.full:
        _go_on(writing)
    if writing.ends_with_name():
        wording = writing.pick(_further("name", writing))
        writing.cite(writing.thing.title)
        writing.say(_finished(fill(wording, {"name": writing.thing.name}), writing.thing))


def _open(writing: Writing) -> None:
    thing = writing.thing
    able = {form for telling in writing.pool for form in ("does", "has", "pre") if forms(telling.name, form)}
    wordings = openings("en", writing.brief.tone.value if thing.noun else "bare") if able or thing.noun else []
    wording = writing.pick([it for it in wordings if _fits(it, writing, able)] or openings("en", "thin"))
    values = {place: _slot(place, writing) for place in _ordered(wording)}
    writing.named = "name" in values
    question = writing.question()
    writing.say((question and f"{question} ") + _finished(fill(wording, values), thing))


def _fits(wording: str, writing: Writing, able: set[str]) -> bool:
    wanted = places(wording)
    if "brand" in wanted and writing.thing.brand is None:
        return False
    return wanted & {"does", "has"} <= able and not ({"does", "has"} <= wanted and len(writing.pool) < 2)


def _ordered(wording: str) -> list[str]:
    """What must be filled first, so that the verbs find their facts before the free places take them."""
    order = ("does", "has", "what", "with", "with_comma", "and_does")
    found = places(wording)
    return [*(place for place in order if place in found), *sorted(found.difference(order))]


def _slot(place: str, writing: Writing) -> str:
    thing = writing.thing
    match place:
        case "does" | "and_does":
            does = _phrases(writing, "does", 1)
            return f" and {does}" if place == "and_does" and does else does
        case "has":
            return _phrases(writing, "has", TOGETHER)
        case "with" | "with_comma":
            has = _phrases(writing, "has", writing.rng.choice((1, 2)))
            return f"{',' if place == 'with_comma' else ''} with {has}" if has else ""
        case "what":
            return _what(writing)
        case "kind" | "Kind" | "noun":
            writing.cite(thing.noun_fact)
            return capital(thing.noun) if place == "Kind" else thing.noun
        case "name":
            writing.cite(thing.title)
            return thing.name
    if thing.brand is None or (place == "by_comma" and fold(thing.brand.printed) in fold(thing.name)):
        return ""
    writing.cite(thing.brand)
    brand = thing.brand.printed
    return {"brand": brand, "by": f" from {brand}", "by_comma": f", from {brand},"}[place]


def _what(writing: Writing) -> str:
    """The noun with properties in front of it; none that the noun, or one before it, says already."""
    noun = writing.thing.noun
    writing.cite(writing.thing.noun_fact)
    able = [it for it in writing.pool if forms(it.name, "pre") and len(it.facts) == 1 and not it.foreign]
    before = [it for it in able if it.name != "cable_length" or any(word in noun for word in _CABLES)]
    words: list[str] = []
    for telling in before[:MOST_BEFORE]:
        text = _filled(forms(telling.name, "pre")[0], telling)
        again = set(text.casefold().split()) & set(" ".join(words).split())
        if text.casefold() not in noun.casefold() and not again:
            writing.take(telling)
            words.append(text)
    return " ".join([*words, noun])


def _phrases(writing: Writing, form: str, most: int) -> str:
    """So many facts in that form, joined; each is taken from the pool."""
    found = [telling for telling in writing.pool if forms(telling.name, form)][:most]
    return _joined([_filled(writing.pick(forms(it.name, form)), writing.take(it)) for it in found])


def _go_on(writing: Writing) -> None:
    form = next((it for it in writing.rng.sample(("does", "has"), 2) if forms(writing.pool[0].name, it)), "spec")
    wording = writing.pick(_further(form, writing))
    told = _specs(writing) if form == "spec" else {form: _phrases(writing, form, TOGETHER)}
    values = {**told, "noun": writing.thing.noun, "Spec_is": capital(told.get("spec_is", ""))}
    writing.say(_finished(fill(wording, values), writing.thing))


def _further(form: str, writing: Writing) -> list[str]:
    wordings = further("en", writing.brief.tone.value, form)
    return [it for it in wordings if writing.thing.noun or "noun" not in places(it)]


def _specs(writing: Writing) -> dict[str, str]:
    """Facts without a wording of their own, as a data sheet has them."""
    own = [it for it in writing.pool if not forms(it.name, "does") and not forms(it.name, "has")][: TOGETHER + 1]
    labelled, verbal = [], []
    for telling in map(writing.take, own):
        pre, label = forms(telling.name, "pre"), _label(telling.name)
        said = _filled(pre[0], telling) if pre and "{v}" not in pre[0] else _value(telling)
        several = len(telling.facts) > 1 or (label.endswith("s") and not label.endswith(("ss", "us", "is")))
        labelled.append(f"{label}: {said}")
        verbal.append(f"the {label} {'are' if several else 'is'} {said}")
    return {"spec": "; ".join(labelled), "spec_is": _joined(verbal)}


def _filled(form: str, telling: Telling) -> str:
    """A wording with its values; the thing's own number is left open. "5.6 inches" stands before a noun as "5.6-inch"."""
    value = before = _value(telling)
    number, _, unit = value.rpartition(" ")
    if number and unit.isalpha() and len(unit) > 3:
        before = f"{number}-{'inch' if unit == 'inches' else unit.removesuffix('s')}"
    sides = tables()["part"]
    parts = [sides[fact.field]["en"].replace("{v}", fact.printed) for fact in telling.facts if fact.field in sides]
    own = form.replace("{v1}", before).replace("{v}", value)
    own = own.replace("{parts}", _joined(parts)).replace("{label}", _label(telling.name))
    return _COUNTED.sub(lambda m: m[1 if telling.amount == 1 else 2], own)


def _label(name: str) -> str:
    return cased(thesaurus().attribute_label(name, "en").replace("_", " ")).strip()


def _value(telling: Telling) -> str:
    """The values as English joins them; words of another language stand in quotes."""
    return _joined(list(dict.fromkeys(_printed(fact, telling.foreign) for fact in telling.facts)))


def _joined(texts: Sequence[str]) -> str:
    """One, two and three: "a, b and c"."""
    return " and ".join(filter(None, (", ".join(texts[:-1]), texts[-1]))) if texts else ""


def _printed(fact: Fact, foreign: bool) -> str:
    text: str = tables()["cased"].get(fact.printed.casefold(), fact.printed)
    if foreign:
        return quoted(text)
    if isinstance(fact.value, str) and _PLAIN_WORDS.fullmatch(text) and not _NAMES.search(fact.field):
        return text[0].lower() + text[1:]
    if fact.field in QUIET:
        return re.sub(r"\bv(?=-)", "V", text.lower())
    if fact.field in _TITLED and text.islower():
        return " ".join(word.capitalize() if word.isalpha() and len(word) > 3 else word for word in text.split())
    return cased(text) if text.islower() else text


def _finished(text: str, thing: Thing) -> str:
    """The sentence with its number and articles settled and a capital in front."""
    agreed = _CHOICE.sub(lambda m: m[2 if thing.several else 1], text)
    tidy = re.sub(r",\s*,", ",", agreed).replace(",.", ".").replace(",;", ";").replace(",:", ":")
    return capital(_ARTICLE.sub(lambda m: _article(m, thing), tidy))


def _article(match: re.Match[str], thing: Thing) -> str:
    """None before the thing itself, not one of its properties, where it is several or not counted."""
    following = match.string[match.end() :].lstrip("“")
    end = following.find(thing.noun) if thing.noun else -1
    itself = end >= 0 and not re.search(r"[,.;:]| (?:from|with|of|and|at) ", following[:end])
    if itself and (thing.several or thing.uncounted):
        return ""
    article = "an" if _sounds_open(match[2].strip(",.;:”")) else "a"
    return (article.capitalize() if match[1] == "A" else article) + " "


def _sounds_open(word: str) -> bool:
    if word[:1].isdigit():
        return bool(_EIGHT.match(word))
    if len(word) > 1 and word.isupper() and not word.startswith(_SAID_AS_WORDS) and _SPELLED.match(word):
        return True
    if _SILENT.match(word):
        return True
    return word[:1].lower() in "aeiou" and not _LIKE_YOU.match(word) and not (word[:1] == "U" and word.isupper())
