"""The first sentence: what was understood, and how much of it there is."""

import re
from collections.abc import Iterator
from decimal import Decimal

from daogou.catalog.matching.matching import OWN, Outcome, outcome
from daogou.catalog.products.need import CATEGORY, FITS, MODEL, PRICE, TEXT, Act, Constraint, Operator, Sold
from daogou.catalog.products.product import Product
from daogou.reply.context import ReplyContext
from daogou.reply.gather import passage
from daogou.reply.sentences.paraphrase import (
    asked_value,
    called,
    extra_words,
    named_a_number,
    of_kind,
    says,
    thing,
    things,
    wants,
)
from daogou.reply.sentences.phrases import listed, number, short, spoken
from daogou.text.words import is_chinese

MOST_WORDS = 3  # of the query, quoted


def lead(context: ReplyContext) -> list[str]:
    """A few short sentences before the products: what was understood, how much of it there is, what is not known of any."""
    values = _values(context)
    if context.need.act is Act.MORE and context.retrieval.given_up:
        return [context.phrases.say("lead.more_near_one" if len(context.shown) == 1 else "lead.more_near", **values)]
    if only_cheaper(context):
        kept = tuple(must for must in context.need.musts if must not in context.retrieval.given_up)
        said = {"things": things(context.need, context.phrases)}
        said["wants"] = wants(kept, context.phrases, context.currency, beside=said["things"])
        form = "none_less" if not all_seen(context) else "no_cheaper_one" if len(context.shown) == 1 else "no_cheaper"
        return [context.phrases.say(f"lead.{form}", **values | said)]
    if context.retrieval.given_up:
        return [context.phrases.say("lead.gave_up", **values | _all_asked(context)), *_nearest(context)]
    sorry = [unsold(context)] if context.need.unsold else []
    return [*sorry, context.phrases.say(f"lead.{_form(context)}", **values), *_sorted(context), *lacking(context)]


def empty(context: ReplyContext) -> str:
    """Nothing to show: said plainly, with what was looked for."""
    if any(context.need.unsold):
        return unsold(context)
    if context.need.act is Act.MORE:
        return context.phrases.say("lead.no_more" if context.need.musts else "lead.no_more_kind")
    values = _values(context) | _all_asked(context)
    if context.need.query.strip() and not context.need.category:
        beside = wants(context.need.musts, context.phrases, context.currency, beside=context.need.query)
        return context.phrases.say("lead.nothing_for", **values | {"wants": beside})
    known = context.need.category or values["wants"]
    return context.phrases.say("lead.nothing_but" if known else "lead.nothing", **values)


def _all_asked(context: ReplyContext) -> dict[str, str]:
    """The thing in general, with everything that was asked of it."""
    asked = things(context.need, context.phrases)
    said = wants(context.need.musts, context.phrases, context.currency, beside=asked)
    return {"things": asked, "wants": as_written(said, context)}


def _nearest(context: ReplyContext) -> list[str]:
    return [context.phrases.say("lead.nearest_one" if len(context.shown) == 1 else "lead.nearest")]


def as_written(text: str, context: ReplyContext) -> str:
    """Names of things and models in the capitals that a row shown has: "for iPhone 15"."""
    for wish in context.need.constraints:
        if wish.attribute in (FITS, MODEL) and isinstance(wish.value, str):
            found = (re.search(re.escape(wish.value), row.title, re.I) for row in context.shown)
            for written in filter(None, found):
                text = re.sub(re.escape(wish.value), written[0].replace("\\", ""), text, flags=re.I)
                break
    return text


def unsold(context: ReplyContext) -> str:
    """What this shop does not sell, in the shopper's words."""
    things = listed([f"“{spoken(thing)}”" for thing in context.need.unsold], context.language, last="or")
    return context.phrases.say("lead.unsold", unsold=things)


def only_cheaper(context: ReplyContext) -> bool:
    """Whether all that was given up is "cheaper": a bound on the price that the shopper put in no number."""
    named = bool(context.need.category) or not context.need.thing
    return (
        named
        and bool(context.retrieval.given_up)
        and all(
            must.attribute == PRICE and must.operator is Operator.AT_MOST and not named_a_number(must)
            for must in context.retrieval.given_up
        )
    )


