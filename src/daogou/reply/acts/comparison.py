"""COMPARE: where the products differ, what matters to this shopper first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from daogou.catalog.matching.matching import passes
from daogou.catalog.products.candidate import Explanation, ExplanationKind, Pick
from daogou.catalog.products.conversation import Evidence, Reason, Recommendation
from daogou.catalog.products.need import BRAND, PRICE, RATING, TEXT, Constraint
from daogou.catalog.products.product import Money, Product
from daogou.reply.acts.answers import say_fact
from daogou.reply.acts.lead import unmet
from daogou.reply.acts.results import joined_briefs
from daogou.reply.context import Compound, Draft, ReplyContext, Sentence, Shown, Statement
from daogou.reply.gather import TITLE, Fact
from daogou.reply.sentences.paraphrase import things, want_parts, wants
from daogou.reply.sentences.phrases import LANGUAGES, Phrases, listed, money, number, quoted, short
from daogou.reply.sentences.reasons import reasons
from daogou.reply.verify import capital
from daogou.text.thesaurus import thesaurus

SOURCE = "events"


@dataclass(frozen=True, kw_only=True)
class Carousel:
    """Products with what speaks for them, in the shopper's language."""

    recommendations: tuple[Recommendation, ...]
    evidence: tuple[Evidence, ...]


def carousel_of(picks: Sequence[Pick], products: Mapping[str, Product], language: str, *, told: int = 0) -> Carousel:
    """The picks whose rows are there, in their order; `products` also holds those that the grounds speak of.

    `told` pieces of evidence were numbered before these.
    """
    phrases = Phrases(language=language if language in LANGUAGES else LANGUAGES[0])
    evidence: list[Evidence] = []
    shown: list[Recommendation] = []
    for pick in (pick for pick in picks if pick.product_id in products):
        reasons = []
        for explanation in pick.explanations:
            text = _text(explanation, products[pick.product_id], products, phrases)
            if text:
                evidence.append(_evidence(explanation, pick.product_id, f"e{told + len(evidence) + 1}"))
                reasons.append(Reason(text=capital(text), evidence_ids=(evidence[-1].id,)))
        product = products[pick.product_id]
        shown.append(
            Recommendation(product=product, position=len(shown) + 1, reasons=tuple(reasons), scores=pick.scores)
        )
    return Carousel(recommendations=tuple(shown), evidence=tuple(evidence))


def _text(explanation: Explanation, product: Product, products: Mapping[str, Product], phrases: Phrases) -> str:
    """Empty where it speaks of a product that is gone, or of a brand that the row does not name."""
    other = products.get(explanation.product_id)
    if (explanation.product_id and other is None) or (
        explanation.kind is ExplanationKind.OWN_BRAND and not product.brand
    ):
        return ""
    key = f"rail.{explanation.kind}" if explanation.count != 1 else f"rail.{explanation.kind}_once"
    return phrases.say(
        key if phrases.has(key) else f"rail.{explanation.kind}",
        count=f"{explanation.count:,}",
        other=short(other.title_in(phrases.language)) if other else "",
        brand=short(product.brand),
    )


def _evidence(explanation: Explanation, product_id: str, evidence_id: str) -> Evidence:
    value = f"{explanation.count:,}" if explanation.count else explanation.product_id
    if explanation.count and explanation.product_id:
        value = f"{explanation.count:,} ({explanation.product_id})"
    return Evidence(
        id=evidence_id,
        product_id=product_id,
        field=explanation.kind.value,
        value=value,
        source=SOURCE,
        as_of=explanation.as_of,
    )


def explanation(context: ReplyContext) -> Draft:
    """Why these: the need as it was understood, the first product's reasons, and the cheaper one's price."""
    meant = context.meant
    if not meant:
        return Draft(sentences=(context.phrases.say("explain.nothing"),))
    results = _shelf(context)
    shown = tuple(Shown(product=row, reasons=reasons(row, context)) for row in results)
    return Draft(
        sentences=(*_understood(context), _why(meant[0], context), *_trade_off(meant[0], results, context)), shown=shown
    )


def _shelf(context: ReplyContext) -> tuple[Product, ...]:
    """The products shown last, in their order, as far as their rows are at hand; else the best found."""
    before = context.session.shown
    rows = tuple(context.products[key] for key in before if key in context.products)
    return rows[: context.limit] if rows and len(rows) == len(before) else context.shown


