"""Several ways to answer one message: other plans and other words for the plain writer's answer, over the same shelf."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from daogou.catalog.products.conversation import Response
from daogou.catalog.products.need import Act
from daogou.reply.acts.comparison import comparison
from daogou.reply.acts.explanation import explanation
from daogou.reply.acts.lead import lead
from daogou.reply.acts.product_answer import product_answer
from daogou.reply.acts.results import picks
from daogou.reply.compose import WRITERS
from daogou.reply.context import ReplyContext
from daogou.reply.draft import Draft, Sentence
from daogou.reply.verify.verify import reworded

PLAIN = "plain"
LEAST = 5  # different responses for every turn
_SEEDS = 4  # other wordings that are tried: with few phrases two of them may be the same


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One response that could be given, and the plan behind it."""

    plan: str
    response: Response


def planned(context: ReplyContext, plain: Response, *, most: int = LEAST) -> list[Planned]:
    """The plain answer first, then others that differ from it and from each other: `most` of them."""
    draft = WRITERS[context.need.act](context)
    different = {plain.text: Planned(plan=PLAIN, response=plain)}
    for plan in (*_plans(context), "closing"):
        for other in islice(PLANS[plan](context, draft), most if plan == "closing" else _SEEDS):
            if len(different) >= most:
                return list(different.values())
            said = reworded(_on_the_shelf(other, draft), plain, context)
            if said.text and said.text not in different and not said.considered:
                different[said.text] = Planned(plan=plan, response=said)
                if plan != "closing":
                    break
    return list(different.values())


def _plans(context: ReplyContext) -> tuple[str, ...]:
    """What may be tried for this act; where something was given up or is not sold, only what says so."""
    honest = bool(context.retrieval.given_up or context.need.unsold)
    return _HONEST if honest and context.need.act in _SHELF else _BY_ACT[context.need.act]


def _on_the_shelf(draft: Draft, plain: Draft) -> Draft:
    """Choosing changes what is said, never which products are shown."""
    return replace(draft, shown=plain.shown)


def _brief(context: ReplyContext, plain: Draft) -> Iterator[Draft]:
    """The lead and the first pick; of a comparison the lead and the first difference."""
    few = _until_pick(plain, 2 if context.need.act is Act.COMPARE else 1)
    if len(few) < len(plain.sentences) or plain.question:
        yield Draft(sentences=few)


def _question(context: ReplyContext, plain: Draft) -> Iterator[Draft]:
    """The question back comes first, then the first pick."""
    if plain.question:
        few = _until_pick(plain, 1)
        yield Draft(sentences=(plain.question, *few), question=plain.question, asks=plain.asks)


def _explained(context: ReplyContext, plain: Draft) -> Iterator[Draft]:
    """What was understood, why the first one, and the trade-off."""
    fresh = context if context.need.act not in _SHELF else _of_this_shelf(context)
    if fresh.meant:
        yield _after_the_answer(explanation(fresh), context, plain)


def _compared(context: ReplyContext, plain: Draft) -> Iterator[Draft]:
    """The two best side by side."""
    two = [shown.product.id for shown in plain.shown[:2]]
    if len(two) == 2:
        start = lead(context) if context.need.act in _SHELF else []
        sides = comparison(replace(context, need=replace(context.need, refers_to=tuple(two))))
        yield Draft(sentences=(*start, *sides.sentences))


def _cheapest(context: ReplyContext, plain: Draft) -> Iterator[Draft]:
    """The cheapest of the shelf first, where nobody asked for an order."""
    priced = [(price, shown) for shown in plain.shown if (price := context.price(shown.product))]
    if context.need.sort or len(priced) < max(2, len(plain.shown)) or len({price.currency for price, _ in priced}) > 1:
        return
    by_price = [shown for _, shown in sorted(priced, key=lambda one: one[0].amount)]
    if by_price[0] != plain.shown[0]:
        yield Draft(sentences=(*lead(context), *picks(by_price, context)), question=plain.question, asks=plain.asks)


def _described(context: ReplyContext, plain: Draft) -> Iterator[Draft]:
    """What there is to say of each product that is meant."""
    if context.meant:
        need = replace(context.need, about="", refers_to=context.need.refers_to or (context.meant[0].id,))
        yield _after_the_answer(product_answer(replace(context, need=need)), context, plain)


def _after_the_answer(draft: Draft, context: ReplyContext, plain: Draft) -> Draft:
    """Who asked something particular gets that first."""
    return replace(draft, sentences=(*plain.sentences, *draft.sentences)) if context.need.act is Act.ASK else draft


def _worded(context: ReplyContext, plain: Draft) -> Iterator[Draft]:
    """The same in other words."""
    for number in range(_SEEDS):
        phrases = replace(context.phrases, seed=f"{context.phrases.seed}|{number}")
        yield WRITERS[context.need.act](replace(context, phrases=phrases))


def _closing(context: ReplyContext, plain: Draft) -> Iterator[Draft]:
    """The plain answer, and an offer to go on in place of its question."""
    kind = "talking" if context.need.act in _TALK else "shopping"
    for closing in context.phrases.variants(f"close.{kind}"):
        yield Draft(sentences=(*plain.sentences, closing))


def _until_pick(draft: Draft, picked: int) -> tuple[Sentence, ...]:
    """The sentences up to so many that speak of products."""
    places = [place for place, sentence in enumerate(draft.sentences) if not isinstance(sentence, str)]
    return draft.sentences[: places[picked - 1] + 1] if len(places) >= picked else draft.sentences


def _of_this_shelf(context: ReplyContext) -> ReplyContext:
    """As if nothing had been shown or named before: what is meant is the new shelf."""
    return replace(context, session=replace(context.session, turns=()), need=replace(context.need, refers_to=()))


PLANS: Mapping[str, Callable[[ReplyContext, Draft], Iterator[Draft]]] = {
    "brief": _brief,
    "question": _question,
    "explained": _explained,
    "compared": _compared,
    "cheapest": _cheapest,
    "described": _described,
    "worded": _worded,
    "closing": _closing,
}
_SHELF = frozenset({Act.FIND, Act.REFINE, Act.MORE})
_TALK = frozenset({Act.GREET, Act.THANK, Act.RESET, Act.OTHER})
_HONEST = ("brief", "worded")
_BY_ACT: Mapping[Act, tuple[str, ...]] = {
    **dict.fromkeys(_SHELF, ("brief", "explained", "question", "compared", "cheapest", "worded")),
    Act.COMPARE: ("brief", "explained", "described", "worded"),
    Act.ASK: ("described", "explained", "worded"),
    Act.SHOP: ("worded",),
    Act.EXPLAIN: ("brief", "compared", "described", "worded"),
    **dict.fromkeys(_TALK, ("worded",)),
}