def all_seen(context: ReplyContext) -> bool:
    """Whether the candidates are all that meet what was kept, or the first of them by price."""
    sort = context.need.sort
    by_price = sort is not None and sort.attribute == PRICE and not sort.descending
    return by_price or len(context.retrieval.candidates) == context.retrieval.total


def _form(context: ReplyContext) -> str:
    need, shown, total = context.need, len(context.shown), context.retrieval.total
    if context.retrieval.sold is Sold.CLOSEST and need.query.strip() and need.act is not Act.MORE and not need.category:
        return "near_one" if shown == 1 else "near"
    if need.act is Act.MORE:
        return "more_one" if shown == 1 else "more"
    if not need.category:
        return _form_without_category(context)
    if total > shown and context.retrieval.counted and any(_mentioned(phrase, context) for phrase in extra_words(need)):
        return "closest_one" if shown == 1 else "closest"
    return _how_many(context)


def _form_without_category(context: ReplyContext) -> str:
    named = called(context.need, context.phrases, rows=context.shown, unmet=unmet(context)) != [
        context.phrases.say("noun.product")
    ]
    if not named and (context.need.thing or extra_words(context.need)):
        return "loose"
    if context.need.query.strip() and not context.need.musts:
        return "loose"
    if not context.need.musts:
        return "some"
    return _how_many(context)


def _how_many(context: ReplyContext) -> str:
    shown, total = len(context.shown), context.retrieval.total
    if unmet(context) or (
        total > shown and not context.retrieval.counted
    ):  # not all that was counted is known to be what was asked for
        return "here_one" if shown == 1 else "here"
    if total > shown:
        return "first" if shown == 1 else "many"
    return "one" if shown == 1 else "all"


def _mentioned(phrase: str, context: ReplyContext) -> bool:
    return any(passage(row, word) for row in context.shown for word in (phrase, *phrase.split()))


def _values(context: ReplyContext) -> dict[str, str]:
    need, shown = context.need, len(context.shown)
    lacking_of_some = unmet(context)
    here = claimed(context)
    count = shown if lacking_of_some else context.retrieval.total
    noun = thing(need, context.phrases, count, rows=context.shown, unmet=lacking_of_some)
    by_query = _form(context) in ("near", "near_one", "loose") if shown else False
    said = wants(here, context.phrases, context.currency, beside=need.query if by_query else noun)
    given_up = [_given_up(must, context) for must in context.retrieval.given_up]
    return {
        "thing": as_written(thing(need, context.phrases, rows=context.shown, unmet=lacking_of_some), context),
        "things": as_written(noun, context),
        "wants": as_written(said, context),
        "total": number(Decimal(context.retrieval.total)),
        "shown": str(shown),
        "query": _query(context),
        "given_up": listed(list(dict.fromkeys(given_up)), context.language),
        "is_are": "is this one" if shown == 1 else "are these",
    }


def _query(context: ReplyContext) -> str:
    """What the query says beyond the rest of the need, each piece quoted; the whole query where no kind is known."""
    extra = list(dict.fromkeys(extra_words(context.need)))[:MOST_WORDS] if context.need.category else []
    between = "”和“" if context.language == "zh" else "” and “"
    return between.join(map(short, extra)) or spoken(context.need.query)


def _given_up(must: Constraint, context: ReplyContext) -> str:
    if must.said.strip() and must.attribute != CATEGORY:
        return f"“{spoken(must.said)}”"
    return context.phrases.say("noun.given_up", attribute=context.phrases.label(must.attribute))


def _states(product: Product, attribute: str, context: ReplyContext) -> bool:
    return bool(context.facts(product, attribute))


def _sorted(context: ReplyContext) -> list[str]:
    sort = context.need.sort
    if sort is None or sum(_states(product, sort.attribute, context) for product in context.shown) < 2:
        return []
    direction = "down" if sort.descending else "up"
    key = f"sorted.price_{direction}" if sort.attribute == PRICE else f"sorted.{direction}"
    return [context.phrases.say(key, attribute=context.phrases.label(sort.attribute))]


def told(wish: Constraint, context: ReplyContext) -> set[Outcome]:
    """What the rows of this answer say of the wish."""
    return {outcome(product, wish, context.at) for product in context.shown}


