"""Step 4: say it, and only what is true. Every act has its writer; what a row does not bear out is never sent."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from daogou.catalog.products.candidate import Retrieval
from daogou.catalog.products.conversation import Response, Session
from daogou.catalog.products.need import FITS, MODEL, Act, ShopperNeed, Sold
from daogou.catalog.products.product import Product
from daogou.catalog.products.vocabulary import ShopFacts, Vocabulary
from daogou.reply.acts.comparison import comparison, explanation
from daogou.reply.acts.questions import product_answer, shop_answer, small_talk
from daogou.reply.acts.results import pick, results
from daogou.reply.context import Draft, ReplyContext, Sentence, ShopProfile
from daogou.reply.sentences.phrases import LANGUAGES, Phrases, capital, spoken
from daogou.reply.verify import broken_must, publish

WRITERS: Mapping[Act, Callable[[ReplyContext], Draft]] = {
    **dict.fromkeys((Act.FIND, Act.REFINE, Act.MORE), results),
    Act.COMPARE: comparison,
    Act.ASK: product_answer,
    Act.EXPLAIN: explanation,
    Act.SHOP: shop_answer,
    **dict.fromkeys((Act.GREET, Act.THANK, Act.RESET, Act.OTHER), small_talk),
}


_SHOWS = (Act.FIND, Act.REFINE, Act.MORE)  # what each of several needs can be answered by


def compose(contexts: Sequence[ReplyContext]) -> Response:
    """What the plain writers say of one need, or of several at once."""
    several = len(contexts) > 1 and contexts[0].need.act in _SHOWS
    return together(contexts) if several else plainly(contexts[0])


def verdict(contexts: Sequence[ReplyContext]) -> Sold:
    """Of several things, the best that is true of any."""
    if contexts[0].need.act not in _SHOWS:
        return Sold.OTHER
    said = {context.retrieval.sold for context in contexts}
    return next(sold for sold in (Sold.FOUND, Sold.CLOSEST, Sold.NOT_SOLD) if sold in said)


def deltas(text: str) -> list[str]:
    """The text in pieces of about a clause, which together are the text."""
    return re.findall(r".+?(?:[\s，。！？；、]+|$)", text, flags=re.DOTALL)


def plainly(context: ReplyContext) -> Response:
    """What the plain writer of the act says; `choose` may find better words for it."""
    return publish((WRITERS[context.need.act](context), context))


def borne_out(need: ShopperNeed, retrieval: Retrieval) -> ShopperNeed:
    """The need as the rows bear it out: without a kind that none of them is of, and what is not sold is named."""
    # In the shopper's words: the model or the thing that it is for where one was named, else the noun.
    by_query = not need.thing or any(must.attribute in (MODEL, FITS) for must in need.musts)
    name = need.query if by_query else need.thing
    unsold = (name,) if name and retrieval.sold is Sold.NOT_SOLD else ()
    return replace(need, category=need.category if retrieval.of_kind else (), unsold=unsold)


def reply_context(
    need: ShopperNeed,
    session: Session,
    *,
    retrieval: Retrieval,
    products: Mapping[str, Product],
    at: datetime,
    limit: int = 6,
) -> ReplyContext:
    """One turn as the writers see it: products that break a must are out."""
    rows = [products[one.product_id] for one in retrieval.candidates if one.product_id in products]
    language = need.language if need.language in LANGUAGES else LANGUAGES[0]
    return ReplyContext(
        shortlist=tuple(row for row in rows if broken_must(row, need, retrieval, at) is None),
        need=need,
        session=session,
        retrieval=retrieval,
        products=products,
        at=at,
        limit=limit,
        phrases=Phrases(language=language, seed=f"{session.length}|{need.query}|{need.act}"),
    )


def of_shop(context: ReplyContext, rows: Sequence[Product], vocabulary: Vocabulary, facts: ShopFacts) -> ReplyContext:
    """The reply context of a question about the shop: the rows that it asks of, and what is known of all of them."""
    profile = ShopProfile(
        departments=vocabulary.departments,
        kinds=vocabulary.types,
        brands=vocabulary.brands,
        product_count=vocabulary.product_count,
        facts=facts,
    )
    products = {**context.products, **{row.id: row for row in rows}}
    return replace(context, shortlist=tuple(rows), products=products, profile=profile)


def together(contexts: Sequence[ReplyContext]) -> Response:
    """The answers to all of them as one: as many products as one answer shows, shared out, and a line for each."""
    parts = [
        replace(context, shortlist=(*rows, *(row for row in context.shortlist if row not in rows)), limit=len(rows))
        for context, rows in zip(contexts, _shared_out(contexts), strict=True)
    ]
    return publish(*((_line(results(part), part), part) for part in parts))


def _shared_out(contexts: Sequence[ReplyContext]) -> list[list[Product]]:
    """The products of each, by turns as long as there is room; none twice, but each thing has its first."""
    shares: list[list[Product]] = [list(context.shortlist[:1]) for context in contexts]
    for place, context in enumerate(contexts):
        taken = [row.id for share in shares[:place] for row in share]
        shares[place] = [row for row in context.shortlist if row.id not in taken][:1] or shares[place]
    for _ in range(contexts[0].limit):
        for share, context in zip(shares, contexts, strict=True):
            taken = [row.id for each in shares for row in each]
            if len(taken) < context.limit:
                share += [row for row in context.shortlist if row.id not in taken][:1]
    return shares


def _line(draft: Draft, context: ReplyContext) -> Draft:
    """What is said of one thing: its first product and why; what it lacks, where it lacks something."""
    honest = bool(context.retrieval.given_up or context.need.unsold) or not draft.shown
    first: Sentence
    first, *others = draft.sentences if honest else (pick(draft.shown[0], "several.why", "several.plain", context),)
    head = context.phrases.say("several.head", thing=capital(spoken(context.need.said or context.need.query)))
    text = f"\n{head}{(first if isinstance(first, str) else first.text).lstrip()}"
    headed = text if isinstance(first, str) else replace(first, text=text)
    return replace(draft, sentences=(headed, *others), question="", asks="")