def _understood(context: ReplyContext) -> Iterator[str]:
    need, phrases, total = context.need, context.phrases, context.retrieval.total
    kept = tuple(must for must in need.musts if must not in context.retrieval.given_up)
    if need.category or kept:
        asked = things(need, phrases)
        words = wants(kept, phrases, context.currency, beside=asked)
        yield phrases.say("explain.asked", things=asked, wants=words)
        if total > 1 and not context.retrieval.given_up and not unmet(context):
            yield phrases.say("explain.total", total=number(Decimal(total)))
    if need.sort is None and need.query.strip():
        yield phrases.say("explain.words")


def _why(product: Product, context: ReplyContext) -> Statement:
    title, told = context.facts(product, TITLE), reasons(product, context)
    facts = tuple(fact for statement in told for fact in statement.facts)
    counted = tuple(count for statement in told for count in statement.counted)
    key = "explain.why" if told else "explain.why_plain"
    text = context.phrases.say(key, name=quoted(title[0].printed), facts=joined_briefs(told, context, of="text"))
    return Statement(text=text, product=product, facts=(*title, *facts), counted=counted)


def _trade_off(product: Product, results: tuple[Product, ...], context: ReplyContext) -> Iterator[Sentence]:
    """The cheapest of the shelf, where it is cheaper than the one explained."""
    own = context.price(product)
    prices = [(price, row) for row in results if (price := context.price(row))]
    if own is None or not prices:
        return
    least, cheapest = min(prices, key=lambda one: one[0].amount)
    if least.currency != own.currency or least.amount >= own.amount:
        return
    saved = money(Money(amount=own.amount - least.amount, currency=own.currency))
    title, costs, first = context.facts(cheapest, TITLE), context.facts(cheapest, PRICE), context.facts(product, PRICE)
    name = quoted(title[0].printed)
    text = context.phrases.say("explain.trade", name=name, price=costs[0].printed, difference=saved)
    parts = (
        Statement(text=costs[0].printed, product=cheapest, facts=(*title, *costs)),
        Statement(text=first[0].printed, product=product, facts=first),
    )
    yield Compound(text=text, parts=parts)


MARKS = "①②③④"
MOST_ROWS = 6
MOST_ALIKE = 3


def comparison(context: ReplyContext) -> Draft:
    """Two to four products side by side, and what the differences mean for what was asked."""
    rivals = context.meant[: len(MARKS)] if len(context.need.refers_to) > 1 else _two(context)
    if len(rivals) < 2:
        return Draft(sentences=(context.phrases.say("compare.too_few"),))
    table = [(field, _cells(field, rivals, context)) for field in _fields(rivals, context)]
    differing = [(field, cells) for field, cells in table if _differ(cells)][:MOST_ROWS]
    rows = [_row(field, cells, rivals, context) for field, cells in differing]
    shown = tuple(Shown(product=rival, reasons=reasons(rival, context)) for rival in rivals)
    verdicts = [*_alike(table, rivals, context), *_cheaper(rivals, context), *_only(rivals, context)]
    nothing = [] if rows else [context.phrases.say("compare.alike")]
    return Draft(sentences=(_lead(rivals, context), *rows, *nothing, *_on_new_line(verdicts)), shown=shown)


def _two(context: ReplyContext) -> tuple[Product, ...]:
    """The one that was named and the first other one, or the first two that were shown."""
    named = context.meant[:1] if context.need.refers_to else ()
    before = [context.products[key] for key in context.session.shown if key in context.products]
    return tuple({row.id: row for row in (*named, *before, *context.shown)}.values())[:2]


def _lead(rivals: Sequence[Product], context: ReplyContext) -> Compound:
    titles = [context.facts(rival, TITLE) for rival in rivals]
    names = [f"{mark} {quoted(title[0].printed)}" for mark, title in zip(MARKS, titles, strict=False)]
    parts = tuple(
        Statement(text=name, product=rival, facts=title)
        for name, rival, title in zip(names, rivals, titles, strict=True)
    )
    return Compound(
        text=context.phrases.say("compare.lead", names=("；" if context.language == "zh" else "; ").join(names)),
        parts=parts,
    )


