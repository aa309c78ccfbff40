"""The first sentence: what was understood, and how much of it there is."""

import re
from collections.abc import Iterator
from decimal import Decimal

from daogou.catalog.matching.matching import OWN, Outcome, outcome
from daogou.catalog.products.need import CATEGORY, FITS, MODEL, PRICE, TEXT, Act, Constraint, Operator
from daogou.catalog.products.product import Product
from daogou.catalog.products.verdict import Sold
from daogou.reply.scene import Scene
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
from daogou.reply.sentences.rendering import listed, number, short, spoken
from daogou.reply.verify.gather import passage
from daogou.text.normalize import is_chinese

MOST_WORDS = 3  # of the query, quoted


def lead(scene: Scene) -> list[str]:
    """A few short sentences before the products: what was understood, how much of it there is, what is not known of any."""
    values = _values(scene)
    if scene.need.act is Act.MORE and scene.retrieval.given_up:
        return [scene.phrases.say("lead.more_near_one" if len(scene.shown) == 1 else "lead.more_near", **values)]
    if only_cheaper(scene):
        kept = tuple(must for must in scene.need.musts if must not in scene.retrieval.given_up)
        said = {"things": things(scene.need, scene.phrases)}
        said["wants"] = wants(kept, scene.phrases, scene.currency, beside=said["things"])
        form = "none_less" if not all_seen(scene) else "no_cheaper_one" if len(scene.shown) == 1 else "no_cheaper"
        return [scene.phrases.say(f"lead.{form}", **values | said)]
    if scene.retrieval.given_up:
        return [scene.phrases.say("lead.gave_up", **values | _all_asked(scene)), *_nearest(scene)]
    sorry = [unsold(scene)] if scene.need.unsold else []
    return [*sorry, scene.phrases.say(f"lead.{_form(scene)}", **values), *_sorted(scene), *lacking(scene)]


def empty(scene: Scene) -> str:
    """Nothing to show: said plainly, with what was looked for."""
    if any(scene.need.unsold):
        return unsold(scene)
    if scene.need.act is Act.MORE:
        return scene.phrases.say("lead.no_more" if scene.need.musts else "lead.no_more_kind")
    values = _values(scene) | _all_asked(scene)
    if scene.need.query.strip() and not scene.need.category:
        beside = wants(scene.need.musts, scene.phrases, scene.currency, beside=scene.need.query)
        return scene.phrases.say("lead.nothing_for", **values | {"wants": beside})
    known = scene.need.category or values["wants"]
    return scene.phrases.say("lead.nothing_but" if known else "lead.nothing", **values)


def _all_asked(scene: Scene) -> dict[str, str]:
    """The thing in general, with everything that was asked of it."""
    asked = things(scene.need, scene.phrases)
    said = wants(scene.need.musts, scene.phrases, scene.currency, beside=asked)
    return {"things": asked, "wants": as_written(said, scene)}


def _nearest(scene: Scene) -> list[str]:
    return [scene.phrases.say("lead.nearest_one" if len(scene.shown) == 1 else "lead.nearest")]


def as_written(text: str, scene: Scene) -> str:
    """Names of things and models in the capitals that a row shown has: "for iPhone 15"."""
    for wish in scene.need.constraints:
        if wish.attribute in (FITS, MODEL) and isinstance(wish.value, str):
            found = (re.search(re.escape(wish.value), row.title, re.I) for row in scene.shown)
            for written in filter(None, found):
                text = re.sub(re.escape(wish.value), written[0].replace("\\", ""), text, flags=re.I)
                break
    return text


def unsold(scene: Scene) -> str:
    """What this shop does not sell, in the shopper's words."""
    things = listed([f"“{spoken(thing)}”" for thing in scene.need.unsold], scene.language, last="or")
    return scene.phrases.say("lead.unsold", unsold=things)


def only_cheaper(scene: Scene) -> bool:
    """Whether all that was given up is "cheaper": a bound on the price that the shopper put in no number."""
    named = bool(scene.need.category) or not scene.need.thing
    return (
        named
        and bool(scene.retrieval.given_up)
        and all(
            must.attribute == PRICE and must.operator is Operator.AT_MOST and not named_a_number(must)
            for must in scene.retrieval.given_up
        )
    )


