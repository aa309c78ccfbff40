"""An English description: an opening that takes in the first facts, then sentences of one or two facts each."""

from daogou.reply.describe_english import filled, finished, forms, joined, label, value
from daogou.reply.describe_facts import Telling
from daogou.reply.describe_plan import Writing, fill, places
from daogou.reply.describe_words import audiences, further, openings
from daogou.reply.gather import Fact
from daogou.reply.publish import capital

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
