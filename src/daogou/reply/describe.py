"""A product description: several candidates from the row's facts, each checked claim by claim, the best one chosen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from daogou.ports import NEVER, Ability, Deadline, LanguageModel
from daogou.reply.describe_english import write_english
from daogou.reply.describe_facts import Telling, tellings
from daogou.reply.describe_plan import Brief, Writing, scored
from daogou.reply.describe_thing import Thing, thing_of
from daogou.reply.describe_write_zh import write_chinese
from daogou.reply.describe_written import samples
from daogou.reply.draft import Statement
from daogou.reply.gather import Fact
from daogou.reply.verify import verdict
from daogou.shop.conversation import Considered
from daogou.shop.evidence import Claim, Evidence, Verdict
from daogou.shop.need import ShopperNeed
from daogou.shop.product import Product

VARIANTS = 6  # seeded plans of one product
TEMPLATES = "templates"


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One description that could be given; every statement of it stood the check, else `veto` says why not."""

    statements: tuple[Statement, ...]
    text: str
    written_by: str = TEMPLATES
    veto: str = ""


@dataclass(frozen=True, kw_only=True)
class Description:
    """What is said of a product, what it rests on, and who wrote and chose it."""

    product_id: str
    language: str
    text: str
    claims: tuple[Claim, ...]
    evidence: tuple[Evidence, ...]
    written_by: str
    scored_by: str
    considered: tuple[Considered, ...] = ()


def describe(
    product: Product,
    brief: Brief,
    *,
    at: datetime,
    model: LanguageModel | None = None,
    samples_wanted: int = 2,
    deadline: Deadline = NEVER,
) -> Description:
    """The best of the candidates: most likely after the facts where a model can score, else by the plain score."""
    thing, told = thing_of(product, at=at, language=brief.language), tellings(product, brief, at=at)
    found = [_planned(thing, told, brief, variant, at) for variant in range(VARIANTS)]
    if model is not None and Ability.WRITE in model.abilities and samples_wanted:
        for text, statements, veto in samples(model, product, brief, at=at, n=samples_wanted, deadline=deadline):
            found.append(Candidate(statements=statements, text=text, written_by=model.name, veto=veto))
    distinct = list({candidate.text: candidate for candidate in reversed(found)}.values())[::-1]
    return _chosen(distinct, thing, told, brief, at=at, model=model, deadline=deadline)


def _planned(thing: Thing, told: Sequence[Telling], brief: Brief, variant: int, at: datetime) -> Candidate:
    writing = Writing.of(thing, told, brief, variant=variant)
    (write_english if brief.language == "en" else write_chinese)(writing)
    kept = tuple(one for one in writing.statements if _holds(one, brief, at))
    between = " " if brief.language == "en" else ""
    return Candidate(
        statements=kept, text=between.join(one.text for one in kept), veto="" if kept else "nothing is borne out"
    )


def _holds(statement: Statement, brief: Brief, at: datetime) -> bool:
    need = ShopperNeed(language=brief.language)
    return verdict(statement, need, at=at, language=brief.language) is Verdict.SUPPORTED


def _chosen(
    candidates: Sequence[Candidate],
    thing: Thing,
    told: Sequence[Telling],
    brief: Brief,
    *,
    at: datetime,
    model: LanguageModel | None,
    deadline: Deadline,
) -> Description:
    fit = [candidate for candidate in candidates if not candidate.veto]
    if not fit:
        fit = [_only_the_name(thing, brief)]
    judged, scored_by = scored(fit, thing, told, brief, model=model, deadline=deadline)
    best, winner = max(zip(judged, fit, strict=True), key=lambda pair: pair[0].score or 0.0)
    evidence, claims = _published(winner, thing.product, at)
    refused = [Considered(text=one.text, veto=one.veto, written_by=one.written_by) for one in candidates if one.veto]
    return Description(
        product_id=thing.product.id,
        language=brief.language,
        text=winner.text,
        claims=claims,
        evidence=evidence,
        written_by=winner.written_by,
        scored_by=scored_by,
        considered=(*(replace(one, chosen=one is best) for one in judged), *refused),
    )


def _only_the_name(thing: Thing, brief: Brief) -> Candidate:
    text = f"This is {thing.name}." if brief.language == "en" else f"商品名称：{thing.name}。"
    statement = Statement(text=text, product=thing.product, facts=(thing.title,))
    return Candidate(statements=(statement,), text=text)


def _published(winner: Candidate, product: Product, at: datetime) -> tuple[tuple[Evidence, ...], tuple[Claim, ...]]:
    """Evidence numbered in the order of use, and each statement as a claim that rests on it."""
    numbers: dict[Fact, str] = {}
    claims = []
    for statement in winner.statements:
        ids = tuple(numbers.setdefault(fact, f"e{len(numbers) + 1}") for fact in statement.facts)
        claims.append(Claim(text=statement.text, product_id=product.id, evidence_ids=ids, verdict=Verdict.SUPPORTED))
    return tuple(fact.evidence(number, at) for fact, number in numbers.items()), tuple(claims)