def all_seen(scene: Scene) -> bool:
    """Whether the candidates are all that meet what was kept, or the first of them by price."""
    sort = scene.need.sort
    by_price = sort is not None and sort.attribute == PRICE and not sort.descending
    return by_price or len(scene.retrieval.candidates) == scene.retrieval.total


def _form(scene: Scene) -> str:
    need, shown, total = scene.need, len(scene.shown), scene.retrieval.total
    if scene.retrieval.sold is Sold.CLOSEST and need.query.strip() and need.act is not Act.MORE and not need.category:
        return "near_one" if shown == 1 else "near"
    if need.act is Act.MORE:
        return "more_one" if shown == 1 else "more"
    if not need.category:
        return _form_without_category(scene)
    if total > shown and scene.retrieval.counted and any(_mentioned(phrase, scene) for phrase in extra_words(need)):
        return "closest_one" if shown == 1 else "closest"
    return _how_many(scene)


def _form_without_category(scene: Scene) -> str:
    named = called(scene.need, scene.phrases, rows=scene.shown, unmet=unmet(scene)) != [
        scene.phrases.say("noun.product")
    ]
    if not named and (scene.need.thing or extra_words(scene.need)):
        return "loose"
    if scene.need.query.strip() and not scene.need.musts:
        return "loose"
    if not scene.need.musts:
        return "some"
    return _how_many(scene)


def _how_many(scene: Scene) -> str:
    shown, total = len(scene.shown), scene.retrieval.total
    if unmet(scene) or (
        total > shown and not scene.retrieval.counted
    ):  # not all that was counted is known to be what was asked for
        return "here_one" if shown == 1 else "here"
    if total > shown:
        return "first" if shown == 1 else "many"
    return "one" if shown == 1 else "all"


def _mentioned(phrase: str, scene: Scene) -> bool:
    return any(passage(row, word) for row in scene.shown for word in (phrase, *phrase.split()))


def _values(scene: Scene) -> dict[str, str]:
    need, shown = scene.need, len(scene.shown)
    lacking_of_some = unmet(scene)
    here = claimed(scene)
    count = shown if lacking_of_some else scene.retrieval.total
    noun = thing(need, scene.phrases, count, rows=scene.shown, unmet=lacking_of_some)
    by_query = _form(scene) in ("near", "near_one", "loose") if shown else False
    said = wants(here, scene.phrases, scene.currency, beside=need.query if by_query else noun)
    given_up = [_given_up(must, scene) for must in scene.retrieval.given_up]
    return {
        "thing": as_written(thing(need, scene.phrases, rows=scene.shown, unmet=lacking_of_some), scene),
        "things": as_written(noun, scene),
        "wants": as_written(said, scene),
        "total": number(Decimal(scene.retrieval.total)),
        "shown": str(shown),
        "query": _query(scene),
        "given_up": listed(list(dict.fromkeys(given_up)), scene.language),
        "is_are": "is this one" if shown == 1 else "are these",
    }


def _query(scene: Scene) -> str:
    """What the query says beyond the rest of the need, each piece quoted; the whole query where no kind is known."""
    extra = list(dict.fromkeys(extra_words(scene.need)))[:MOST_WORDS] if scene.need.category else []
    between = "”和“" if scene.language == "zh" else "” and “"
    return between.join(map(short, extra)) or spoken(scene.need.query)


def _given_up(must: Constraint, scene: Scene) -> str:
    if must.said.strip() and must.attribute != CATEGORY:
        return f"“{spoken(must.said)}”"
    return scene.phrases.say("noun.given_up", attribute=scene.phrases.label(must.attribute))


def _states(product: Product, attribute: str, scene: Scene) -> bool:
    return bool(scene.facts(product, attribute))


def _sorted(scene: Scene) -> list[str]:
    sort = scene.need.sort
    if sort is None or sum(_states(product, sort.attribute, scene) for product in scene.shown) < 2:
        return []
    direction = "down" if sort.descending else "up"
    key = f"sorted.price_{direction}" if sort.attribute == PRICE else f"sorted.{direction}"
    return [scene.phrases.say(key, attribute=scene.phrases.label(sort.attribute))]


def told(wish: Constraint, scene: Scene) -> set[Outcome]:
    """What the rows of this answer say of the wish."""
    return {outcome(product, wish, scene.at) for product in scene.shown}