def _fields(rivals: Sequence[Product], context: ReplyContext) -> list[str]:
    """What to compare: price, what was asked, what people ask of such things, then whatever all of them state."""
    asked = [c.attribute for c in context.need.constraints if c.attribute != TEXT]
    sort = [context.need.sort.attribute] if context.need.sort else []
    known = thesaurus()
    usual = [
        name for rival in rivals if rival.product_type in known.types for name in known.types[rival.product_type].ask
    ]
    shared = [
        a.name for a in rivals[0].attributes if a.name in known.attributes and all(r.values(a.name) for r in rivals)
    ]
    return list(dict.fromkeys([PRICE, *asked, *sort, *usual, RATING, BRAND, *shared]))


def _cells(field: str, rivals: Sequence[Product], context: ReplyContext) -> list[tuple[Fact, ...]]:
    return [context.facts(rival, field)[:3] for rival in rivals]


def _differ(cells: Sequence[Sequence[Fact]]) -> bool:
    stated = [tuple(fact.printed for fact in facts) for facts in cells if facts]
    return len(stated) > 1 and (len(set(stated)) > 1 or len(stated) < len(cells))


def _row(field: str, cells: Sequence[tuple[Fact, ...]], rivals: Sequence[Product], context: ReplyContext) -> Compound:
    said = [
        f"{mark} {listed([fact.printed for fact in facts], context.language) or context.phrases.say('compare.unstated')}"
        for mark, facts in zip(MARKS, cells, strict=False)
    ]
    label = context.phrases.label(field)
    text = context.phrases.say("compare.row", attribute=label, cells="  ".join(said))
    parts = tuple(
        Statement(text=f"{label} {cell}", product=rival, facts=facts)
        for cell, rival, facts in zip(said, rivals, cells, strict=True)
        if facts
    )
    return Compound(text=f"\n• {text}", parts=parts)


def _alike(
    table: Sequence[tuple[str, list[tuple[Fact, ...]]]], rivals: Sequence[Product], context: ReplyContext
) -> Iterator[Compound]:
    same = [cells for field, cells in table if all(cells) and not _differ(cells)][:MOST_ALIKE]
    if not same:
        return
    facts = listed([say_fact(cells[0], context) for cells in same], context.language)
    parts = tuple(
        Statement(text=say_fact(cells[place], context), product=rival, facts=cells[place])
        for cells in same
        for place, rival in enumerate(rivals)
    )
    key = "compare.same_two" if len(rivals) == 2 else "compare.same"
    yield Compound(text=context.phrases.say(key, facts=facts), parts=parts)


def _cheaper(rivals: Sequence[Product], context: ReplyContext) -> Iterator[Compound]:
    """How much the cheapest saves against the next one."""
    prices = [(price, place) for place, rival in enumerate(rivals) if (price := context.price(rival))]
    if len(prices) < len(rivals) or len({price.currency for price, _ in prices}) > 1:
        return
    (least, mine), (other, theirs), *_ = sorted(prices, key=lambda one: one[0].amount)
    if least.amount < other.amount:
        difference = money(Money(amount=other.amount - least.amount, currency=least.currency))
        text = context.phrases.say("compare.cheaper", mark=MARKS[mine], other=MARKS[theirs], difference=difference)
        yield Compound(text=text, parts=tuple(_costs(rivals[place], context) for place in (mine, theirs)))


def _costs(product: Product, context: ReplyContext) -> Statement:
    facts = context.facts(product, PRICE)
    return Statement(text=facts[0].printed, product=product, facts=facts)


def _only(rivals: Sequence[Product], context: ReplyContext) -> Iterator[Compound]:
    """What only one of them meets of all that was asked."""
    for constraint in context.need.constraints:
        meeting = [place for place, rival in enumerate(rivals) if passes(rival, constraint, context.at)]
        if len(meeting) == 1 and (parts := _ground(rivals, constraint, context)):
            want = want_parts([constraint], context.phrases, context.currency)
            if want:
                text = context.phrases.say("compare.only", mark=MARKS[meeting[0]], want=want[0])
                yield Compound(text=text, parts=parts)


def _ground(rivals: Sequence[Product], constraint: Constraint, context: ReplyContext) -> tuple[Statement, ...]:
    cells = _cells(constraint.attribute, rivals, context)
    return tuple(
        Statement(text=say_fact(facts, context), product=rival, facts=facts)
        for facts, rival in zip(cells, rivals, strict=True)
        if facts
    )


def _on_new_line(sentences: Sequence[Compound]) -> list[Sentence]:
    if not sentences:
        return []
    first, *others = sentences
    return [Compound(text=f"\n{first.text}", parts=first.parts), *others]
