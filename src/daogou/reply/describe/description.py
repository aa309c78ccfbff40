"""A product description: several candidates from the row's facts, each checked claim by claim, the best one chosen."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from daogou.catalog.products.conversation import Claim, Considered, Evidence, Verdict
from daogou.catalog.products.need import ShopperNeed
from daogou.catalog.products.product import Product
from daogou.ports import NEVER, Ability, LanguageModel, log_likelihoods
from daogou.reply.context import Fact, Statement
from daogou.reply.describe.english import write_english
from daogou.reply.describe.facts import Telling, tellings
from daogou.reply.describe.plan import Thing, Writing, fill, places, thing_of
from daogou.reply.describe.words import SENTENCES, Brief, forms, further, openings, properties, tables
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
    tone = writing.brief.tone.value
    while not writing.full:
        clauses = _told(writing)
        writing.say(tidy(fill(writing.pick(further("zh", tone, "zh")), {"zh": clauses})))
    if writing.ends_with_name():
        writing.cite(writing.thing.title)
        writing.say(tidy(fill(writing.pick(further("zh", tone, "name")), {"name": writing.thing.name})))


def tidy(text: str) -> str:
    """Without the spaces that Chinese does not write; a quotation stays as the row has it."""
    return "".join(piece if piece.startswith("“") else _LOOSE.sub("", piece) for piece in _QUOTED.split(text))


def _open(writing: Writing) -> None:
    thing = writing.thing
    tone = writing.brief.tone.value if thing.noun else "bare"
    before = _before(writing)
    if all(telling in before for telling in writing.pool):  # the noun takes all that there is to tell
        tone = "thin_kind" if thing.noun else "thin"
    fitting = [it for it in openings("zh", tone) if thing.brand is not None or "brand" not in places(it)]
    wording = writing.pick(fitting or openings("zh", "thin")[-1:])
    found = places(wording)
    values = {place: _slot(place, writing) for place in ("what", "brand_what", *sorted(found)) if place in found}
    writing.named = "name" in found
    writing.say(tidy(writing.question() + fill(wording, values)))


def _slot(place: str, writing: Writing) -> str:
    thing = writing.thing
    brand = thing.brand.printed if thing.brand else ""
    if place in ("brand", "brand_of", "brand_what"):
        writing.cite(thing.brand)
    if place in ("what", "brand_what", "kind"):
        writing.cite(thing.noun_fact)
    match place:
        case "brand":
            return brand
        case "brand_of":
            return f"{brand}的" if brand else ""
        case "brand_what":
            return brand + _what(writing)
        case "what":
            return _what(writing)
        case "kind":
            return thing.noun
        case "name":
            writing.cite(thing.title)
            return thing.name
        case _:
            return _told(writing)


def _before(writing: Writing) -> list[Telling]:
    """What may stand in front of the noun: one Chinese word, at most."""
    able = [it for it in writing.pool if forms(it.name, "zh_pre")]
    return [it for it in able if len(it.facts) == 1 and is_chinese(it.facts[0].printed)][:1]


def _what(writing: Writing) -> str:
    words = [writing.take(telling).facts[0].printed for telling in _before(writing)]
    return "".join([*words, writing.thing.noun])


def _told(writing: Writing) -> str:
    """The next clauses, each out of the pool."""
    some = writing.pool[:TOGETHER]
    return "，".join(_clause(writing.pick(_clauses(it)), writing.take(it)) for it in some)


def _clauses(telling: Telling) -> Sequence[str]:
    """The wordings; a column that has none is told by its own Chinese name."""
    if telling.name in properties():
        return forms(telling.name, "zh")
    name = thesaurus().attribute_label(telling.name, "zh")
    return (f"{name}为{{v}}",) if is_chinese(name) else ()


def _clause(wording: str, telling: Telling) -> str:
    sides = tables()["part"]
    texts = [quoted(fact.printed) if telling.foreign else fact.printed for fact in telling.facts]
    parts = [sides[fact.field]["zh"].replace("{v}", fact.printed) for fact in telling.facts if fact.field in sides]
    return wording.replace("{parts}", "，".join(parts)).replace("{v}", "、".join(texts))


VARIANTS = 6  # seeded plans of one product
TEMPLATES = "templates"  # written_by
PLAIN = "plain score"  # scored_by
TOLD, REPEATED, OUT_OF_LENGTH = 1.0, 2.0, 0.5  # weights: facts, share of words said again, sentences too many or few


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
    language = brief.language
    thing, told = thing_of(product, at=at, language=language), tellings(product, brief, at=at)
    found = [_planned(thing, told, brief, variant, at) for variant in range(VARIANTS)]
    distinct = {one.text: one for one in reversed(found) if one.statements}
    text = f"This is {thing.name}." if language == "en" else f"商品名称：{thing.name}。"
    only_the_name = Candidate(statements=(Statement(text=text, product=product, facts=(thing.title,)),), text=text)
    fit = [*reversed(distinct.values())] or [only_the_name]
    if model is None or Ability.SCORE not in model.abilities:
        model, scored = None, [_plain_score(one, told, brief) for one in fit]
    else:
        scored = _likely(model, fit, thing, told, brief)
    best = max(range(len(fit)), key=lambda place: scored[place].score or 0.0)
    evidence, claims = _published(fit[best], product, at)
    return Description(
        product_id=product.id,
        language=language,
        text=fit[best].text,
        claims=claims,
        evidence=evidence,
        scored_by=model.name if model else PLAIN,
        considered=tuple(replace(one, chosen=place == best) for place, one in enumerate(scored)),
    )


def _planned(thing: Thing, told: Sequence[Telling], brief: Brief, variant: int, at: datetime) -> Candidate:
    """The statements of one plan that the row bears out."""
    writing, language = Writing.of(thing, told, brief, variant=variant), brief.language
    (write_english if language == "en" else write_chinese)(writing)
    need = ShopperNeed(language=language)
    verdicts = [verdict(one, need, at=at, language=language) for one in writing.statements]
    kept = [one for one, said in zip(writing.statements, verdicts, strict=True) if said is Verdict.SUPPORTED]
    return Candidate(statements=tuple(kept), text=(" " if language == "en" else "").join(one.text for one in kept))


def _likely(
    model: LanguageModel, candidates: Sequence[Candidate], thing: Thing, told: Sequence[Telling], brief: Brief
) -> list[Considered]:
    """Each with log P(description | facts) per token."""
    facts = {"title": thing.name, **({"brand": thing.brand.printed} if thing.brand else {})}
    facts |= {telling.name: ", ".join(fact.printed for fact in telling.facts) for telling in told}
    tone, length = brief.tone.value, brief.length.value
    form = describing(facts, language=brief.language, tone=tone, length=length, audience=brief.audience)
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
