"""English sentences: articles, singular and plural, and the places of a wording filled."""

import re
from collections.abc import Sequence

from daogou.reply.describe.facts import Telling
from daogou.reply.describe.plan import Thing, Writing, fill, places
from daogou.reply.describe.words import audiences, cased_values, further, openings, parts, properties
from daogou.reply.gather import Fact
from daogou.reply.sentences.phrases import cased, quoted
from daogou.reply.verify import capital
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


MOST_BEFORE = 2  # properties in front of the noun
_CABLES = ("cable", "cord", "lead")  # what is as long as its cable
TOGETHER = 2  # facts in one sentence; spec sentences take one more


def write_english(writing: Writing) -> None:
    """Fill the writing with statements."""
    _open(writing)
    while not writing.full:
        _go_on(writing)
    if not writing.named and len(writing.statements) < writing.most and writing.rng.random() < 0.6:
        _name(writing)


def _open(writing: Writing) -> None:
    thing, tone = writing.thing, writing.brief.tone.value
    able = {form for telling in writing.pool for form in ("does", "has", "pre") if forms(telling, form)}
    wordings = openings("en", tone if thing.noun else "bare")
    fitting = [it for it in wordings if _fits(it, writing, able)] or list(openings("en", "thin"))
    if not able and not thing.noun:
        fitting = list(openings("en", "thin"))
    wording = writing.pick(fitting)
    facts: list[Fact] = []
    values = {place: _slot(place, writing, facts) for place in _ordered(wording)}
    writing.named = "name" in values
    lead = _lead(writing)
    writing.say(lead + finished(fill(wording, values), thing), facts)


def _lead(writing: Writing) -> str:
    asks = audiences()[writing.brief.audience_key].asks.get("en", ())
    return f"{writing.rng.choice(asks)} " if asks else ""


def _fits(wording: str, writing: Writing, able: set[str]) -> bool:
    wanted = places(wording)
    if "brand" in wanted and writing.thing.brand is None:
        return False
    needs_both = {"does", "has"} <= wanted
    return all(form in able for form in wanted & {"does", "has"}) and not (needs_both and len(writing.pool) < 2)


def _ordered(wording: str) -> list[str]:
    """What must be filled first, so that the verbs find their facts before the free places take them."""
    order = ("does", "has", "what", "with", "with_comma", "and_does")
    found = places(wording)
    return [*(place for place in order if place in found), *sorted(found.difference(order))]


def _slot(place: str, writing: Writing, facts: list[Fact]) -> str:
    thing = writing.thing
    match place:
        case "does" | "and_does":
            does = _phrases(writing, "does", 1, facts)
            return f" and {does}" if place == "and_does" and does else does
        case "has":
            return _phrases(writing, "has", TOGETHER, facts)
        case "with" | "with_comma":
            has = _phrases(writing, "has", writing.rng.choice((1, 2)), facts)
            return f"{',' if place == 'with_comma' else ''} with {has}" if has else ""
        case "what":
            return _what(writing, facts)
        case "kind" | "Kind" | "noun":
            facts.extend([thing.noun_fact] if thing.noun_fact else [])
            return capital(thing.noun) if place == "Kind" else thing.noun
        case "name":
            facts.append(thing.title)
            return thing.name
        case _:
            return _by(place, writing, facts)


def _by(place: str, writing: Writing, facts: list[Fact]) -> str:
    thing = writing.thing
    if thing.brand is None or (place == "by_comma" and thing.name_has_brand):
        return ""
    facts.append(thing.brand)
    brand = thing.brand.printed
    return {"brand": brand, "by": f" from {brand}", "by_comma": f", from {brand},"}[place]


def _what(writing: Writing, facts: list[Fact]) -> str:
    thing = writing.thing
    facts.extend([thing.noun_fact] if thing.noun_fact else [])
    able = [it for it in writing.pool if forms(it, "pre") and len(it.facts) == 1 and not it.foreign]
    before = [it for it in able if it.name != "cable_length" or any(w in thing.noun for w in _CABLES)][:MOST_BEFORE]
    words: list[str] = []
    for telling in before:
        text = filled(forms(telling, "pre")[0], telling)
        if text.casefold() not in thing.noun.casefold() and not (
            {*text.casefold().split()} & {*" ".join(words).split()}
        ):
            facts.extend(writing.take(telling).facts)
            words.append(text)
    return " ".join([*words, thing.noun])


def _phrases(writing: Writing, form: str, most: int, facts: list[Fact]) -> str:
    """So many facts in that form, joined; each is taken from the pool."""
    found = [telling for telling in writing.pool if forms(telling, form)][:most]
    texts = []
    for telling in found:
        facts.extend(writing.take(telling).facts)
        texts.append(filled(writing.pick(forms(telling, form)), telling))
    return joined(texts)


def _go_on(writing: Writing) -> None:
    first = writing.pool[0]
    form = next((it for it in writing.rng.sample(("does", "has"), 2) if forms(first, it)), "spec")
    wordings = [it for it in further("en", writing.brief.tone.value, form) if _says(it, writing)]
    wording = writing.pick(wordings)
    facts: list[Fact] = []
    told = _specs(wording, writing, facts) if form == "spec" else {form: _phrases(writing, form, TOGETHER, facts)}
    values = {**told, "noun": writing.thing.noun, "Spec_is": capital(told.get("spec_is", ""))}
    writing.say(finished(fill(wording, values), writing.thing), facts)


def _says(wording: str, writing: Writing) -> bool:
    return bool(writing.thing.noun) or "noun" not in places(wording)


def _specs(wording: str, writing: Writing, facts: list[Fact]) -> dict[str, str]:
    """Facts without a wording of their own, as a data sheet has them."""
    own = [it for it in writing.pool if not forms(it, "does") and not forms(it, "has")][: TOGETHER + 1]
    for telling in own:
        facts.extend(writing.take(telling).facts)
    return {
        "spec": "; ".join(f"{label(it.name)}: {_of_spec(it)}" for it in own),
        "spec_is": joined([f"the {label(it.name)} {_verb(it)} {_of_spec(it)}" for it in own]),
    }


def _verb(telling: Telling) -> str:
    name = label(telling.name)
    return "are" if len(telling.facts) > 1 or (name.endswith("s") and not name.endswith(("ss", "us", "is"))) else "is"


def _of_spec(telling: Telling) -> str:
    pre = forms(telling, "pre")
    return filled(pre[0], telling) if pre and "{v}" not in pre[0] else value(telling)


def _name(writing: Writing) -> None:
    wording = writing.pick([it for it in further("en", writing.brief.tone.value, "name") if _says(it, writing)])
    writing.say(finished(fill(wording, {"name": writing.thing.name}), writing.thing), [writing.thing.title])
    writing.named = True
