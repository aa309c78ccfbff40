"""FIND, REFINE and MORE: what was understood, the products, why the first is first, at most one question."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from daogou.catalog.matching.matching import passes
from daogou.catalog.products.need import AVAILABILITY, CATEGORY, CONDITION, PRICE, RATING, TEXT, Code, Sold
from daogou.catalog.products.product import Availability, Money, Product
from daogou.reply.acts.lead import empty, lacking, lead, only_cheaper, unsold
from daogou.reply.context import Draft, ReplyContext, Sentence, Shown, Statement
from daogou.reply.gather import TITLE, Fact
from daogou.reply.sentences.phrases import listed, money, number, quoted, short
from daogou.reply.sentences.reasons import near_reasons, reasons


def results(context: ReplyContext) -> Draft:
    """The usual answer: products with reasons; the honest one where nothing fits."""
    if context.need.codes and (told := coded_results(context)):
        return told
    if any(context.need.unsold) and (context.retrieval.sold is Sold.NOT_SOLD or not context.need.category):
        return _beside(context)
    if not context.shown:
        return Draft(sentences=(empty(context),))
    if context.retrieval.given_up:
        return _nearest(context)
    shown = tuple(Shown(product=product, reasons=reasons(product, context)) for product in context.shown)
    asks, question = question_back(context)
    return Draft(sentences=(*lead(context), *picks(shown, context)), shown=shown, question=question, asks=asks)


def _beside(context: ReplyContext) -> Draft:
    """Not sold; with the nearest, where anything comes near."""
    shown = tuple(Shown(product=product, reasons=near_reasons(product, context)) for product in context.shown)
    if not shown:
        return Draft(sentences=(unsold(context),))
    beside = context.phrases.say("lead.beside_one" if len(shown) == 1 else "lead.beside")
    return Draft(sentences=(unsold(context), beside, *near_misses(shown, context)), shown=shown)


def _nearest(context: ReplyContext) -> Draft:
    rows = _cheapest_first(context) if only_cheaper(context) else context.shortlist
    few = replace(context, shortlist=tuple(rows), limit=min(context.limit, MOST_NEAR))
    shown = tuple(Shown(product=product, reasons=near_reasons(product, few)) for product in few.shown)
    unknown = [f"\n{sentence}" if place == 0 else sentence for place, sentence in enumerate(lacking(few))]
    return Draft(sentences=(*lead(few), *near_misses(shown, few), *unknown), shown=shown)


def _cheapest_first(context: ReplyContext) -> list[Product]:
    """The shortlist by price; what has none comes last."""
    prices = {row.id: price.amount for row in context.shortlist if (price := context.price(row))}
    return sorted(context.shortlist, key=lambda row: (row.id not in prices, prices.get(row.id, Decimal(0))))


MOST_NEAR = 4  # products shown when none fits


MOST_TOLD = 4  # products told of one number


def coded_results(context: ReplyContext) -> Draft | None:
    """The products whose numbers were named, each with its number, and what else was found; None where no number was."""
    shown = tuple(Shown(product=product, reasons=_reasons(product, context)) for product in context.shown)
    sentences = tuple(sentence for code in context.need.codes for sentence in _of_code(code, shown, context))
    return Draft(sentences=sentences, shown=shown) if sentences else None


def _reasons(product: Product, context: ReplyContext) -> tuple[Statement, ...]:
    """How it differs, where the product was named and breaks a wish."""
    met = all(passes(product, must, context.at) for must in context.need.musts)
    return reasons(product, context) if met else near_reasons(product, context)


def _of_code(code: Code, shown: tuple[Shown, ...], context: ReplyContext) -> Iterator[Sentence]:
    named = [each for each in shown if each.product.id in code.product_ids]
    said = f"“{short(code.said)}”"
    if not code.product_ids:
        yield context.phrases.say("coded.none", code=said)
    elif len(code.product_ids) == 1 and named:
        form = "is" if code.whole else "part"
        yield pick(named[0], f"coded.{form}_why", f"coded.{form}", context, code=said)
    elif named:
        form = "several" if code.whole else "several_part"
        yield context.phrases.say(f"coded.{form}", code=said, count=number(Decimal(len(code.product_ids))))
        for each in named[:MOST_TOLD]:
            yield pick(each, "coded.each", "coded.each", context)


MANY = 8  # fitting products from which a question pays
STATED_SHARE = 0.4  # of the shortlist, at least, must state the attribute
COMMON_SHARE = 0.8  # of one text value, at most
WIDE = Decimal("1.3")  # largest number over smallest, at least
MOST_CHOICES = 3
_NEVER_ASKED = (AVAILABILITY, CATEGORY, CONDITION, RATING, TEXT, TITLE)
CHOICE_LENGTH = 24  # characters; longer values are no choices to offer


def question_back(context: ReplyContext) -> tuple[str, str]:
    """The attribute asked about and the question, or nothing twice: few results, nothing telling left unsaid, or asked a moment ago."""
    if context.retrieval.total < MANY or context.retrieval.given_up:
        return "", ""
    said = {constraint.attribute for constraint in context.need.constraints}
    for attribute in context.need.unknown:
        if attribute not in (*said, *_NEVER_ASKED) and (
            context.need.sort is None or context.need.sort.attribute != attribute
        ):
            question = _question(attribute, context)
            if question and not _asked_just_now(attribute, context):
                return attribute, question
    return "", ""


def _question(attribute: str, context: ReplyContext) -> str:
    facts = [context.facts(product, attribute) for product in context.shortlist]
    stated = [each[0] for each in facts if each]
    if len(stated) < STATED_SHARE * len(context.shortlist) or len(stated) < 2:
        return ""
    if attribute == PRICE:
        prices = [price for product in context.shown if (price := context.price(product))]
        return _price_question(prices, context) if prices else ""
    if all(isinstance(fact.value, bool) for fact in stated):
        return _bool_question(attribute, stated, context)
    if all(isinstance(fact.value, Decimal) for fact in stated):
        return _number_question(attribute, stated, context)
    return _text_question(attribute, stated, context)


def _price_question(prices: list[Money], context: ReplyContext) -> str:
    low = min(prices, key=lambda price: price.amount)
    high = max(prices, key=lambda price: price.amount)
    if len({price.currency for price in prices}) > 1 or low.amount <= 0 or high.amount < low.amount * WIDE:
        return ""
    return context.phrases.say("question.price", low=money(low), high=money(high))


def _number_question(attribute: str, stated: list[Fact], context: ReplyContext) -> str:
    values = [fact.value for fact in stated if isinstance(fact.value, Decimal)]
    if min(values) <= 0 or max(values) < min(values) * WIDE:
        return ""
    return context.phrases.say("question.number", attribute=context.phrases.label(attribute))


def _text_question(attribute: str, stated: list[Fact], context: ReplyContext) -> str:
    counts = Counter(fact.printed for fact in stated)
    shown = {fact.printed for product in context.shown for fact in context.facts(product, attribute)[:1]}
    choices = [value for value, _ in counts.most_common() if value in shown][:MOST_CHOICES]
    if (
        len(choices) < 2
        or max(map(len, choices)) > CHOICE_LENGTH
        or counts.most_common(1)[0][1] > COMMON_SHARE * len(stated)
    ):
        return ""
    label = context.phrases.label(attribute)
    return context.phrases.say("question.text", attribute=label, choices=listed(choices, context.language, last="or"))


def _bool_question(attribute: str, stated: list[Fact], context: ReplyContext) -> str:
    share = sum(fact.value is True for fact in stated) / len(stated)
    if not 1 - COMMON_SHARE <= share <= COMMON_SHARE:
        return ""
    return context.phrases.say("question.bool", attribute=context.phrases.label(attribute))


def _asked_just_now(attribute: str, context: ReplyContext) -> bool:
    """Whether the last answer asked about the same attribute, in whatever variant."""
    if not context.session.turns:
        return False
    last = context.session.turns[-1].text
    label = context.phrases.label(attribute)
    starts = [
        variant.split("{low}")[0].split("{choices}")[0].format(attribute=label)
        for form in ("price", "number", "text", "bool")
        for variant in context.phrases.variants(f"question.{form}")
        if (form == "price") == (attribute == PRICE)
    ]
    return any(start in last for start in starts)


MOST_FACTS = 3  # named of one product in running text
CLEARLY_CHEAPER = Decimal("0.9")


def picks(shown: Sequence[Shown], context: ReplyContext) -> Iterator[Statement]:
    """The first, and then the clearly cheaper or the next one."""
    shown = _told_once(shown)
    if len(shown) == 1 and context.retrieval.total <= 1:
        yield pick(shown[0], "pick.only_why", "pick.only", context)
        return
    yield pick(shown[0], "pick.why", "pick.plain", context)
    others = [each for each in shown[1:] if _can_be_had(each.product, context)] or shown[1:]
    if others:
        yield _cheaper([shown[0], *others], context) or pick(others[0], "pick.second_why", "pick.second", context)


def near_misses(shown: Sequence[Shown], context: ReplyContext) -> Iterator[Statement]:
    """Each near miss on its own line, with how it differs; what all of them lack was told before."""
    shared = _shared(shown)
    for each in shown:
        name, facts = _name(each.product, context)
        told = [reason for reason in each.reasons if reason.brief not in shared][:MOST_FACTS]
        form = "pick.nearest" if told else "pick.nearest_plain"
        text = "\n" + context.phrases.say(form, name=name, facts=joined_briefs(told, context))
        yield Statement(text=text, product=each.product, facts=(*facts, *_facts(told)), counted=_counted(told))


def _told_once(shown: Sequence[Shown]) -> list[Shown]:
    """Without what all of several lack: the lead has told it."""
    shared = _shared(shown)
    return [replace(each, reasons=tuple(one for one in each.reasons if one.brief not in shared)) for each in shown]


def _shared(shown: Sequence[Shown]) -> frozenset[str]:
    """What every one of several products is silent on."""
    differing = [{reason.brief for reason in each.reasons if reason.lacks} for each in shown]
    return frozenset.intersection(*map(frozenset, differing)) if len(shown) > 1 else frozenset()


def joined_briefs(reasons: Sequence[Statement], context: ReplyContext, *, of: str = "brief") -> str:
    """The reasons' bare facts (or, of="text", the reasons) in one phrase."""
    texts = [statement.brief if of == "brief" else statement.text for statement in reasons]
    return ("；" if context.language == "zh" else "; ").join(dict.fromkeys(texts))


