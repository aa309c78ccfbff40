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
from daogou.reply.acts.answers import answer, deviations, facts_for, refused, say_fact, unmentioned
from daogou.reply.context import ReplyContext, Statement
from daogou.reply.gather import FULL_PRICE, RATING_COUNT, Fact, passage
from daogou.reply.sentences.paraphrase import asked_value, called, extra_words, grouped, of_kind, says
from daogou.reply.sentences.phrases import clean, short
from daogou.text.thesaurus import thesaurus
from daogou.text.words import is_chinese

MOST_REASONS = 4
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
    own = [_plain(product, field, context) for field in (PRICE, BRAND)]
    telling = list(_telling(product, context))[:MOST_REASONS]
    found = (*own, _state(product, context), *telling, *_rating(product, context))
    return tuple(statement for statement in found if statement is not None)


def _state(product: Product, context: ReplyContext) -> Statement | None:
    facts = context.facts(product, AVAILABILITY)
    if not facts:
        return None
    text = context.phrases.say(f"fact.{facts[0].value}")
    return Statement(text=text, product=product, facts=facts, brief=text)


def _plain(product: Product, field: str, context: ReplyContext) -> Statement | None:
    facts = context.facts(product, field)[:2]
    if not facts:
        return None
    text = say_fact(facts, context)
    return Statement(text=text, product=product, facts=facts, brief=text)


def _asked(product: Product, context: ReplyContext) -> Iterator[Statement]:
    yield from superlative(product, context)
    phrase, within = _phrase(product, context)
    if phrase:
        yield phrase
    kind = of_kind(context.need, context.phrases)
    said = " ".join((kind, *(str(wish.value) for wish in context.need.constraints if wish.attribute == FITS)))
    within += tuple(wish for wish in context.need.musts if wish.attribute == TEXT and says(said, wish))
    for group in grouped((*context.need.musts, *context.need.wishes)):
        if group[0] not in within and all(meets(product, constraint, context.at) for constraint in group):
            statement = answer(product, group, context)
            if statement:
                yield statement
    yield from words_met(product, context)
    yield from extra_met(product, context)
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
    key = "fact.rating" if not count else "fact.rating_one" if count[0].value == 1 else "fact.rating_many"
    text = context.phrases.say(key, value=rating[0].printed, count=count[0].printed if count else "")
    if count:
        yield Statement(text=text, product=product, facts=(*rating, *count), brief=text)


def _sale(product: Product, context: ReplyContext) -> Iterator[Statement]:
    full = context.facts(product, FULL_PRICE)
    price = context.facts(product, PRICE)
    if full:
        text = context.phrases.say("fact.sale", price=price[0].printed, full=full[0].printed)
        brief = context.phrases.say("fact.sale_brief", full=full[0].printed)
        yield Statement(text=text, product=product, facts=(*price, *full), brief=brief)


def _telling(product: Product, context: ReplyContext) -> Iterator[Statement]:
    """What people ask first of such a thing."""
    concept = thesaurus().types.get(product.product_type)
    for name in concept.ask if concept else ():
        facts = context.facts(product, name)[:2]
        if facts and name not in (PRICE, BRAND):
            text = say_fact(facts, context)
            yield Statement(text=text, product=product, facts=facts, brief=text)


def _at_least(product: Product, context: ReplyContext) -> Iterator[Statement]:
    """Where nothing was asked that the row answers: its own words in the shopper's writing, its price, or its brand."""
    for field, text in (*(("highlights", one) for one in product.highlights), ("description", product.description)):
        clause = next((one.strip() for one in _CLAUSES.split(clean(text)) if one.strip()), "")
        room = OWN_WORDS // 2 if is_chinese(clause) else OWN_WORDS
        if (
            _tells(clause)
            and clause not in clean(product.title)
            and len(clause) <= room
            and is_chinese(clause) == (context.language == "zh")
        ):
            fact = Fact(product_id=product.id, field=field, printed=clause, source=field, value=clause)
            said = context.phrases.say("fact.own", passage=clause)
            yield Statement(text=said, product=product, facts=(fact,), brief=said)
    yield from (statement for field in (PRICE, BRAND) if (statement := _plain(product, field, context)))


def _tells(clause: str) -> bool:
    """Whether it is words, and not one number or code."""
    return is_chinese(clause) or sum(word.isalpha() for word in clause.split()) > 1


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
    yield from unmet_wish(product, context)


LEAST_RIVALS = 3  # "the cheapest of 2" helps nobody


