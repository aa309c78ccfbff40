"""A product description: several candidates from the row's facts, each checked claim by claim, the best one chosen."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from daogou.catalog.products.conversation import Claim, Considered, Evidence, Verdict
from daogou.catalog.products.need import ShopperNeed
from daogou.catalog.products.product import Product
from daogou.ports import NEVER, Ability, LanguageModel, log_likelihoods
from daogou.reply.context import Statement
from daogou.reply.describe.english import write_english
from daogou.reply.describe.facts import Telling, tellings
from daogou.reply.describe.plan import Thing, Writing, fill, places, thing_of
from daogou.reply.describe.words import SENTENCES, Brief, audiences, further, openings, parts, properties
from daogou.reply.gather import Fact
from daogou.reply.sentences.phrases import quoted
from daogou.reply.verify import verdict
from daogou.text.prompts import Task, continuation, describing, prompt_for
from daogou.text.thesaurus import thesaurus
from daogou.text.words import cut, is_chinese

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


VARIANTS = 6  # seeded plans of one product
TEMPLATES = "templates"  # written_by
PLAIN = "plain score"  # scored_by
TOLD, REPEATED, OUT_OF_LENGTH = (
    1.0,
    2.0,
    0.5,
)  # weights: facts told, share of words said again, sentences too many or few


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One description that could be given; every statement of it stood the check."""

    statements: tuple[Statement, ...]
    text: str


@dataclass(frozen=True, kw_only=True)
class Description:
    """What is said of a product, what it rests on, and who wrote and chose it."""

    product_id: str
    language: str
    text: str
    claims: tuple[Claim, ...]
    evidence: tuple[Evidence, ...]
    scored_by: str
    considered: tuple[Considered, ...] = ()
    written_by: str = TEMPLATES


def describe(product: Product, brief: Brief, *, at: datetime, model: LanguageModel | None = None) -> Description:
    """The best of the candidates: most likely after the facts where a model can score, else by the plain score."""
    thing, told = thing_of(product, at=at, language=brief.language), tellings(product, brief, at=at)
    found = [_planned(thing, told, brief, variant, at) for variant in range(VARIANTS)]
    distinct = {one.text: one for one in reversed(found) if one.statements}
    fit = [*reversed(distinct.values())] or [_only_the_name(thing, brief)]
    if model is None or Ability.SCORE not in model.abilities:
        model, scored = None, [_plain_score(one, told, brief) for one in fit]
    else:
        scored = _likely(model, fit, thing, told, brief)
    best = max(range(len(fit)), key=lambda place: scored[place].score or 0.0)
    evidence, claims = _published(fit[best], product, at)
    return Description(
        product_id=product.id,
        language=brief.language,
        text=fit[best].text,
        claims=claims,
        evidence=evidence,
        scored_by=model.name if model else PLAIN,
        considered=tuple(replace(one, chosen=place == best) for place, one in enumerate(scored)),
    )


def _planned(thing: Thing, told: Sequence[Telling], brief: Brief, variant: int, at: datetime) -> Candidate:
    writing = Writing.of(thing, told, brief, variant=variant)
    (write_english if brief.language == "en" else write_chinese)(writing)
    kept = tuple(one for one in writing.statements if _holds(one, brief, at))
    return Candidate(statements=kept, text=(" " if brief.language == "en" else "").join(one.text for one in kept))


def _holds(statement: Statement, brief: Brief, at: datetime) -> bool:
    need = ShopperNeed(language=brief.language)
    return verdict(statement, need, at=at, language=brief.language) is Verdict.SUPPORTED


def _only_the_name(thing: Thing, brief: Brief) -> Candidate:
    text = f"This is {thing.name}." if brief.language == "en" else f"商品名称：{thing.name}。"
    return Candidate(statements=(Statement(text=text, product=thing.product, facts=(thing.title,)),), text=text)


def _likely(
    model: LanguageModel, candidates: Sequence[Candidate], thing: Thing, told: Sequence[Telling], brief: Brief
) -> list[Considered]:
    """Each with log P(description | facts) per token."""
    facts = {"title": thing.name, **({"brand": thing.brand.printed} if thing.brand else {})}
    facts |= {telling.name: ", ".join(fact.printed for fact in telling.facts) for telling in told}
    order = {"tone": brief.tone.value, "length": brief.length.value, "audience": brief.audience}
    form = describing(facts, language=brief.language, **order)
    prompt = prompt_for(Task.DESCRIBE, form, instructed=model.instructed, language=brief.language)
    likely = log_likelihoods(model, prompt, [continuation(one.text) for one in candidates], deadline=NEVER)
    return [
        Considered(text=one.text, log_likelihood=each.mean, score=each.mean, written_by=TEMPLATES)
        for one, each in zip(candidates, likely, strict=True)
    ]


def _plain_score(candidate: Candidate, told: Sequence[Telling], brief: Brief) -> Considered:
    """What is told, each fact by its weight; minus words said again, minus sentences outside the length."""
    said = {(fact.field, fact.printed) for one in candidate.statements for fact in one.facts}
    weight = sum(it.weight for it in told if all((fact.field, fact.printed) in said for fact in it.facts))
    words = cut(candidate.text)
    again = 1 - len(set(words)) / len(words) if words else 0.0
    least, most = SENTENCES[brief.length]
    count = len(candidate.statements)
    score = TOLD * weight - REPEATED * again - OUT_OF_LENGTH * max(0, least - count, count - most)
    return Considered(text=candidate.text, score=score, written_by=TEMPLATES)


def _published(winner: Candidate, product: Product, at: datetime) -> tuple[tuple[Evidence, ...], tuple[Claim, ...]]:
    """Evidence numbered in the order of use, and each statement as a claim that rests on it."""
    numbers: dict[Fact, str] = {}
    claims = []
    for statement in winner.statements:
        ids = tuple(numbers.setdefault(fact, f"e{len(numbers) + 1}") for fact in statement.facts)
        claims.append(Claim(text=statement.text, product_id=product.id, evidence_ids=ids, verdict=Verdict.SUPPORTED))
    return tuple(fact.evidence(number, at) for fact, number in numbers.items()), tuple(claims)
