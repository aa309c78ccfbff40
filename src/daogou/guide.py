"""One message, start to finish: read this page first.

need      = understand(message, session)       ask/     what is the shopper asking for?
found     = retrieve(need)                      find/    which products could answer?
ranked    = order(found, need)                  rank/    how well does each fit, for this shopper?
retrieval = shelve(ranked, need)                rank/    what of it is shown, is it sold at all, what does none of it meet?
response  = plainly(scene)                      reply/   say it, and only what is true; of several ways the best
"""

import re
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from typing import TypeAlias

from daogou.ask.dialogue import with_typed
from daogou.ask.lexicon import Lexicon
from daogou.ask.model_reader import ModelReader
from daogou.ask.understand import understand
from daogou.find.codes import coded, with_codes
from daogou.find.one_title import in_one_title
from daogou.find.retrieve import retrieve
from daogou.find.shop_rows import shop_rows
from daogou.ports import Catalogue, Encoder, EventLog, SearchIndex, Sessions
from daogou.rank.likelihood import Likelihood
from daogou.rank.meant import Meant
from daogou.rank.order import order, ranked_by
from daogou.rank.shelf import shelve
from daogou.rank.weights import STANDARD, Weights
from daogou.recommend.advisor import Advisor, Shopper
from daogou.reply.choose import Chooser
from daogou.reply.choose_items import popularity_prior, shares_prior
from daogou.reply.compose import plainly, set_scene
from daogou.reply.house import House
from daogou.reply.scene import Scene
from daogou.reply.several import together
from daogou.shop.candidate import Candidate, Retrieval
from daogou.shop.conversation import Recommendation, Response, Session, Turn
from daogou.shop.event import Event, EventItem, EventName
from daogou.shop.need import FITS, MODEL, Act, Notice, ShopperNeed
from daogou.shop.product import Product
from daogou.shop.shop_facts import NO_FACTS, ShopFacts
from daogou.shop.shop_question import ShopQuestion
from daogou.shop.verdict import Sold
from daogou.shop.withdrawal import Withdrawal, withdraw

_SHOWS = (Act.FIND, Act.REFINE, Act.MORE)  # what each of several needs can be answered by
CANDIDATES = 100  # products whose rows are read for one answer


@dataclass(frozen=True, kw_only=True)
class Understood:
    """First news of a turn: what the shopper asks for."""

    need: ShopperNeed


@dataclass(frozen=True, kw_only=True)
class Shortlisted:
    """Second: the products."""

    recommendations: tuple[Recommendation, ...]


@dataclass(frozen=True, kw_only=True)
class Said:
    """Then: a piece of the text."""

    delta: str


@dataclass(frozen=True, kw_only=True)
class Answered:
    """Last: the whole turn, durable."""

    session: Session
    turn: Turn
    response: Response


News: TypeAlias = Understood | Shortlisted | Said | Answered


@dataclass(frozen=True, kw_only=True)
class SearchResult:
    """One page of a plain search; candidates best first, with their products."""

    need: ShopperNeed
    retrieval: Retrieval
    shortlist: tuple[Candidate, ...]
    products: Mapping[str, Product]