def unmet(context: ReplyContext) -> tuple[Constraint, ...]:
    """The musts that some product of this answer does not meet."""
    kind = of_kind(context.need, context.phrases)
    return tuple(
        must
        for must in context.need.musts
        if context.shown and told(must, context) != {Outcome.MET} and not (must.attribute == TEXT and says(kind, must))
    )


def claimed(context: ReplyContext) -> tuple[Constraint, ...]:
    """The musts that may be said of all that is shown."""
    lacking = (*unmet(context), *context.retrieval.given_up)
    return tuple(must for must in context.need.musts if must not in lacking)


def silent(context: ReplyContext) -> Iterator[Constraint]:
    """The wishes of which no row of this answer says anything, beside what was given up."""
    named = " ".join(called(context.need, context.phrases, rows=context.shown, unmet=unmet(context)))
    for wish in context.need.constraints:
        if wish in context.retrieval.given_up or wish.attribute in (CATEGORY, MODEL) or says(named, wish):
            continue
        if wish.attribute in OWN or (wish.attribute == TEXT and wish.operator is Operator.IS_NOT):
            continue
        if told(wish, context) == {Outcome.UNKNOWN} and not (
            wish.operator is Operator.IS_NOT and _named(wish, context)
        ):
            yield wish


def _named(wish: Constraint, context: ReplyContext) -> bool:
    """Whether the rows speak of it, though in no column: "without leather"."""
    names = wish.value if isinstance(wish.value, tuple) else (str(wish.value),)
    return all(any(passage(row, name) for name in names) for row in context.shown)


def is_word(wish: Constraint) -> bool:
    """Whether a wish is one of the row's words rather than of a column."""
    return wish.attribute in (TEXT, FITS)


MOST_WORDS = 3  # named in one sentence


def lacking(context: ReplyContext) -> Iterator[str]:
    """At most one sentence for words, one for columns and one for each refusal; nothing that a notice has told."""
    if not context.shown:
        return
    words = [*(asked_value(wish, context.language, context.currency) for wish in silent(context) if is_word(wish))]
    words = list(dict.fromkeys((*words, *_unmentioned(context))))[:MOST_WORDS]
    if words:
        quoted = listed([f"“{short(word)}”" for word in words], context.language, last="or")
        yield context.phrases.say(_lacking_form("lacking.words", context), words=quoted)
    columns = [wish.attribute for wish in silent(context) if not is_word(wish)]
    sort = context.need.sort
    if sort and not any(context.facts(row, sort.attribute) for row in context.shown):
        columns.append(sort.attribute)
    for column in dict.fromkeys(columns):
        yield context.phrases.say(_lacking_form("lacking.column", context), attribute=context.phrases.label(column))
    yield from _some(context)


def _some(context: ReplyContext) -> Iterator[str]:
    """What only some of several products say."""
    if len(context.shown) == 1:
        return
    open_musts = [must for must in unmet(context) if must not in context.retrieval.given_up and must.attribute == TEXT]
    wanted = [
        must for must in open_musts if must.operator is not Operator.IS_NOT and Outcome.MET in told(must, context)
    ]
    if wanted:
        words = dict.fromkeys(f"“{asked_value(must, context.language, context.currency)}”" for must in wanted)
        yield context.phrases.say("lacking.some", words=listed(list(words), context.language))
    for must in open_musts:
        if must.operator is Operator.IS_NOT:
            form = "refused_some" if Outcome.MET in told(must, context) else "refused"
            yield context.phrases.say(f"lacking.{form}", word=asked_value(must, context.language, context.currency))


def _unmentioned(context: ReplyContext) -> list[str]:
    """The query's further words that no row shown has, where the rows are in its writing; the thing's own noun is none of them."""
    noticed = {value for notice in context.need.notices for value in notice.params.values()}
    noun = context.need.thing.split()[-1:] if not is_chinese(context.need.thing) else [context.need.thing]
    words = [word for phrase in extra_words(context.need) for word in phrase.split() if word not in (*noticed, *noun)]
    same_writing = [word for word in words if all(is_chinese(row.title) == is_chinese(word) for row in context.shown)]
    return [word for word in same_writing if not any(passage(row, word) for row in context.shown)]


def _lacking_form(key: str, context: ReplyContext) -> str:
    return f"{key}_one" if len(context.shown) == 1 else key
