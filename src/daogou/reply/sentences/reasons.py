"""Why this product, for this shopper: what the row says to each thing that was asked."""

import re
from collections.abc import Iterator
from dataclasses import replace

from daogou.catalog.matching.matching import meets
from daogou.catalog.products.need import (
    AVAILABILITY,
    BRAND,
    FITS,
    ON_SALE,
    PRICE,
    RATING,
    READ_OFF_ROWS,
    TEXT,
    Constraint,
    Operator,
)
from daogou.catalog.products.product import Availability, Product
from daogou.reply.acts.answers import answer, deviations, facts_for, mentioned, refused, say_fact, unmentioned
from daogou.reply.context import FULL_PRICE, RATING_COUNT, Fact, ReplyContext, Statement
from daogou.reply.sentences.paraphrase import called, extra_words, grouped, of_kind, says
from daogou.reply.sentences.phrases import clean
from daogou.text.thesaurus import thesaurus
from daogou.text.words import is_chinese

MOST_REASONS = 4
MOST_EXTRA = 2  # of the query's further words named in reasons
LEAST_RIVALS = 3  # "the cheapest of 2" helps nobody
OWN_WORDS = 60  # characters of the row's own words, at most; Chinese ones take twice the room
_CLAUSES = re.compile(r"(?<=[a-z)])[.!?;](?:\s|$)|[。！？；]")


def reasons(product: Product, context: ReplyContext) -> tuple[Statement, ...]:
    """At most four, weightiest first: its standing, musts, wishes, what buyers say; a warning never drops.

    A reason speaks of what was asked; where nothing was, the row's own words, or its price, stand for it.
    """
    found = [*_asked(product, context)] or list(_at_least(product, context))[:1]
    warnings = list(_warnings(product, context))
    return (*found[: MOST_REASONS - len(warnings)], *warnings)


def near_reasons(product: Product, context: ReplyContext) -> tuple[Statement, ...]:
    """Of a near miss: how it differs first, its price always, then what it does meet."""
    differs = list(deviations(product, context))
    told = {fact.field for statement in differs for fact in statement.facts}
    costs = _plain(product, PRICE, context)
    meets_also = [s for s in _asked(product, context) if s.facts[0].field not in told and s.facts[0].field != PRICE]
    return (*differs, *([] if PRICE in told or costs is None else [costs]), *meets_also)[:MOST_REASONS]


def plain_facts(product: Product, context: ReplyContext) -> tuple[Statement, ...]:
    """What there is to say of a product that nothing particular was asked about: price, state, what people ask first."""
    concept = thesaurus().types.get(product.product_type)
    asked = [name for name in (concept.ask if concept else ()) if name not in (PRICE, BRAND)]
    telling = list(filter(None, (_plain(product, name, context) for name in asked)))[:MOST_REASONS]
    own = (_plain(product, PRICE, context), _plain(product, BRAND, context), _state(product, context))
    return tuple(statement for statement in (*own, *telling, *_rating(product, context)) if statement)


def _state(product: Product, context: ReplyContext) -> Statement | None:
    facts = context.facts(product, AVAILABILITY)
    return context.statement(f"fact.{facts[0].value}", product, facts) if facts else None


def _plain(product: Product, field: str, context: ReplyContext) -> Statement | None:
    facts = context.facts(product, field)[:2]
    return Statement(text=say_fact(facts, context), product=product, facts=facts) if facts else None


def _asked(product: Product, context: ReplyContext) -> Iterator[Statement]:
    yield from _superlative(product, context)
    phrase, within = _phrase(product, context)
    if phrase:
        yield phrase
    kind = of_kind(context.need, context.phrases)
    said = " ".join((kind, *(str(wish.value) for wish in context.need.constraints if wish.attribute == FITS)))
    within += tuple(wish for wish in context.need.musts if wish.attribute == TEXT and says(said, wish))
    for group in grouped((*context.need.musts, *context.need.wishes)):
        met = group[0] not in within and all(meets(product, constraint, context.at) for constraint in group)
        if met and (statement := answer(product, group, context)):
            yield statement
    words = (_met(product, wish, context) for wish in (context.need.purpose, context.need.recipient) if wish)
    yield from filter(None, words)  # only where the row's own text has the word
    yield from _extra_met(product, context)
    yield from _rating(product, context)
    yield from _sale(product, context)


def _phrase(product: Product, context: ReplyContext) -> tuple[Statement | None, tuple[Constraint, ...]]:
    """Words that are wishes one by one, but stand together in what was asked for and in the row: "guinea pig"."""
    worded = [must for must in context.need.musts if must.attribute == TEXT and must.operator is Operator.IS]
    words = context.need.thing.split()
    for size in range(len(words), 1, -1):
        for start in range(len(words) - size + 1):
            phrase = words[start : start + size]
            within = tuple(must for must in worded if any(says(word, must) for word in phrase))
            covered = len(within) > 1 and all(any(says(word, must) for must in within) for word in phrase)
            if covered and (found := mentioned(product, " ".join(phrase), context)):
                return found, within
    return None, ()


def _rating(product: Product, context: ReplyContext) -> Iterator[Statement]:
    rating = context.facts(product, RATING)
    count = context.facts(product, RATING_COUNT)
    if not rating or any(c.attribute == RATING for c in context.need.constraints):
        return
    if count:
        key, value = "fact.rating_one" if count[0].value == 1 else "fact.rating_many", rating[0].printed
        yield context.statement(key, product, (*rating, *count), value=value, count=count[0].printed)