def pick(each: Shown, why: str, plain: str, context: ReplyContext, **values: str) -> Statement:
    """One product with its price, by the phrase `why` with its reasons' facts or, where it has none, by `plain`."""
    name, facts = _name(each.product, context)
    price = context.facts(each.product, PRICE)
    offer = context.phrases.say("noun.offer", name=name, price=price[0].printed) if price else name
    told = _told(each.reasons)
    briefs = _in_a_row([reason.brief for reason in told], context)
    text = context.phrases.say(why if told else plain, offer=offer, facts=briefs, **values)
    return Statement(text=text, product=each.product, facts=(*facts, *price, *_facts(told)), counted=_counted(told))


def _told(reasons: Sequence[Statement]) -> list[Statement]:
    """The weightiest facts beside the price; that it can't be had at once is never left out."""
    states = [reason for reason in reasons if reason.facts[0].field == AVAILABILITY]
    others = [reason for reason in reasons if not _is_price(reason) and reason not in states]
    return [*others[: MOST_FACTS - len(states)], *states]


def _in_a_row(briefs: Sequence[str], context: ReplyContext) -> str:
    if context.language == "zh":
        return "，".join(briefs)
    return "; ".join(briefs) if any("," in brief for brief in briefs) else listed(briefs, context.language)


def _cheaper(shown: Sequence[Shown], context: ReplyContext) -> Statement | None:
    first = context.price(shown[0].product)
    if first is None or context.need.sort is not None:
        return None
    kind = shown[0].product.product_type
    alike = [each for each in shown[1:] if each.product.product_type == kind]
    prices = [(price, each) for each in alike if (price := context.price(each.product))]
    same = [(price.amount, each) for price, each in prices if price.currency == first.currency]
    amount, cheapest = min(same, key=lambda one: one[0], default=(first.amount, shown[0]))
    if amount >= first.amount * CLEARLY_CHEAPER:
        return None
    return pick(cheapest, "pick.cheaper", "pick.cheaper", context) if _can_be_had(cheapest.product, context) else None


def _can_be_had(product: Product, context: ReplyContext) -> bool:
    offer = product.best_offer(context.at) or product
    return offer.availability is not Availability.OUT_OF_STOCK


def _name(product: Product, context: ReplyContext) -> tuple[str, tuple[Fact, ...]]:
    facts = context.facts(product, "title")
    return quoted(facts[0].printed), facts


def _facts(reasons: Sequence[Statement]) -> tuple[Fact, ...]:
    return tuple(fact for statement in reasons for fact in statement.facts)


def _counted(reasons: Sequence[Statement]) -> tuple[int | Decimal, ...]:
    return tuple(count for statement in reasons for count in statement.counted)


def _is_price(reason: Statement) -> bool:
    return all(fact.field == PRICE for fact in reason.facts) and not reason.counted
