"""Step 1: what is the shopper asking for? The rules cut a message, read it, and merge it into the talk; a language model adds what they left."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType

from daogou.ask.acts import (
    References,
    about,
    act_of,
    after_restart,
    after_second_thought,
    dislikes,
    gives_orders,
    references,
    resembles,
    wanted_unit,
    without_comparing,
    without_orders,
)
from daogou.ask.dialogue.dialogue import merge, with_typed
from daogou.ask.dialogue.questions import about_shop
from daogou.ask.lexicon import Lexicon
from daogou.ask.model.reader import RULES_ALONE, RulesAlone
from daogou.ask.nouns.codes import act_on_codes, before_codes, blanked, coded, kinds_of, only_codes, with_pointed
from daogou.ask.nouns.several import Together, apart, asked_together, in_one_title
from daogou.ask.read import read
from daogou.ask.reading import Reading
from daogou.ask.tokens.chunks import Chunk, chunk, corrected, without
from daogou.ask.tokens.phrases import Cue, Token, beginning, simplify, tokenize
from daogou.ask.wishes.wishes import extreme, open_questions, points_at_shown
from daogou.catalog.matching.wording import plain_letters
from daogou.catalog.products.conversation import Session
from daogou.catalog.products.need import Act, Code, Notice, ShopperNeed
from daogou.catalog.products.product import Product
from daogou.catalog.products.vocabulary import NO_FACTS, ShopFacts
from daogou.ports import Catalogue, SearchIndex
from daogou.text.words import is_chinese, language_of

_NAMING = frozenset((Cue.FILLER, Cue.SUBJECTIVE, Cue.PERSON, Cue.BRAND, Cue.OF))  # what stands in a title too
_FULL_SHELF = 6  # products; a shorter one shows all that there is
_OF_SHOWN = (Act.ASK, Act.EXPLAIN)  # acts whose "it" is something that was shown
# Acts that leave the need as it was.
_IDLE = (Act.ASK, Act.COMPARE, Act.EXPLAIN, Act.GREET, Act.THANK, Act.OTHER)


def understand(
    message: str,
    session: Session,
    *,
    lexicon: Lexicon,
    shown: Sequence[Product] = (),
    locale: str = "",
    own: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    together: Together = apart,
    at: datetime | None = None,
    codes: Sequence[Code] = (),
    known: Callable[[str], bool] = lambda word: False,
    places: Sequence[str] = (),
) -> ShopperNeed:
    """The whole need after this message, earlier turns included; what can't be understood becomes a notice.

    `own` are the merchant's words for topics of the shop; `together` says whether some title has both of two words. `codes` are the
    numbers of products in it (ask.nouns.codes): they are read as nothing else. `known` tells whether the catalogue has a word anywhere.
    `places` are the ids of all that was shown, where some of it is no longer sold.
    """
    before = before_codes(session.need)
    text, numbers = blanked(plain_letters(simplify(message)), codes)
    if rest := after_restart(text):
        before, text = None, rest
    if only_codes(text, codes):
        return _by_number(codes, text, before, locale, lexicon)
    if not shown and not codes:
        text = without_comparing(text)
    language = _language(message, before, locale)
    now = at or datetime.now(UTC)
    alone = Session(session_id="")

    def by_itself(words: str) -> ShopperNeed:
        return understand(words, alone, lexicon=lexicon, known=known)

    better = "" if codes else after_second_thought(text)
    if better and by_itself(better).names:
        text = better
    things = () if gives_orders(text) else asked_together(text, before, lexicon, together=together, read=by_itself)
    if things:
        turn = session.length
        first_thing, *others = (
            replace(one, language=language, constraints=tuple(replace(c, said_in=turn) for c in one.constraints))
            for one in things
        )
        return replace(first_thing, others=tuple(others))

    of_shop = about_shop(text, before, shown=shown, own=own, read=by_itself, lexicon=lexicon)
    if of_shop is not None:
        return replace(of_shop, language=language, notices=())
    first = before is None or bool(before.unsold) or not (before.category or before.constraints or before.query)
    named = references(text, shown, now, before.refers_to if before else (), places)
    tokens = tokenize(without_orders(text) if gives_orders(text) else text)
    chunks, notices = corrected(chunk(tokens, lexicon), tokens, lexicon, known)
    chunks = _without_references(chunks, tokens, named.spans if named.firm or named.missed else ())
    chunks = _without_references(chunks, tokens, numbers)
    said = read(chunks, lexicon, category=before.category if before and not first else (), first=first)
    pointed = replace(named, ids=(*named.ids, *named.gone))
    act = act_of(text, said, pointed, shown=bool(shown or places), before=before is not None)
    if named.gone and (act is Act.COMPARE or (not named.ids and (named.firm or act in _OF_SHOWN))):
        asked = _idle(before or ShopperNeed(), Act.ASK, text, chunks, said, named, shown, lexicon)
        return replace(asked, refers_to=named.gone, language=language, notices=())
    other_kind = bool(said.category) and not {product.product_type for product in shown} & set(said.category)
    elsewhere = other_kind or (named.firm and len(named.ids) == 1)
    # "Which is the cheapest?" may mean more than a full shelf shows, and all of it can be ordered.
    orders_all = said.sort is not None and len(shown) >= _FULL_SHELF and not points_at_shown(text)
    chosen = None if elsewhere or orders_all else extreme(text, chunks, shown, now)
    if chosen is not None and before is not None and act is not Act.MORE:
        ids = (chosen.product_id,) if chosen.product_id else tuple(product.id for product in shown)
        asked = _idle(before, Act.ASK, text, chunks, said, named, shown, lexicon)
        return replace(
            asked, refers_to=ids, about=chosen.sort.attribute, picked=chosen.sort, language=language, notices=()
        )
    wanted: tuple[Code, ...] = ()
    if any(code.product_ids for code in codes):
        named = with_pointed(named, codes, numbers)
        act = act_on_codes(text, chunks, said, named, lexicon)
        wanted = () if dislikes(text) or resembles(text) else tuple(codes)
        before = before if act or dislikes(text) else None
        said = replace(said, category=said.category or kinds_of(codes)) if resembles(text) else said

    if act is Act.RESET:
        return ShopperNeed(language=language, act=act)
    if act in _IDLE or act is Act.MORE:
        assert act is not None
        need = _idle(before or ShopperNeed(), act, text, chunks, said, named, shown, lexicon)
        return replace(need, language=language, notices=())
    # What "cheaper" is measured against: the product that was named, else all that were shown.
    against = [product for product in shown if named.firm and product.id in named.ids] or list(shown)
    merged, new = merge(before, said, shown=against, at=now, turn=session.length, lexicon=lexicon)
    turned_down = named.firm and dislikes(text)
    goes_on = before is not None and not new and not said.category  # it only adds to the noun of before
    thing, names = (
        (before.thing, before.names) if goes_on and before else (said.names[0] if said.names else "", said.names)
    )
    need = replace(
        merged,
        bare=new and not notices and all(_NAMING.issuperset(one.cues) for one in chunks),
        like=named.ids if named.firm and resembles(text) else merged.like,
        unlike=tuple(dict.fromkeys((*merged.unlike, *named.ids))) if turned_down else merged.unlike,
        language=language,
        act=Act.FIND if new else Act.REFINE,
        refers_to=named.ids if named.firm and not wanted else (),
        codes=wanted,
        about="",
        picked=None,
        in_unit="",
        shop=None,
        said="",
        others=(),
        thing=thing,
        names=names,
        unsold=said.unsold,
        notices=(*notices, *said.notices),
    )
    return replace(need, unknown=open_questions(need, lexicon))


def _by_number(
    codes: Sequence[Code], text: str, before: ShopperNeed | None, locale: str, lexicon: Lexicon
) -> ShopperNeed:
    """A new need: these products and nothing else. Their numbers are of no language."""
    spoken = text.replace("x", "")
    return ShopperNeed(
        query=" ".join(code.said for code in codes),
        language=_language(spoken, before, locale or lexicon.vocabulary.languages[0]),
        codes=tuple(codes),
        unsold=tuple(code.said for code in codes if not code.product_ids),
    )


def _without_references(
    chunks: Sequence[Chunk], tokens: Sequence[Token], spans: Sequence[tuple[int, int]]
) -> list[Chunk]:
    """The chunks with the words that point at products made empty."""
    hidden = {
        place for place, token in enumerate(tokens) for start, end in spans if start <= token.start and token.end <= end
    }
    return without(chunks, {place for place, one in enumerate(chunks) if one.start in hidden})


def _idle(
    before: ShopperNeed,
    act: Act,
    text: str,
    chunks: Sequence[Chunk],
    said: Reading,
    named: References,
    shown: Sequence[Product],
    lexicon: Lexicon,
) -> ShopperNeed:
    """The need as it was, with what this message does."""
    ids = tuple(product.id for product in shown)
    refers_to = named.ids or (ids if act in (Act.COMPARE, Act.EXPLAIN) else before.refers_to or ids)
    return replace(
        before,
        act=act,
        refers_to=refers_to if act in (Act.ASK, Act.COMPARE, Act.EXPLAIN) else (),
        codes=(),
        about=about(text, chunks, said, lexicon) if act in (Act.ASK, Act.COMPARE) else "",
        unlike=tuple(dict.fromkeys((*before.unlike, *ids))) if act is Act.MORE else before.unlike,
        unsold=(),
        picked=None,
        in_unit=wanted_unit(text) if act is Act.ASK else "",
        shop=None,
        others=tuple(replace(other, act=act) for other in before.others) if act is Act.MORE else before.others,
    )


def _language(message: str, before: ShopperNeed | None, locale: str) -> str:
    """Chinese where Chinese stands in the message; a message without letters goes on as before or as the locale says."""
    if is_chinese(message):
        return "zh"
    default = before.language if before else ("zh" if locale.lower().startswith("zh") else "en")
    return language_of(message, default=default)


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
        rows = self.catalogue.get(session.shown)
        by_rules = understand(
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
        need = with_typed(by_rules, message, session.need)
        if len(message) < len(whole):
            need = replace(need, notices=(Notice(code="long", params={"read": str(len(message))}), *need.notices))
        if self.stale(at):
            need = replace(need, notices=(*need.notices, Notice(code="stale_feed")))
        if need.others:
            return replace(need, read_by="rules")
        return self.reader.read(need, message, session, lexicon=self.lexicon)
