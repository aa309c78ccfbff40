"""Step 1 of one shop: what the rules understand, then what a language model adds."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from daogou.ask.dialogue.dialogue import with_typed
from daogou.ask.lexicon import Lexicon
from daogou.ask.model.reader import RULES_ALONE, RulesAlone
from daogou.ask.nouns.codes import coded
from daogou.ask.nouns.several import in_one_title
from daogou.ask.tokens.simplify import beginning
from daogou.ask.understand import understand
from daogou.catalog.products.conversation import Session
from daogou.catalog.products.need import Notice, ShopperNeed
from daogou.catalog.products.shop_facts import NO_FACTS, ShopFacts
from daogou.ports import Catalogue, SearchIndex


@dataclass(frozen=True, kw_only=True)
class Understanding:
    """Knows the words of a catalogue, of its merchant, and the numbers of its products."""

    catalogue: Catalogue
    index: SearchIndex
    lexicon: Lexicon
    facts: ShopFacts = NO_FACTS
    reader: RulesAlone = RULES_ALONE  # adds to what the rules understood
    stale: Callable[[datetime], bool] = lambda at: False  # the feed is so old that prices and stock may have changed

    def need(self, message: str, session: Session, *, at: datetime, locale: str = "") -> ShopperNeed:
        """The whole need after this message; without one the need as it stands, in the language asked for.

        Of a very long message the beginning is read, and that is told.
        """
        if not message and session.need is not None:
            language = locale[:2].lower()
            return replace(session.need, language=language) if language in ("en", "zh") else session.need
        whole, message = message, beginning(message)
        need = with_typed(self._by_rules(message, session, at, locale), message, session.need)
        if len(message) < len(whole):
            need = replace(need, notices=(Notice(code="long", params={"read": str(len(message))}), *need.notices))
        if self.stale(at):
            need = replace(need, notices=(*need.notices, Notice(code="stale_feed")))
        if need.others:
            return replace(need, read_by="rules")
        return self.reader.read(need, message, session, lexicon=self.lexicon)

    def _by_rules(self, message: str, session: Session, at: datetime, locale: str) -> ShopperNeed:
        rows = self.catalogue.get(session.shown)
        return understand(
            message,
            session,
            lexicon=self.lexicon,
            shown=[rows[product_id] for product_id in session.shown if product_id in rows],
            locale=locale,
            own=self.facts.words,
            at=at,
            places=session.shown,
            codes=coded(message, self.index, self.catalogue),
            known=lambda word: bool(self.index.lexical([word], limit=1)),
            together=lambda *two: in_one_title(two, index=self.index, catalogue=self.catalogue),
        )
