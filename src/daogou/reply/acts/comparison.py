"""COMPARE: where the products differ, what matters to this shopper first."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from daogou.catalog.matching.matching import passes
from daogou.catalog.products.need import BRAND, PRICE, RATING, TEXT
from daogou.catalog.products.product import Money, Product
from daogou.reply.acts.answers import say_fact
from daogou.reply.acts.lead import unmet
from daogou.reply.acts.results import in_one_phrase, resting_on
from daogou.reply.context import Compound, Draft, Fact, ReplyContext, Sentence, Shown, Statement
from daogou.reply.sentences.paraphrase import things, want_parts, wants
from daogou.reply.sentences.phrases import listed, money, number
from daogou.reply.sentences.reasons import reasons
from daogou.text.thesaurus import thesaurus


def explanation(context: ReplyContext) -> Draft:
    """Why these: the need as it was understood, the first product's reasons, and the cheaper one's price."""
    meant = context.meant
    if not meant:
        return Draft(sentences=(context.phrases.say("explain.nothing"),))
    before = context.shown_before  # the shelf stays as it was, where all of its rows are at hand
    whole = before and len(before) == len(context.session.shown)
    results = before[: context.limit] if whole else context.shown
    shown = tuple(Shown(product=row, reasons=reasons(row, context)) for row in results)
    return Draft(
        sentences=(*_understood(context), _why(meant[0], context), *_trade_off(meant[0], results, context)), shown=shown
    )


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
    (name, title), told = context.named(product), reasons(product, context)
    key = "explain.why" if told else "explain.why_plain"
    text = context.phrases.say(key, name=name, facts=in_one_phrase([one.text for one in told], context))
    return resting_on(text, product, title, told)


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
    (name, title), costs = context.named(cheapest), _costs(cheapest, context)
    text = context.phrases.say("explain.trade", name=name, price=costs.text, difference=saved)
    yield Compound(text=text, parts=(replace(costs, facts=(*title, *costs.facts)), _costs(product, context)))


MARKS = "①②③④"
MOST_ROWS = 6
MOST_ALIKE = 3


def comparison(context: ReplyContext) -> Draft:
    """Two to four products side by side, and what the differences mean for what was asked."""
    rivals = context.meant[: len(MARKS)] if len(context.need.refers_to) > 1 else _two(context)
    if len(rivals) < 2:
        return Draft(sentences=(context.phrases.say("compare.too_few"),))
    table = [
        (field, [context.facts(rival, field)[:3] for rival in rivals]) for field in _fields(rivals, context)
    ]  # of each field, what each rival's row says
    differing = [(field, cells) for field, cells in table if _differ(cells)][:MOST_ROWS]
    rows = [_row(field, cells, rivals, context) for field, cells in differing]
    shown = tuple(Shown(product=rival, reasons=reasons(rival, context)) for rival in rivals)
    verdicts = [*_alike(table, rivals, context), *_cheaper(rivals, context), *_only(rivals, context)]
    alike = [] if rows else [context.phrases.say("compare.alike")]
    verdicts[:1] = [replace(first, text=f"\n{first.text}") for first in verdicts[:1]]
    return Draft(sentences=(_lead(rivals, context), *rows, *alike, *verdicts), shown=shown)


def _two(context: ReplyContext) -> tuple[Product, ...]:
    """The one that was named and the first other one, or the first two that were shown."""
    named = context.meant[:1] if context.need.refers_to else ()
    return tuple({row.id: row for row in (*named, *context.shown_before, *context.shown)}.values())[:2]


def _lead(rivals: Sequence[Product], context: ReplyContext) -> Compound:
    parts = []
    for mark, rival in zip(MARKS, rivals, strict=False):
        name, title = context.named(rival)
        parts.append(Statement(text=f"{mark} {name}", product=rival, facts=title))
    names = ("；" if context.language == "zh" else "; ").join(part.text for part in parts)
    return Compound(text=context.phrases.say("compare.lead", names=names), parts=tuple(parts))


def _fields(rivals: Sequence[Product], context: ReplyContext) -> list[str]:
    """What to compare: price, what was asked, what people ask of such things, then whatever all of them state."""
    asked = [c.attribute for c in context.need.constraints if c.attribute != TEXT]
    sort = [context.need.sort.attribute] if context.need.sort else []
    known = thesaurus()
    kinds = [known.types[rival.product_type] for rival in rivals if rival.product_type in known.types]
    usual = [name for kind in kinds for name in kind.ask]
    stated = [one.name for one in rivals[0].attributes if one.name in known.attributes]
    shared = [name for name in stated if all(rival.values(name) for rival in rivals)]
    return list(dict.fromkeys([PRICE, *asked, *sort, *usual, RATING, BRAND, *shared]))


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
        stated = [(rival, facts) for rival in rivals if (facts := context.facts(rival, constraint.attribute)[:3])]
        want = want_parts([constraint], context.phrases, context.currency) if len(meeting) == 1 and stated else []
        if want:
            text = context.phrases.say("compare.only", mark=MARKS[meeting[0]], want=want[0])
            said = [Statement(text=say_fact(facts, context), product=rival, facts=facts) for rival, facts in stated]
            yield Compound(text=text, parts=tuple(said))
