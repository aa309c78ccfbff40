"""FIND, REFINE and MORE: what was understood, the products, why the first is first, at most one question."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from daogou.catalog.matching.matching import passes
from daogou.catalog.products.need import AVAILABILITY, CATEGORY, CONDITION, PRICE, RATING, TEXT, Code, Sold
from daogou.catalog.products.product import Availability, Money, Product
from daogou.reply.acts.lead import empty, lacking, lead, only_cheaper, unsold
from daogou.reply.context import TITLE, Draft, Fact, ReplyContext, Sentence, Shown, Statement
from daogou.reply.sentences.phrases import listed, money, number, short
from daogou.reply.sentences.reasons import near_reasons, reasons

MOST_NEAR = 4  # products shown when none fits
MOST_TOLD = 4  # products told of one number
MOST_FACTS = 3  # named of one product in running text
CLEARLY_CHEAPER = Decimal("0.9")
MANY = 8  # fitting products from which a question pays
STATED_SHARE = 0.4  # of the shortlist, at least, must state the attribute
COMMON_SHARE = 0.8  # of one text value, at most
WIDE = Decimal("1.3")  # largest number over smallest, at least
MOST_CHOICES = 3
CHOICE_LENGTH = 24  # characters; longer values are no choices to offer
_NEVER_ASKED = (AVAILABILITY, CATEGORY, CONDITION, RATING, TEXT, TITLE)


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


def coded_results(context: ReplyContext) -> Draft | None:
    """The products whose numbers were named, each with its number, and what else was found; None where no number was."""
    met = {row.id: all(passes(row, must, context.at) for must in context.need.musts) for row in context.shown}
    shown = tuple(  # how it differs, where the product was named and breaks a wish
        Shown(product=row, reasons=(reasons if met[row.id] else near_reasons)(row, context)) for row in context.shown
    )
    sentences = tuple(sentence for code in context.need.codes for sentence in _of_code(code, shown, context))
    return Draft(sentences=sentences, shown=shown) if sentences else None


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


def question_back(context: ReplyContext) -> tuple[str, str]:
    """The attribute asked about and the question, or nothing twice: few results, nothing telling left unsaid, or asked a moment ago."""
    if context.retrieval.total < MANY or context.retrieval.given_up:
        return "", ""
    said = {constraint.attribute for constraint in context.need.constraints}
    sort = {context.need.sort.attribute} if context.need.sort else set()
    for attribute in context.need.unknown:
        if attribute not in {*said, *sort, *_NEVER_ASKED}:
            question = _question(attribute, context)
            if question and not _asked_just_now(attribute, context):
                return attribute, question
    return "", ""


def _question(attribute: str, context: ReplyContext) -> str:
    """By what the shortlist states; empty where the values are too few, too many or too alike to choose among."""
    facts = [context.facts(product, attribute) for product in context.shortlist]
    stated = [each[0] for each in facts if each]
    values, label = [fact.value for fact in stated], context.phrases.label(attribute)
    if len(stated) < STATED_SHARE * len(context.shortlist) or len(stated) < 2:
        return ""
    if attribute == PRICE:
        prices = [price for product in context.shown if (price := context.price(product))]
        return _price_question(prices, context) if prices else ""
    if all(isinstance(value, bool) for value in values):
        share = values.count(True) / len(values)
        told = 1 - COMMON_SHARE <= share <= COMMON_SHARE
        return context.phrases.say("question.bool", attribute=label) if told else ""
    numbers = [value for value in values if isinstance(value, Decimal)]
    if len(numbers) == len(values):
        told = min(numbers) > 0 and max(numbers) >= min(numbers) * WIDE
        return context.phrases.say("question.number", attribute=label) if told else ""
    counts = Counter(fact.printed for fact in stated)
    shown = {fact.printed for product in context.shown for fact in context.facts(product, attribute)[:1]}
    choices = [value for value, _ in counts.most_common() if value in shown][:MOST_CHOICES]
    readable = len(choices) > 1 and max(map(len, choices)) <= CHOICE_LENGTH
    if not readable or max(counts.values()) > COMMON_SHARE * len(stated):
        return ""
    return context.phrases.say("question.text", attribute=label, choices=listed(choices, context.language, last="or"))


def _price_question(prices: Sequence[Money], context: ReplyContext) -> str:
    low, high = (choose(prices, key=lambda price: price.amount) for choose in (min, max))
    if len({price.currency for price in prices}) > 1 or low.amount <= 0 or high.amount < low.amount * WIDE:
        return ""
    return context.phrases.say("question.price", low=money(low), high=money(high))


def _asked_just_now(attribute: str, context: ReplyContext) -> bool:
    """Whether the last answer asked about the same attribute, in whatever variant."""
    if not context.session.turns:
        return False
    forms = ("price",) if attribute == PRICE else ("number", "text", "bool")
    variants = [variant for form in forms for variant in context.phrases.variants(f"question.{form}")]
    starts = [variant.split("{low}")[0].split("{choices}")[0] for variant in variants]
    label = context.phrases.label(attribute)
    return any(start.format(attribute=label) in context.session.turns[-1].text for start in starts)


def picks(shown: Sequence[Shown], context: ReplyContext) -> Iterator[Statement]:
    """The first, and then the clearly cheaper or the next one."""
    shared = _shared(shown)  # the lead has told it
    shown = [replace(each, reasons=tuple(one for one in each.reasons if one.brief not in shared)) for each in shown]
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
        name, title = context.named(each.product)
        told = [reason for reason in each.reasons if reason.brief not in shared][:MOST_FACTS]
        form = "pick.nearest" if told else "pick.nearest_plain"
        text = context.phrases.say(form, name=name, facts=in_one_phrase([one.brief for one in told], context))
        yield resting_on(f"\n{text}", each.product, title, told)


def _shared(shown: Sequence[Shown]) -> frozenset[str]:
    """What every one of several products is silent on."""
    differing = [{reason.brief for reason in each.reasons if reason.lacks} for each in shown]
    return frozenset.intersection(*map(frozenset, differing)) if len(shown) > 1 else frozenset()


def in_one_phrase(texts: Sequence[str], context: ReplyContext) -> str:
    """Each once, in one phrase."""
    return ("；" if context.language == "zh" else "; ").join(dict.fromkeys(texts))


def resting_on(text: str, product: Product, facts: Sequence[Fact], reasons: Sequence[Statement]) -> Statement:
    """What is said of the product, on these facts and those of the reasons that it tells."""
    told = (fact for reason in reasons for fact in reason.facts)
    counted = tuple(count for reason in reasons for count in reason.counted)
    return Statement(text=text, product=product, facts=(*facts, *told), counted=counted)


def pick(each: Shown, why: str, plain: str, context: ReplyContext, **values: str) -> Statement:
    """One product with its price, by the phrase `why` with its weightiest facts or, where it has none, by `plain`.

    That it can't be had at once is never left out.
    """
    name, title = context.named(each.product)
    price = context.facts(each.product, PRICE)
    offer = context.phrases.say("noun.offer", name=name, price=price[0].printed) if price else name
    states = [reason for reason in each.reasons if reason.facts[0].field == AVAILABILITY]
    others = [reason for reason in each.reasons if not _is_price(reason) and reason not in states]
    told = [*others[: MOST_FACTS - len(states)], *states]
    briefs = [reason.brief for reason in told]
    if context.language == "zh":
        facts = "，".join(briefs)
    else:
        facts = "; ".join(briefs) if any("," in brief for brief in briefs) else listed(briefs, context.language)
    text = context.phrases.say(why if told else plain, offer=offer, facts=facts, **values)
    return resting_on(text, each.product, (*title, *price), told)


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
    return (product.best_offer(context.at) or product).availability is not Availability.OUT_OF_STOCK


def _is_price(reason: Statement) -> bool:
    return all(fact.field == PRICE for fact in reason.facts) and not reason.counted
