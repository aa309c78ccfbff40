"""One message, start to finish: read this page first.

need      = understanding.need(message, session)   ask/            what is the shopper asking for?
retrieval = engine.shortlist(need, customer)       find/, rank/    which products could answer, how well does each fit, which are shown?
plain     = compose(scenes)                        reply/          say it, and only what is true
response  = chooser.choose(plain, scenes, ...)     reply/          of several ways to say it the best
"""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Unpack

from daogou.ask.understand import Understanding
from daogou.catalog.products.conversation import Session, Turn, taken_off
from daogou.catalog.products.need import Act, ShopperNeed
from daogou.catalog.products.turn import Answered, Asked, Said, SearchResult, Shortlisted, TurnEvent, Understood
from daogou.find.retrieve import CANDIDATES, shop_rows
from daogou.ports import Sessions
from daogou.rank.order import interleaved
from daogou.recommend.recommender import Customer, Recommender, customer
from daogou.reply.chooser import Chooser
from daogou.reply.compose import borne_out, compose, deltas, of_shop, reply_context, verdict
from daogou.reply.context import ReplyContext
from daogou.search import SearchEngine


@dataclass(frozen=True, kw_only=True)
class Guide:
    """The shopping guide of one shop; an optional part that is left out does nothing."""

    understanding: Understanding
    engine: SearchEngine
    sessions: Sessions
    clock: Callable[[], datetime]
    recommender: Recommender | None = None  # knows what the shopper did; without one everybody gets the same
    chooser: Chooser | None = None  # of several responses; without one the plain answer is given
    shown: int = 6  # products in one answer, at most

    def answer(self, message: str, **asked: Unpack[Asked]) -> Answered:
        """One whole turn."""
        *_, last = self.stream(message, **asked)
        assert isinstance(last, Answered)
        return last

    def stream(self, message: str, **asked: Unpack[Asked]) -> Iterator[TurnEvent]:
        """The same turn as it comes about: Understood, Shortlisted, Said ..., Answered."""
        session, at = self._session(asked.get("session_id", ""), asked.get("user_id", "")), self.clock()
        user_id = session.user_id or asked.get("user_id", "")
        shopper = self._customer(user_id, session.session_id, personal=asked.get("personal", True))
        earlier = taken_off(session, asked.get("without", ()))
        need = self.understanding.need(message, earlier, at=at, locale=asked.get("locale", ""))

        contexts = [self._context(one, session, at, shopper) for one in need.needs]
        need = replace(contexts[0].need, others=tuple(other.need for other in contexts[1:]), category=need.category)
        yield Understood(need=need)

        plain = compose(contexts)
        yield Shortlisted(recommendations=plain.recommendations, at=at)

        chooser = self.chooser or (Chooser() if asked.get("considered") else None)
        response = chooser.choose(plain, contexts, message, shopper.log_shares) if chooser else plain
        by = self.engine.ranked_by(contexts[0].retrieval, need)
        response = replace(response, verdict=verdict(contexts), ranked_by=by)
        yield from (Said(delta=delta) for delta in deltas(response.text))

        shown = tuple(recommendation.product.id for recommendation in response.recommendations)
        turn = Turn(turn_id=uuid.uuid4().hex, message=message, need=need, text=response.text, shown=shown, at=at)
        session = self.sessions.append(session, turn)
        self.engine.log(turn, session)
        yield Answered(session=session, turn=turn, response=response)

    def understand(self, message: str, session: Session, *, locale: str = "") -> ShopperNeed:
        """Step 1 alone."""
        return self.understanding.need(message, session, at=self.clock(), locale=locale)

    def search(
        self, query: str, *, limit: int = 20, user_id: str = "", session_id: str = "", personal: bool = True
    ) -> SearchResult:
        """Steps 1 to 3 without a conversation."""
        at = self.clock()
        need = self.understanding.need(query, Session(session_id="", user_id=user_id), at=at)
        shopper = self._customer(user_id, session_id, personal=personal)
        depth = max(limit, CANDIDATES)
        found = [self.engine.shortlist(one, at=at, customer=shopper, limit=depth) for one in need.needs]
        rows = {product_id: row for _, products in found for product_id, row in products.items()}
        ranked = interleaved([retrieval for retrieval, _ in found], need, rows)
        best = tuple(ranked[:limit])
        return SearchResult(need=need, at=at, retrieval=found[0][0], shortlist=best, products=rows)

    def _session(self, session_id: str, user_id: str) -> Session:
        known = self.sessions.load(session_id) if session_id else None
        return known or Session(session_id=session_id or uuid.uuid4().hex, user_id=user_id)

    def _customer(self, user_id: str, session_id: str, *, personal: bool) -> Customer:
        recommender, events = self.recommender if personal else None, self.engine.events
        return customer(recommender, events, user_id=user_id, session_id=session_id)

    def _context(self, need: ShopperNeed, session: Session, at: datetime, shopper: Customer) -> ReplyContext:
        """Steps 2 and 3 for one need, in the reading that the catalogue bears out, and all that its answer is made from."""
        seen = self.engine.with_variants(session.seen) if need.act is Act.MORE else frozenset()
        asked = need if need.shop is None else ShopperNeed()  # a question about the shop has rows of its own
        retrieval, products = self.engine.shortlist(asked, at=at, customer=shopper, without=seen)
        for other in (one for one in asked.alternatives if set(one.instead_of) & set(retrieval.given_up)):
            elsewise, rows = self.engine.shortlist(asked.read_as(other), at=at, customer=shopper, without=seen)
            if elsewise.candidates and not elsewise.given_up:
                need, retrieval, products = need.read_as(other), elsewise, rows
                break
        need = borne_out(need, retrieval)
        context = reply_context(need, session, retrieval=retrieval, products=products, at=at, limit=self.shown)
        context = replace(context, variants=self.engine.variants(context.shown))
        if need.shop is None:
            return context
        index, catalogue = self.engine.index, self.engine.catalogue
        asked_of = shop_rows(context.need, need.shop, index=index, catalogue=catalogue, at=at)
        return of_shop(context, asked_of, index.vocabulary, self.understanding.facts)
