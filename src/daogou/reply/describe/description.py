"""A product description: several candidates from the row's facts, each checked claim by claim, the best one chosen."""

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from daogou.catalog.matching.wording import fold
from daogou.catalog.products.candidate import Retrieval
from daogou.catalog.products.conversation import Considered, Session
from daogou.catalog.products.evidence import Claim, Evidence, Verdict
from daogou.catalog.products.need import AVAILABILITY, CATEGORY, PRICE, ShopperNeed
from daogou.catalog.products.product import Product
from daogou.ports import NEVER, Ability, Deadline, LanguageModel
from daogou.reply.describe.english import write_english
from daogou.reply.describe.facts import Telling, tellings
from daogou.reply.describe.plan import Writing, scored
from daogou.reply.describe.thing import Thing, thing_of
from daogou.reply.describe.words import Brief
from daogou.reply.describe.write_zh import write_chinese
from daogou.reply.draft import Statement
from daogou.reply.scene import Scene
from daogou.reply.sentences.filling import fill, named_facts
from daogou.reply.sentences.filling_words import Refused
from daogou.reply.sentences.phrases import Phrases
from daogou.reply.sentences.rendering import clean
from daogou.reply.verify.gather import Fact
from daogou.reply.verify.verify import verdict
from daogou.text.prompts import END, Task, describing, prompt_for
from daogou.text.thesaurus import thesaurus

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


MOST_TOKENS = 160
SHOWN_LENGTH = 160  # characters of a refused text that are kept to be looked at
KIND = "kind"  # what a model calls the kind of thing
OWN = "A."  # the letter under which `filling` knows the only product
_PLACE = re.compile(r"\{(\w[\w ]*)\}")


def samples(
    model: LanguageModel, product: Product, brief: Brief, *, at: datetime, n: int, deadline: Deadline
) -> Iterator[tuple[str, tuple[Statement, ...], str]]:
    """n texts: the text, its statements, and the veto that stopped it ("" for a good one)."""
    scene = _scene(product, brief, at)
    called = {OWN + CATEGORY: KIND}
    aging = {OWN + AVAILABILITY} | (set() if brief.with_price else {OWN + PRICE})
    names = {name: named for name, named in named_facts([product], scene).items() if name not in aging}
    form = describing(
        {called.get(name, name.removeprefix(OWN)): named.text for name, named in names.items()},
        language=brief.language,
        tone=brief.tone.value,
        length=brief.length.value,
        audience=brief.audience,
    )
    texts = model.write(
        prompt_for(Task.DESCRIBE, form, instructed=model.instructed, language=brief.language),
        n=n,
        max_tokens=MOST_TOKENS,
        seed=zlib.crc32(f"{product.id}|{brief.seed}".encode()),
        stop=(END,),
        deadline=deadline,
    )
    for text in dict.fromkeys(texts):
        try:
            sentences = fill(_PLACE.sub(_lettered, text), names, scene).sentences
        except Refused as error:
            yield clean(text)[:SHOWN_LENGTH], (), str(error)
            continue
        said = " ".join(one if isinstance(one, str) else one.text for one in sentences)
        yield said, tuple(one for one in sentences if isinstance(one, Statement)), ""


def _lettered(place: re.Match[str]) -> str:
    return f"{{{OWN}{CATEGORY if place[1] == KIND else place[1]}}}"


def _kind(product: Product, brief: Brief, at: datetime) -> str:
    """The field that holds the kind, where the row itself names it so: a kind that was only guessed is not told."""
    noun = thing_of(product, at=at, language=brief.language).noun
    return CATEGORY if noun and fold(noun) == fold(thesaurus().type_label(product.product_type, brief.language)) else ""


def _scene(product: Product, brief: Brief, at: datetime) -> Scene:
    return Scene(
        shortlist=(product,),
        need=ShopperNeed(language=brief.language, about=_kind(product, brief, at)),
        session=Session(session_id=""),
        retrieval=Retrieval(),
        products={product.id: product},
        at=at,
        limit=1,
        phrases=Phrases(language=brief.language, seed=product.id),
    )
