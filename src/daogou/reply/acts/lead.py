"""The first sentence: what was understood, and how much of it there is."""

import re
from collections.abc import Iterator
from decimal import Decimal

from daogou.catalog.matching.matching import OWN, Outcome, outcome
from daogou.catalog.products.need import CATEGORY, FITS, MODEL, PRICE, TEXT, Act, Constraint, Operator, Sold
from daogou.reply.context import ReplyContext, passage
from daogou.reply.sentences.paraphrase import (
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

MOST_WORDS = 3  # quoted in one sentence


def lead(context: ReplyContext) -> list[str]:
    """A few short sentences before the products: what was understood, how much of it there is, what is not known of any."""
    values = _values(context)
    if context.need.act is Act.MORE and context.retrieval.given_up:
        return [context.phrases.say("lead.more_near_one" if len(context.shown) == 1 else "lead.more_near", **values)]
    if only_cheaper(context):
        kept = tuple(must for must in context.need.musts if must not in context.retrieval.given_up)
        said = {"things": things(context.need, context.phrases)}
        said["wants"] = wants(kept, context.phrases, context.currency, beside=said["things"])
        form = "none_less" if not _all_seen(context) else "no_cheaper_one" if len(context.shown) == 1 else "no_cheaper"
        return [context.phrases.say(f"lead.{form}", **values | said)]
    if context.retrieval.given_up:
        nearest = context.phrases.say("lead.nearest_one" if len(context.shown) == 1 else "lead.nearest")
        return [context.phrases.say("lead.gave_up", **values | _all_asked(context)), nearest]
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
    return {"things": asked, "wants": _as_written(said, context)}


def _as_written(text: str, context: ReplyContext) -> str:
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
    given_up = context.retrieval.given_up
    if not given_up or (context.need.thing and not context.need.category):
        return False
    bounds = [must for must in given_up if must.attribute == PRICE and must.operator is Operator.AT_MOST]
    return len(bounds) == len(given_up) and not any(map(named_a_number, bounds))


def _all_seen(context: ReplyContext) -> bool:
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
    more, counted, lacking = total > shown, context.retrieval.counted, unmet(context)
    if not need.category:
        nouns = called(need, context.phrases, rows=context.shown, unmet=lacking)
        named = nouns != [context.phrases.say("noun.product")]
        if not named and (need.thing or extra_words(need)):
            return "loose"
        if not need.musts:
            return "loose" if need.query.strip() else "some"
    elif more and counted and any(_mentioned(phrase, context) for phrase in extra_words(need)):
        return "closest_one" if shown == 1 else "closest"
    if lacking or (more and not counted):  # not all that was counted is known to be what was asked for
        return "here_one" if shown == 1 else "here"
    if more:
        return "first" if shown == 1 else "many"
    return "one" if shown == 1 else "all"


def _mentioned(phrase: str, context: ReplyContext) -> bool:
    return any(passage(row, word) for row in context.shown for word in (phrase, *phrase.split()))


def _values(context: ReplyContext) -> dict[str, str]:
    need, shown = context.need, len(context.shown)
    lacking_of_some = unmet(context)
    here = [must for must in need.musts if must not in (*lacking_of_some, *context.retrieval.given_up)]
    count = shown if lacking_of_some else context.retrieval.total
    noun = thing(need, context.phrases, count, rows=context.shown, unmet=lacking_of_some)
    by_query = _form(context) in ("near", "near_one", "loose") if shown else False
    said = wants(here, context.phrases, context.currency, beside=need.query if by_query else noun)
    given_up = [_given_up(must, context) for must in context.retrieval.given_up]
    return {
        "thing": _as_written(thing(need, context.phrases, rows=context.shown, unmet=lacking_of_some), context),
        "things": _as_written(noun, context),
        "wants": _as_written(said, context),
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


def _sorted(context: ReplyContext) -> list[str]:
    sort = context.need.sort
    if sort is None or sum(bool(context.facts(product, sort.attribute)) for product in context.shown) < 2:
        return []
    direction = "down" if sort.descending else "up"
    key = f"sorted.price_{direction}" if sort.attribute == PRICE else f"sorted.{direction}"
    return [context.phrases.say(key, attribute=context.phrases.label(sort.attribute))]


def _told(wish: Constraint, context: ReplyContext) -> set[Outcome]:
    """What the rows of this answer say of the wish."""
    return {outcome(product, wish, context.at) for product in context.shown}


def unmet(context: ReplyContext) -> tuple[Constraint, ...]:
    """The musts that some product of this answer does not meet."""
    kind = of_kind(context.need, context.phrases)
    return tuple(
        must
        for must in context.need.musts
        if context.shown and _told(must, context) != {Outcome.MET} and not (must.attribute == TEXT and says(kind, must))
    )


def _silent(context: ReplyContext) -> Iterator[Constraint]:
    """The wishes of which no row of this answer says anything, beside what was given up."""
    named = " ".join(called(context.need, context.phrases, rows=context.shown, unmet=unmet(context)))
    for wish in context.need.constraints:
        if wish in context.retrieval.given_up or wish.attribute in (CATEGORY, MODEL) or says(named, wish):
            continue
        if wish.attribute in OWN or (wish.attribute == TEXT and wish.operator is Operator.IS_NOT):
            continue
        named_in_rows = wish.operator is Operator.IS_NOT and _named(wish, context)
        if _told(wish, context) == {Outcome.UNKNOWN} and not named_in_rows:
            yield wish


def _named(wish: Constraint, context: ReplyContext) -> bool:
    """Whether the rows speak of it, though in no column: "without leather"."""
    names = wish.value if isinstance(wish.value, tuple) else (str(wish.value),)
    return all(any(passage(row, name) for name in names) for row in context.shown)


def lacking(context: ReplyContext) -> Iterator[str]:
    """At most one sentence for words, one for columns and one for each refusal; nothing that a notice has told."""
    if not context.shown:
        return
    form, sort = "_one" if len(context.shown) == 1 else "", context.need.sort
    unsaid = list(_silent(context))
    words = [context.asked(wish) for wish in unsaid if wish.attribute in (TEXT, FITS)]
    words = list(dict.fromkeys((*words, *_unmentioned(context))))[:MOST_WORDS]
    if words:
        quoted = listed([f"“{short(word)}”" for word in words], context.language, last="or")
        yield context.phrases.say(f"lacking.words{form}", words=quoted)
    columns = [wish.attribute for wish in unsaid if wish.attribute not in (TEXT, FITS)]
    if sort and not any(context.facts(row, sort.attribute) for row in context.shown):
        columns.append(sort.attribute)
    for column in dict.fromkeys(columns):
        yield context.phrases.say(f"lacking.column{form}", attribute=context.phrases.label(column))
    if not form:
        yield from _some(context)


def _some(context: ReplyContext) -> Iterator[str]:
    """What only some of several products say."""
    open_musts = [must for must in unmet(context) if must not in context.retrieval.given_up and must.attribute == TEXT]
    met = [must for must in open_musts if Outcome.MET in _told(must, context)]
    wanted = [must for must in met if must.operator is not Operator.IS_NOT]
    if wanted:
        words = dict.fromkeys(f"“{context.asked(must)}”" for must in wanted)
        yield context.phrases.say("lacking.some", words=listed(list(words), context.language))
    for must in open_musts:
        if must.operator is Operator.IS_NOT:
            form = "refused_some" if must in met else "refused"
            yield context.phrases.say(f"lacking.{form}", word=context.asked(must))


def _unmentioned(context: ReplyContext) -> list[str]:
    """The query's further words that no row shown has, where the rows are in its writing; the thing's own noun is none of them."""
    noticed = {value for notice in context.need.notices for value in notice.params.values()}
    noun = context.need.thing.split()[-1:] if not is_chinese(context.need.thing) else [context.need.thing]
    words = [word for phrase in extra_words(context.need) for word in phrase.split() if word not in (*noticed, *noun)]
    same_writing = [word for word in words if all(is_chinese(row.title) == is_chinese(word) for row in context.shown)]
    return [word for word in same_writing if not any(passage(row, word) for row in context.shown)]