class Guide:
    """The shopping guide of one shop."""

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        index: SearchIndex,
        encoders: Sequence[Encoder],
        lexicon: Lexicon,
        sessions: Sessions,
        events: EventLog,
        clock: Callable[[], datetime],
        shown: int = 6,
        chooser: Chooser | None = None,
        reader: ModelReader | None = None,
        meant: Meant | None = None,
        likelihood: Likelihood | None = None,
        advisor: Advisor | None = None,
        facts: ShopFacts = NO_FACTS,
        weights: Weights = STANDARD,
        stale: Callable[[datetime], bool] = lambda at: False,
    ) -> None:
        self.catalogue = catalogue
        self.index = index
        self.encoders = encoders
        self.lexicon = lexicon
        self.sessions = sessions
        self.events = events
        self.clock = clock
        self.shown = shown  # products in one answer, at most
        self.chooser = chooser  # of several responses; without one the plain writer's is given
        self.reader = reader  # adds to what the rules understood; without one they read alone
        self.meant = meant  # chooses among several readings of a message; without one the rules' first is tried first
        self.likelihood = likelihood  # a language model's voice in the order; without one the others speak alone
        self.advisor = advisor  # what the shopper did speaks in the order; without one everybody gets the same
        self.weights = weights  # of fit: those of every shop, or what this one learnt
        self.stale = stale  # whether the feed is so old that prices and stock may have changed
        self.facts = facts  # what the merchant says of shipping, returns, payment ...

    def answer(
        self,
        message: str,
        *,
        session_id: str = "",
        user_id: str = "",
        locale: str = "",
        considered: bool = False,
        personal: bool = True,
    ) -> Answered:
        """One whole turn."""
        *_, last = self.stream(
            message,
            session_id=session_id,
            user_id=user_id,
            locale=locale,
            considered=considered,
            personal=personal,
        )
        assert isinstance(last, Answered)
        return last

    def stream(
        self,
        message: str,
        *,
        session_id: str = "",
        user_id: str = "",
        locale: str = "",
        without: Sequence[Withdrawal] = (),
        considered: bool = False,
        personal: bool = True,
    ) -> Iterator[News]:
        """The same turn as it comes about: Understood, Shortlisted, Said ..., Answered.

        `without` takes wishes of earlier turns off first; the message may then be empty. `considered` also makes, where no
        model chooses, the other responses that could have been given. `personal` false: what the shopper did is not looked at.
        """
        session = self._session(session_id, user_id)
        at = self.clock()
        shopper = self._shopper(session.user_id or user_id, session.session_id, personal=personal)

        need = self._need(message, _taken_off(session, without), locale)
        several = [self._scene(one, session, at, shopper) for one in need.needs]
        if self.stale(at):
            several[0] = replace(several[0], need=_with_notice(several[0].need, Notice(code="stale_feed")))
        scene = several[0]
        need = replace(scene.need, others=tuple(other.need for other in several[1:]), category=need.category)
        yield Understood(need=need)

        plain = plainly(scene) if len(several) == 1 or need.act not in _SHOWS else together(several)
        yield Shortlisted(recommendations=plain.recommendations)

        fixed = bool(need.others or need.shop)  # several answers in one, or the merchant's words: no model rewords them
        response = plain if fixed else self._choose(plain, scene, message, shopper, considered=considered)
        response = replace(
            response,
            verdict=_verdict(several, need),
            ranked_by=ranked_by(scene.retrieval.candidates, need, self.likelihood, self.weights),
        )
        yield from (Said(delta=delta) for delta in _deltas(response.text))

        turn = Turn(
            turn_id=uuid.uuid4().hex,
            message=message,
            need=need,
            text=response.text,
            shown=tuple(recommendation.product.id for recommendation in response.recommendations),
            at=at,
        )
        session = self.sessions.append(session, turn)
        self._log(turn, session)
        yield Answered(session=session, turn=turn, response=response)

    def _scene(self, need: ShopperNeed, session: Session, at: datetime, shopper: Shopper | None) -> Scene:
        """Steps 2 and 3 for one need, and everything that its answer is made from."""
        seen = _seen(session) if need.act is Act.MORE else frozenset()
        asked = need if need.shop is None else ShopperNeed()  # a question about the shop has rows of its own
        retrieval, products = self._shortlist(asked, at, shopper, without=seen)
        for other in (one for one in asked.alternatives if set(one.instead_of) & set(retrieval.given_up)):
            elsewise, rows = self._shortlist(asked.read_as(other), at, shopper, without=seen)
            if elsewise.candidates and not elsewise.given_up:  # the catalogue bears this reading out, not that one
                need, retrieval, products = need.read_as(other), elsewise, rows
                break
        unsold = _unsold(need) if retrieval.sold is Sold.NOT_SOLD else ()
        meant = replace(need, category=need.category if retrieval.of_kind else (), unsold=unsold)
        scene = set_scene(meant, session, retrieval=retrieval, products=products, at=at, limit=self.shown)
        return scene if need.shop is None else self._of_shop(scene, need.shop)

    def _need(self, message: str, session: Session, locale: str) -> ShopperNeed:
        """Nothing said: the need as it stands, in the language asked for."""
        if message or session.need is None:
            return self.understand(message, session, locale=locale)
        language = locale[:2].lower()
        return replace(session.need, language=language) if language in ("en", "zh") else session.need

    def understand(self, message: str, session: Session, *, locale: str = "") -> ShopperNeed:
        """Step 1 alone: by the rules, then what a language model adds."""
        shown = self.catalogue.get(session.shown)
        in_order = [shown[product_id] for product_id in session.shown if product_id in shown]
        need = understand(
            message,
            session,
            lexicon=self.lexicon,
            shown=in_order,
            locale=locale,
            own=self.facts.words,
            at=self.clock(),
            places=session.shown,
            codes=coded(message, self.index, self.catalogue),
            known=lambda word: bool(self.index.lexical([word], limit=1)),
            together=lambda *two: in_one_title(two, index=self.index, catalogue=self.catalogue),
        )
        need = with_typed(need, message, session.need)
        if self.meant is not None and not need.others:
            need = self.meant.read(need)
        if self.reader is None or need.others:
            return replace(need, read_by="rules")
        return self.reader.read(need, message, session, lexicon=self.lexicon)

    def search(
        self, query: str, *, limit: int = 20, user_id: str = "", session_id: str = "", personal: bool = True
    ) -> SearchResult:
        """Steps 1 to 3 without a conversation."""
        session = Session(session_id="", user_id=user_id)
        need = self.understand(query, session)
        shopper = self._shopper(user_id, session_id, personal=personal)
        depth = max(limit, CANDIDATES)
        found = [self._shortlist(one, self.clock(), shopper, limit=depth) for one in need.needs]
        ranked = [
            one
            for places in zip_longest(*(_listed(retrieval, need) for retrieval, _ in found))
            for one in places
            if one
        ]
        rows = {product_id: row for _, products in found for product_id, row in products.items()}
        once = tuple({one.product_id: one for one in ranked}.values())
        return SearchResult(need=need, retrieval=found[0][0], shortlist=once[:limit], products=rows)

    def _session(self, session_id: str, user_id: str) -> Session:
        known = self.sessions.load(session_id) if session_id else None
        return known or Session(session_id=session_id or uuid.uuid4().hex, user_id=user_id)

    def _shopper(self, user_id: str, session_id: str, *, personal: bool) -> Shopper | None:
        """Who asks, as far as the recommender knows; None where it must not or cannot know."""
        known = self.advisor is not None and personal and (user_id or session_id)
        return self.advisor.shopper(user_id=user_id, session_id=session_id) if self.advisor and known else None

    def _shortlist(
        self,
        need: ShopperNeed,
        at: datetime,
        shopper: Shopper | None,
        *,
        limit: int = CANDIDATES,
        without: Collection[str] = (),
    ) -> tuple[Retrieval, Mapping[str, Product]]:
        """Steps 2 and 3 with the rows they read: those of the candidates, and those of earlier turns that the need names."""
        found = retrieve(need, index=self.index, encoders=self.encoders, limit=limit + len(without))
        found = with_codes(found, need)
        found = replace(found, candidates=tuple(one for one in found.candidates if one.product_id not in without))
        ids = [candidate.product_id for candidate in found.candidates]
        products = self.catalogue.get([*ids, *need.refers_to, *need.like, *need.unlike])
        popularity = self.events.popularity()
        ranked, judged, kinds = order(
            found,
            need,
            products=products,
            popularity=popularity,
            at=at,
            likelihood=self.likelihood,
            behaviour=shopper.lifts(ids) if shopper is not None else {},
            weights=self.weights,
        )
        retrieval = shelve(
            ranked, need, judged=judged, kinds=kinds, products=products, popularity=popularity, index=self.index, at=at
        )
        return retrieval, products

    def _of_shop(self, scene: Scene, question: ShopQuestion) -> Scene:
        """The scene of a question about the shop: the rows that it asks of, and what is known of all of them."""
        rows = shop_rows(scene.need, question, index=self.index, catalogue=self.catalogue, at=scene.at)
        vocabulary = self.index.vocabulary
        house = House(
            departments=vocabulary.departments,
            kinds=vocabulary.types,
            brands=vocabulary.brands,
            product_count=vocabulary.product_count,
            facts=self.facts,
        )
        products = {**scene.products, **{row.id: row for row in rows}}
        return replace(scene, shortlist=tuple(rows), products=products, house=house)

    def _choose(
        self, plain: Response, scene: Scene, message: str, shopper: Shopper | None, *, considered: bool
    ) -> Response:
        """Of several ways to say it the best; the products are on their way already and stay as they are."""
        chooser = self.chooser or (Chooser() if considered else None)
        if chooser is None:
            return plain
        messages = [said for said in (*(turn.message for turn in scene.session.turns), message) if said.strip()]
        prior = shares_prior(shopper.log_shares) if shopper else popularity_prior(self.events.popularity())
        return chooser.choose(plain, scene, messages=messages, items=prior)

    def _log(self, turn: Turn, session: Session) -> None:
        """What was shown becomes an event like any other: our answers are training data."""
        if not turn.shown:
            return
        items = tuple(
            EventItem(item_id=product_id, index=index, item_list_id=turn.turn_id)
            for index, product_id in enumerate(turn.shown)
        )
        shown = Event(
            event_id=f"{turn.turn_id}:{EventName.VIEW_ITEM_LIST}",
            name=EventName.VIEW_ITEM_LIST,
            timestamp=turn.at,
            user_id=session.user_id,
            session_id=session.session_id,
            items=items,
            search_term=turn.need.query,
        )
        self.events.append([shown])


