"""r* = argmax of P(r | q): hard vetoes first, a language model judges what is left, the best is said."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from daogou.catalog.products.conversation import Considered, Response, Verdict
from daogou.catalog.products.need import PRICE, Act
from daogou.ports import Deadline, LanguageModel
from daogou.reply.acts.comparison import comparison, explanation
from daogou.reply.acts.lead import lead
from daogou.reply.acts.questions import product_answer
from daogou.reply.acts.results import picks
from daogou.reply.compose import WRITERS
from daogou.reply.context import TITLE, Draft, ReplyContext, Sentence, gather
from daogou.reply.sentences.phrases import capital
from daogou.reply.verify import broken_must, reworded
from daogou.reply.weights import Judged, Weights, WorkerPool, judge
from daogou.text.prompts import MOST_ITEMS, spoken

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
    # Where something was given up or is not sold, only what says so may be tried.
    honest = bool(context.retrieval.given_up or context.need.unsold) and context.need.act in _SHELF
    for plan in (*(_HONEST if honest else _BY_ACT[context.need.act]), "closing"):
        for other in islice(PLANS[plan](context, draft), most if plan == "closing" else _SEEDS):
            if len(different) >= most:
                return list(different.values())
            said = reworded(replace(other, shown=draft.shown), plain, context)  # never which products are shown
            if said.text and said.text not in different and not said.considered:
                different[said.text] = Planned(plan=plan, response=said)
                if plan != "closing":
                    break
    return list(different.values())


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
    fresh = context
    if context.need.act in _SHELF:  # as if nothing had been shown or named before: what is meant is the new shelf
        session, need = replace(context.session, turns=()), replace(context.need, refers_to=())
        fresh = replace(context, session=session, need=need)
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


NOBODY = "none"  # scored_by
LogShares = Callable[[Sequence[str]], Mapping[str, float]]  # of product ids: log P(item | shopper)


class Chooser:
    """Chooses among the responses of a turn: by a language model within a budget, or without one the plain answer."""

    def __init__(
        self, model: LanguageModel | None = None, *, weights: Weights | None = None, budget_s: float = 0.2
    ) -> None:
        self.model = model
        self.weights = weights or Weights()
        self.budget_s = budget_s
        self.pool = WorkerPool()

    def choose(
        self, plain: Response, contexts: Sequence[ReplyContext], message: str, log_shares: LogShares
    ) -> Response:
        """The response to send, over the plain answer's shelf: the plain answer itself where the budget is spent.

        Several answers in one, and the merchant's words, are never reworded.
        """
        context = contexts[0]
        if len(contexts) > 1 or context.need.shop:
            return plain
        messages = [said for said in (*(turn.message for turn in context.session.turns), message) if said.strip()]
        vetoed = [
            (one, veto(one.response, context) or _left_out(one.response, plain)) for one in planned(context, plain)
        ]
        standing = [one for one, why in vetoed if not why] or [vetoed[0][0]]
        judged, unscored = self._judged([one.response for one in standing], context, messages)
        told = [self._considered(one, likely, log_shares) for one, likely in zip(standing, judged, strict=True)]
        best = max(range(len(told)), key=lambda place: told[place].score or 0.0)
        told[best] = replace(told[best], chosen=True)
        refused = [_told(one, veto=why) for one, why in vetoed if why and one not in standing]
        response = standing[best].response
        return replace(
            response,
            considered=(*told, *refused, *response.considered),
            scored_by=self.model.name if self.model and judged[0] else NOBODY,
            unscored=unscored,
        )

    def close(self) -> None:
        """Ask no model any more."""
        self.pool.close()

    def _judged(
        self, responses: Sequence[Response], context: ReplyContext, messages: Sequence[str]
    ) -> tuple[Sequence[Judged | None], str]:
        """What the model says of each within the budget; else None for each, and why where it should have."""
        model, nothing = self.model, [None] * len(responses)
        if model is None:
            return nothing, ""
        deadline, weights, language = Deadline.within(self.budget_s), self.weights, context.language
        texts = [spoken_form(one, language=language, at=context.at) for one in responses]
        judged, why = self.pool.attempt(
            lambda: judge(model, texts, messages=messages, language=language, weights=weights, deadline=deadline),
            deadline,
        )
        return judged or nothing, f"language model {why}" if why else ""

    def _considered(self, one: Planned, judged: Judged | None, log_shares: LogShares) -> Considered:
        if judged is None:
            return _told(one)
        return replace(
            _told(one),
            log_likelihood=judged.log_likelihood(self.weights),
            log_prior=judged.log_prior(self.weights),
            score=judged.score(self.weights, log_items(_spoken_of(one.response), log_shares)),
        )


def _told(one: Planned, veto: str = "") -> Considered:
    return Considered(text=one.response.text, plan=one.plan, veto=veto, written_by=one.response.written_by)


def log_items(product_ids: Sequence[str], log_shares: LogShares) -> float:
    """log P(items | shopper): the mean over the products that a text speaks of."""
    logs = log_shares(product_ids).values()
    return sum(logs) / len(logs) if logs else 0.0


def _spoken_of(response: Response) -> list[str]:
    """The products that the text speaks of, in its order: the shelf is the same for every response of a turn."""
    shown = {(one.product.id, reason.text) for one in response.recommendations for reason in one.reasons}
    told = [claim.product_id for claim in response.claims if (claim.product_id, capital(claim.text)) not in shown]
    return list(dict.fromkeys(told or [one.product.id for one in response.recommendations]))


def veto(response: Response, context: ReplyContext) -> str:
    """Why it must not be said: no words, a product that is not there, a statement that is not borne out, a broken must,
    nothing shown where something fits; or "".
    """
    if not response.text.strip():
        return "says nothing"
    rows = {**context.products, **{row.id: row for row in context.shortlist}}
    for shown in response.recommendations:
        if rows.get(shown.product.id) != shown.product:
            return f"unknown product: {shown.product.id}"
    for claim in response.claims:
        if claim.product_id not in rows:
            return f"unknown product: {claim.product_id}"
        if claim.verdict is not Verdict.SUPPORTED:
            return f"{claim.verdict.value}: {claim.text}"
    if context.need.act not in _SHELF:  # the other acts speak of what the shopper named
        return ""
    # Of another kind only where the shelf is of the kind that was understood: a number asked for, or the nearest, may be any.
    kinds = context.need.category if context.retrieval.of_kind and not context.need.codes else ()
    for product in (shown.product for shown in response.recommendations):
        if kinds and product.product_type not in kinds:
            return f"another kind: {product.product_type or 'unknown'} ({product.id})"
        must = broken_must(product, context.need, context.retrieval, context.at)
        if must is not None:
            return f"breaks a must: {must.attribute} ({product.id})"
    return "shows nothing though something fits" if context.shortlist and not response.recommendations else ""


def _left_out(response: Response, plain: Response) -> str:
    """The first statement that the rows did not bear out, beyond those that the plain answer left out too; or ""."""
    dropped = next((one for one in response.considered if one.veto and one not in plain.considered), None)
    return f"{dropped.veto}: {dropped.text}" if dropped else ""


def spoken_form(response: Response, *, language: str, at: datetime) -> str:
    """The text, then title, price and first reason of the first products."""
    items = []
    for shown in response.recommendations[:MOST_ITEMS]:
        title, price = (gather(shown.product, field, at=at, language=language) for field in (TITLE, PRICE))
        reason = shown.reasons[0].text if shown.reasons else ""
        items.append((title[0].printed, price[0].printed if price else "", reason))
    return spoken(response.text, items)