def unmet(scene: Scene) -> tuple[Constraint, ...]:
    """The musts that some product of this answer does not meet."""
    kind = of_kind(scene.need, scene.phrases)
    return tuple(
        must
        for must in scene.need.musts
        if scene.shown and told(must, scene) != {Outcome.MET} and not (must.attribute == TEXT and says(kind, must))
    )


def claimed(scene: Scene) -> tuple[Constraint, ...]:
    """The musts that may be said of all that is shown."""
    lacking = (*unmet(scene), *scene.retrieval.given_up)
    return tuple(must for must in scene.need.musts if must not in lacking)


def silent(scene: Scene) -> Iterator[Constraint]:
    """The wishes of which no row of this answer says anything, beside what was given up."""
    named = " ".join(called(scene.need, scene.phrases, rows=scene.shown, unmet=unmet(scene)))
    for wish in scene.need.constraints:
        if wish in scene.retrieval.given_up or wish.attribute in (CATEGORY, MODEL) or says(named, wish):
            continue
        if wish.attribute in OWN or (wish.attribute == TEXT and wish.operator is Operator.IS_NOT):
            continue
        if told(wish, scene) == {Outcome.UNKNOWN} and not (wish.operator is Operator.IS_NOT and _named(wish, scene)):
            yield wish


def _named(wish: Constraint, scene: Scene) -> bool:
    """Whether the rows speak of it, though in no column: "without leather"."""
    names = wish.value if isinstance(wish.value, tuple) else (str(wish.value),)
    return all(any(passage(row, name) for name in names) for row in scene.shown)


def is_word(wish: Constraint) -> bool:
    """Whether a wish is one of the row's words rather than of a column."""
    return wish.attribute in (TEXT, FITS)


MOST_WORDS = 3  # named in one sentence


def lacking(scene: Scene) -> Iterator[str]:
    """At most one sentence for words, one for columns and one for each refusal; nothing that a notice has told."""
    if not scene.shown:
        return
    words = [*(asked_value(wish, scene.language, scene.currency) for wish in silent(scene) if is_word(wish))]
    words = list(dict.fromkeys((*words, *_unmentioned(scene))))[:MOST_WORDS]
    if words:
        quoted = listed([f"“{short(word)}”" for word in words], scene.language, last="or")
        yield scene.phrases.say(_lacking_form("lacking.words", scene), words=quoted)
    columns = [wish.attribute for wish in silent(scene) if not is_word(wish)]
    sort = scene.need.sort
    if sort and not any(scene.facts(row, sort.attribute) for row in scene.shown):
        columns.append(sort.attribute)
    for column in dict.fromkeys(columns):
        yield scene.phrases.say(_lacking_form("lacking.column", scene), attribute=scene.phrases.label(column))
    yield from _some(scene)


def _some(scene: Scene) -> Iterator[str]:
    """What only some of several products say."""
    if len(scene.shown) == 1:
        return
    open_musts = [must for must in unmet(scene) if must not in scene.retrieval.given_up and must.attribute == TEXT]
    wanted = [must for must in open_musts if must.operator is not Operator.IS_NOT and Outcome.MET in told(must, scene)]
    if wanted:
        words = dict.fromkeys(f"“{asked_value(must, scene.language, scene.currency)}”" for must in wanted)
        yield scene.phrases.say("lacking.some", words=listed(list(words), scene.language))
    for must in open_musts:
        if must.operator is Operator.IS_NOT:
            form = "refused_some" if Outcome.MET in told(must, scene) else "refused"
            yield scene.phrases.say(f"lacking.{form}", word=asked_value(must, scene.language, scene.currency))


def _unmentioned(scene: Scene) -> list[str]:
    """The query's further words that no row shown has, where the rows are in its writing; the thing's own noun is none of them."""
    noticed = {value for notice in scene.need.notices for value in notice.params.values()}
    noun = scene.need.thing.split()[-1:] if not is_chinese(scene.need.thing) else [scene.need.thing]
    words = [word for phrase in extra_words(scene.need) for word in phrase.split() if word not in (*noticed, *noun)]
    same_writing = [word for word in words if all(is_chinese(row.title) == is_chinese(word) for row in scene.shown)]
    return [word for word in same_writing if not any(passage(row, word) for row in scene.shown)]


def _lacking_form(key: str, scene: Scene) -> str:
    return f"{key}_one" if len(scene.shown) == 1 else key