def _verdict(several: Sequence[Scene], need: ShopperNeed) -> Sold:
    """Of several things, the best that is true of any."""
    if need.act not in _SHOWS:
        return Sold.OTHER
    said = {scene.retrieval.sold for scene in several}
    return next(sold for sold in (Sold.FOUND, Sold.CLOSEST, Sold.NOT_SOLD) if sold in said)


def _listed(retrieval: Retrieval, need: ShopperNeed) -> tuple[Candidate, ...]:
    """By fit; where an order was asked for, first what meets the need, in that order."""
    return (*retrieval.candidates, *retrieval.ranked) if need.sort else retrieval.ranked


def _with_notice(need: ShopperNeed, notice: Notice) -> ShopperNeed:
    return replace(need, notices=(*need.notices, notice))


def _unsold(need: ShopperNeed) -> tuple[str, ...]:
    """What is not sold, in the shopper's words: the model or the thing that it is for where one was named, else the noun."""
    named = any(must.attribute in (MODEL, FITS) for must in need.musts)
    name = need.query if named or not need.thing else need.thing
    return (name,) if name else ()


def _seen(session: Session) -> frozenset[str]:
    """Everything that the conversation has shown: who asks for more wants something else."""
    return frozenset(product_id for turn in session.turns for product_id in turn.shown)


def _taken_off(session: Session, without: Sequence[Withdrawal]) -> Session:
    if not without or not session.turns:
        return session
    *earlier, last = session.turns
    return replace(session, turns=(*earlier, replace(last, need=withdraw(last.need, without))))


def _deltas(text: str) -> list[str]:
    """The text in pieces of about a clause, which together are the text."""
    return re.findall(r".+?(?:[\s，。！？；、]+|$)", text, flags=re.DOTALL)