def _sale(product: Product, context: ReplyContext) -> Iterator[Statement]:
    full = context.facts(product, FULL_PRICE)
    price = context.facts(product, PRICE)
    if full:
        text = context.phrases.say("fact.sale", price=price[0].printed, full=full[0].printed)
        brief = context.phrases.say("fact.sale_brief", full=full[0].printed)
        yield Statement(text=text, product=product, facts=(*price, *full), brief=brief)


def _at_least(product: Product, context: ReplyContext) -> Iterator[Statement]:
    """Where nothing was asked that the row answers: its own words in the shopper's writing, its price, or its brand."""
    for field, text in (*(("highlights", one) for one in product.highlights), ("description", product.description)):
        clause = next((one.strip() for one in _CLAUSES.split(clean(text)) if one.strip()), "")
        room = OWN_WORDS // 2 if is_chinese(clause) else OWN_WORDS
        words = is_chinese(clause) or sum(word.isalpha() for word in clause.split()) > 1  # not one number or code
        readable = words and len(clause) <= room and is_chinese(clause) == (context.language == "zh")
        if readable and clause not in clean(product.title):
            fact = Fact(product_id=product.id, field=field, printed=clause, source=field, value=clause)
            yield context.statement("fact.own", product, (fact,), passage=clause)
    yield from (statement for field in (PRICE, BRAND) if (statement := _plain(product, field, context)))


def _warnings(product: Product, context: ReplyContext) -> Iterator[Statement]:
    state = _state(product, context)
    if state and state.facts[0].value != Availability.IN_STOCK:
        yield state
    kind = of_kind(context.need, context.phrases)
    for must in context.need.musts:
        if must.attribute != TEXT or meets(product, must, context.at) is not None:
            continue
        if must.operator is Operator.IS_NOT:
            yield refused(product, must, context)
        elif must not in context.retrieval.given_up and not says(kind, must):
            yield unmentioned(product, must, context)
    yield from _unmet_wish(product, context)


def _superlative(product: Product, context: ReplyContext) -> Iterator[Statement]:
    """The extreme that the shopper asked for, cheapest, lightest, of how many; where the rows of all that fit are at hand."""
    sort, found = context.need.sort, context.retrieval.candidates
    if sort is None or not context.shortlist or product != context.shortlist[0] or context.retrieval.given_up:
        return
    if len(found) != context.retrieval.total or not all(one.product_id in context.products for one in found):
        return
    own = context.facts(product, sort.attribute)[:1]
    stated = [context.facts(context.products[one.product_id], sort.attribute)[:1] for one in found]
    values = [facts[0].value for facts in stated if facts]
    numbers = [value for value in values if not isinstance(value, (bool, str))]
    if not own or len(values) < LEAST_RIVALS or len(numbers) < len(values) or isinstance(own[0].value, (bool, str)):
        return
    if not (own[0].value >= max(numbers) if sort.descending else own[0].value <= min(numbers)):
        return
    count = str(len(values))
    if sort.attribute == PRICE:
        said = context.statement("answer.dearest" if sort.descending else "answer.cheapest", product, own, count=count)
    else:
        form, label = "highest" if sort.descending else "lowest", context.phrases.label(sort.attribute)
        fact = say_fact(own, context)
        said = context.statement(f"answer.{form}", product, own, fact=fact, attribute=label, count=count)
    yield replace(said, counted=(len(values),))


def _unmet_wish(product: Product, context: ReplyContext) -> Iterator[Statement]:
    """The first wish that the row contradicts, so that nobody is surprised."""
    for wish in context.need.wishes:
        if wish.attribute in (TEXT, PRICE, *READ_OFF_ROWS) or wish.operator is not Operator.IS:
            continue
        if meets(product, wish, context.at) is False:
            on_sale = wish.attribute == ON_SALE
            facts = facts_for(product, replace(wish, attribute=PRICE) if on_sale else wish, context)
            if facts and on_sale:
                yield context.statement("answer.no_sale", product, facts, price=facts[0].printed)
            elif facts:
                fact, wanted = say_fact(facts, context), context.asked(wish)
                yield context.statement("answer.instead", product, facts, fact=fact, wanted=wanted)
            if facts:
                return


def _extra_met(product: Product, context: ReplyContext) -> Iterator[Statement]:
    """The query's further words that the row has: a phrase as a whole, else those of its words that stand there."""
    named = called(context.need, context.phrases, rows=context.shown)
    found: list[Statement] = []
    for phrase in extra_words(context.need):
        if phrase not in named:
            whole = mentioned(product, phrase, context)
            pieces = [whole] if whole else [mentioned(product, word, context) for word in phrase.split()]
            found += filter(None, pieces)
    yield from found[:MOST_EXTRA]


def _met(product: Product, wish: str, context: ReplyContext) -> Statement | None:
    """That the row has the wish's word, or else another name of it in either language."""
    folded = wish.casefold()
    names = [wish]
    for concept in thesaurus().values.values():
        phrases = [phrase for each in concept.phrases.values() for phrase in each]
        if concept.attribute in ("purpose", "recipient") and folded in (concept.key, *map(str.casefold, phrases)):
            names += phrases
    return next(filter(None, (mentioned(product, word, context) for word in dict.fromkeys(names))), None)
