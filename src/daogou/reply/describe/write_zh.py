"""A Chinese description: clauses joined by commas, full-width marks, no spaces between Chinese words."""

import re
from collections.abc import Sequence

from daogou.reply.describe.facts import Telling
from daogou.reply.describe.plan import Writing, fill, places
from daogou.reply.describe.words import audiences, further, openings, parts, properties
from daogou.reply.sentences.rendering import quoted
from daogou.reply.verify.gather import Fact
from daogou.text.normalize import is_chinese
from daogou.text.thesaurus import thesaurus

TOGETHER = 2  # clauses in one sentence
_LOOSE = re.compile(r"(?<=[\u3400-\u9fff，。：；？！“”、（）]) +| +(?=[\u3400-\u9fff，。：；？！“”、（）])")
_QUOTED = re.compile(r"(“[^”]*”)")


def write_chinese(writing: Writing) -> None:
    """Fill the writing with statements."""
    writing.pool = [telling for telling in writing.pool if _clauses(telling)]
    _open(writing)
    while not writing.full:
        facts: list[Fact] = []
        clauses = _told(writing, TOGETHER, facts)
        wording = writing.pick(further("zh", writing.brief.tone.value, "zh"))
        writing.say(tidy(fill(wording, {"zh": clauses})), facts)
    if not writing.named and len(writing.statements) < writing.most and writing.rng.random() < 0.6:
        wording = writing.pick(further("zh", writing.brief.tone.value, "name"))
        writing.say(tidy(fill(wording, {"name": writing.thing.name})), [writing.thing.title])


def tidy(text: str) -> str:
    """Without the spaces that Chinese does not write; a quotation stays as the row has it."""
    return "".join(piece if piece.startswith("“") else _LOOSE.sub("", piece) for piece in _QUOTED.split(text))


def _open(writing: Writing) -> None:
    wording = writing.pick(_openings(writing))
    facts: list[Fact] = []
    found = places(wording)
    values = {place: _slot(place, writing, facts) for place in ("what", "brand_what", *sorted(found)) if place in found}
    writing.named = "name" in found
    asks = audiences()[writing.brief.audience_key].asks.get("zh", ())
    lead = writing.rng.choice(asks) if asks else ""
    writing.say(tidy(lead + fill(wording, values)), facts)


def _openings(writing: Writing) -> Sequence[str]:
    thing = writing.thing
    tone = writing.brief.tone.value if thing.noun else "bare"
    if not _left_after_noun(writing):
        tone = "thin_kind" if thing.noun else "thin"
    fitting = [it for it in openings("zh", tone) if thing.brand is not None or "brand" not in places(it)]
    return fitting or openings("zh", "thin")[-1:]


def _left_after_noun(writing: Writing) -> bool:
    """Whether something is left to be told in a clause once the noun has taken what stands in front of it."""
    return any(telling not in _before(writing) for telling in writing.pool)


def _slot(place: str, writing: Writing, facts: list[Fact]) -> str:
    thing = writing.thing
    brand = thing.brand.printed if thing.brand else ""
    if place in ("brand", "brand_of", "brand_what") and thing.brand:
        facts.append(thing.brand)
    if place in ("what", "brand_what", "kind"):
        facts.extend([thing.noun_fact] if thing.noun_fact else [])
    match place:
        case "brand":
            return brand
        case "brand_of":
            return f"{brand}的" if brand else ""
        case "brand_what":
            return brand + _what(writing, facts)
        case "what":
            return _what(writing, facts)
        case "kind":
            return thing.noun
        case "name":
            facts.append(thing.title)
            return thing.name
        case _:
            return _told(writing, TOGETHER, facts)


def _before(writing: Writing) -> list[Telling]:
    known = properties()
    able = [it for it in writing.pool if it.name in known and known[it.name].forms.get("zh_pre")]
    return [it for it in able if len(it.facts) == 1 and is_chinese(it.facts[0].printed)][:1]


def _what(writing: Writing, facts: list[Fact]) -> str:
    words = []
    for telling in _before(writing):
        facts.extend(writing.take(telling).facts)
        words.append(telling.facts[0].printed)
    return "".join([*words, writing.thing.noun])


def _told(writing: Writing, most: int, facts: list[Fact]) -> str:
    clauses = []
    for telling in writing.pool[:most]:
        facts.extend(writing.take(telling).facts)
        clauses.append(_clause(writing.pick(_clauses(telling)), telling))
    return "，".join(clauses)


def _clauses(telling: Telling) -> Sequence[str]:
    """The wordings; a column that has none is told by its own Chinese name."""
    known = properties().get(telling.name)
    if known is not None:
        return known.forms.get("zh", ())
    name = thesaurus().attribute_label(telling.name, "zh")
    return (f"{name}为{{v}}",) if is_chinese(name) else ()


def _clause(wording: str, telling: Telling) -> str:
    texts = [quoted(fact.printed) if telling.foreign else fact.printed for fact in telling.facts]
    sides = [parts()[fact.field]["zh"].replace("{v}", fact.printed) for fact in telling.facts if fact.field in parts()]
    return wording.replace("{parts}", "，".join(sides)).replace("{v}", "、".join(texts))