def superlative(product: Product, context: ReplyContext) -> Iterator[Statement]:
    """The extreme that the shopper asked for: cheapest, lightest, of how many."""
    sort = context.need.sort
    if sort is None or not context.shortlist or product != context.shortlist[0]:
        return
    own = context.facts(product, sort.attribute)
    rivals = _values(context)
    if not own or len(rivals) < LEAST_RIVALS or not _is_extreme(own[0], rivals, descending=sort.descending):
        return
    text = _said(own, len(rivals), context)
    yield Statement(text=text, product=product, facts=own[:1], brief=text, counted=(len(rivals),))


def everything_seen(context: ReplyContext) -> bool:
    """Whether the candidates are all that fit, and their rows are at hand."""
    candidates = context.retrieval.candidates
    if context.retrieval.given_up:
        return False
    return len(candidates) == context.retrieval.total and all(c.product_id in context.products for c in candidates)


def _values(context: ReplyContext) -> list[Fact]:
    if context.need.sort is None or not everything_seen(context):
        return []
    rows = [context.products[candidate.product_id] for candidate in context.retrieval.candidates]
    found = [context.facts(row, context.need.sort.attribute) for row in rows]
    return [facts[0] for facts in found if facts]


def _is_extreme(own: Fact, rivals: list[Fact], *, descending: bool) -> bool:
    mine, others = own.value, [rival.value for rival in rivals]
    if isinstance(mine, (bool, str)) or any(isinstance(other, (bool, str)) for other in others):
        return False
    numbers = [other for other in others if not isinstance(other, (bool, str))]
    return mine >= max(numbers) if descending else mine <= min(numbers)


def _said(own: tuple[Fact, ...], count: int, context: ReplyContext) -> str:
    sort = context.need.sort
    assert sort is not None
    if sort.attribute == PRICE:
        return context.phrases.say("answer.dearest" if sort.descending else "answer.cheapest", count=str(count))
    return context.phrases.say(
        "answer.highest" if sort.descending else "answer.lowest",
        fact=say_fact(own[:1], context),
        attribute=context.phrases.label(sort.attribute),
        count=str(count),
    )


MOST_EXTRA = 2  # of the query's further words named in reasons


def words_met(product: Product, context: ReplyContext) -> Iterator[Statement]:
    """Purpose and recipient, only where the row's own text has the word; the word is quoted."""
    for wish in (context.need.purpose, context.need.recipient):
        statement = _met(product, wish, context) if wish else None
        if statement:
            yield statement


def unmet_wish(product: Product, context: ReplyContext) -> Iterator[Statement]:
    """The first wish that the row contradicts, so that nobody is surprised."""
    for wish in context.need.wishes:
        if wish.attribute in (TEXT, PRICE, *READ_OFF_ROWS) or wish.operator is not Operator.IS:
            continue
        if meets(product, wish, context.at) is False:
            facts = facts_for(product, replace(wish, attribute=PRICE) if wish.attribute == ON_SALE else wish, context)
            if not facts:
                continue
            if wish.attribute == ON_SALE:
                text = context.phrases.say("answer.no_sale", price=facts[0].printed)
            else:
                wanted = asked_value(wish, context.language, context.currency)
                text = context.phrases.say("answer.instead", fact=say_fact(facts, context), wanted=wanted)
            yield Statement(text=text, product=product, facts=facts, brief=text)
            return


def extra_met(product: Product, context: ReplyContext) -> Iterator[Statement]:
    """The query's further words that the row has: a phrase as a whole, else those of its words that stand there."""
    found = 0
    named = called(context.need, context.phrases, rows=context.shown)
    for phrase in extra_words(context.need):
        if phrase in named:
            continue
        whole = mentioned(product, phrase, context)
        pieces = [] if whole else [mentioned(product, word, context) for word in phrase.split()]
        for statement in filter(None, [whole, *pieces]):
            if found < MOST_EXTRA:
                yield statement
            found += 1


def mentioned(product: Product, words: str, context: ReplyContext) -> Statement | None:
    """That the row has these words, quoted as the shopper said them; None where it has not."""
    fact = passage(product, words)
    if fact is None:
        return None
    text = context.phrases.say("fact.mentions", word=short(words))
    return Statement(text=text, product=product, facts=(fact,), brief=text)


def _met(product: Product, wish: str, context: ReplyContext) -> Statement | None:
    return next(filter(None, (mentioned(product, word, context) for word in _same_meaning(wish))), None)


def _same_meaning(wish: str) -> list[str]:
    """The wish itself, then its other names in both languages."""
    folded = wish.casefold()
    names = [wish]
    for concept in thesaurus().values.values():
        phrases = [phrase for each in concept.phrases.values() for phrase in each]
        if concept.attribute in ("purpose", "recipient") and folded in (concept.key, *map(str.casefold, phrases)):
            names += phrases
    return list(dict.fromkeys(names))
