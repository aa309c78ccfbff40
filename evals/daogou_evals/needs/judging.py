"""One answer against one turn's test: what is wrong with it, in the raw row's terms."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from daogou.catalog.products.turn import Answered
from daogou_evals.needs.cases import Asked, Best, Case, Expect, NeedTurn, Than
from daogou_evals.needs.rows import Row, Rows, title_of

BEST_SHARE = 0.05  # a superlative's first product is among this share of those that fit, or the best three
FEW = 3  # so few rows left at the fringe may be passed over by "more" and "cheaper than that"
RELAXED = frozenset({"relaxed", "given_up"})  # notice codes that say: not everything is met
_NO_SUCH = r"没有(?!注明|写|说|标|提|超出|区别|单独|回答|给)|没找到|找不到|没能找到|暂无|未找到|不卖|没卖|不售|未售|不出售|不销售"
_NOTHING_FITS = re.compile(
    r"\bnothing\b(?! in it says)|\bnone\b"
    r"|\bno\b[^.!?]{0,120}\b(?:match\w*|fit\w*|meet\w*|found|here|available|left|in (?:this|the|our) (?:shop|store|catalogue))\b"
    r"|\bfound no\b|\b(?:there is|there are|there's) no\b|\bno (?:such|more|further|other)\b|\bleaving\b[^.!?]*\baside\b"
    r"|(?:n't|\bnot|\bcannot)\b[^.!?]{0,60}\b(?:sells?|sold|have|find|found|carry|stock\w*|offer|match\w*|meet\w*|fit\w*)\b"
    rf"|{_NO_SUCH}|无法满足|不满足|不符合|放宽|放弃|都给您看过",
    re.IGNORECASE,
)
_UNSOLD = re.compile(
    r"(?:n't|\bnot|\bcannot|\bno longer)\b[^.!?]{0,60}\b(?:sells?|sold|have|find|found|carry|stock\w*|offer)\b"
    r"|\b(?:no|nothing|none)\b(?! in it says)[^.!?]{0,120}\b(?:here|sold|sell|such|in (?:this|the|our) (?:shop|store|catalogue|range)|for that)\b"
    rf"|\bfound (?:no|nothing)\b|\bno (?:match|product|result|item)s?\b|{_NO_SUCH}",
    re.IGNORECASE,
)
_GAVE_UP = re.compile(
    r"\bleaving\b[^.!?]*\baside\b|\bwithout\b[^.!?]*\bthe nearest\b|放宽|不限[^。，]*的话", re.IGNORECASE
)
_UNKNOWN = re.compile(
    r"(?:n't|\bnot|\bnever)\b[^.!?]{0,40}\b(?:say|state|list|know|known|mention|given|stated|listed|recorded|specified|tell|found|have)\w*\b"
    r"|\b(?:unknown|no information|no data|not sure)\b|\b(?:nothing|no)\b[^.!?]{0,40}\b(?:about|says?|information|stated|listed)\b"
    r"|没有(?:说|写|标|注|提|给|相关|列|填)|未(?:标|注|说|写|提|知|列|填)|不(?:清楚|知道|详|确定)|没说|没写|没标|没提|无法确认|查不到",
    re.IGNORECASE,
)


class Fault(StrEnum):
    """The ways an answer can be wrong."""

    MUST = "must"  # a shown product does not meet a must
    EMPTY = "empty"  # nothing shown though something fits
    NEEDLESS = "needless"  # says that nothing fits though it shows what fits
    DISHONEST = "dishonest"  # does not say that nothing fits, or that it is not sold
    ORDER = "order"  # a superlative is not honoured
    STALE = "stale"  # "more" shows again what was shown
    VALUE = "value"  # the value asked about is missing or wrong
    NAMED = "named"  # a comparison does not speak of the products named
    WORDS = "words"  # says what it must not, or not what it must
    PRODUCTS = "products"  # shows products to a greeting
    UNKNOWN_ROW = "unknown_row"  # a shown product stands in no feed row
    TRUTH = "truth"  # a number, price or name that the row does not bear out
    LANGUAGE = "language"  # answers in another language
    CRASH = "crash"  # no answer at all


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong, and with which product."""

    fault: Fault
    detail: str
    product_id: str = ""
    title: str = ""


@dataclass(kw_only=True)
class Talk:
    """What the earlier turns of a conversation showed."""

    shelf: list[Row | None] = field(default_factory=list)  # the last one that was not empty
    shelf_ids: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def showed(self, ids: Sequence[str], rows: Sequence[Row | None]) -> None:
        """Remember a shelf."""
        if ids:
            self.shelf, self.shelf_ids = list(rows), list(ids)
            self.seen.update(ids)


@dataclass(frozen=True, kw_only=True)
class Judge:
    """Judges the answers of one case."""

    case: Case
    rows: Rows

    def problems(self, turn: NeedTurn, answered: Answered, talk: Talk) -> list[Problem]:
        """Everything that is wrong with the answer; the talk moves on."""
        products = [recommendation.product for recommendation in answered.response.recommendations]
        ids = [product.id for product in products]
        rows = [self.rows.find(product.id, product.title) for product in products]
        words = spoken(answered)
        found = [
            Problem(fault=Fault.UNKNOWN_ROW, detail="stands in no feed row", product_id=product.id, title=product.title)
            for product, row in zip(products, rows, strict=True)
            if row is None
        ]
        found += self._by_kind(turn, answered, ids, [row for row in rows if row is not None], words, talk)
        found += _wording(turn, words, answered.response.text)
        talk.showed(ids, rows)
        return found

    def _by_kind(
        self, turn: NeedTurn, answered: Answered, ids: list[str], rows: list[Row], words: str, talk: Talk
    ) -> list[Problem]:
        match turn.expect:
            case Expect.SHOWN:
                return self._shown(turn, answered, ids, rows, words, talk)
            case Expect.HONEST_NONE:
                return self._admits(nothing_fits(words) or not_sold(words), words) + self._broken(turn.near, rows)
            case Expect.UNSOLD:
                return self._admits(not_sold(words), words)
            case Expect.ANSWER:
                return self._value(turn.asked, answered.response.text, talk)
            case Expect.COMPARE:
                return self._named(turn.of, answered, ids, talk)
            case Expect.EXPLAINED:
                return self._broken(turn.must, rows)
            case Expect.NO_PRODUCTS:
                return [Problem(fault=Fault.PRODUCTS, detail=f"shows {len(ids)} products")] if ids else []

    def _shown(
        self, turn: NeedTurn, answered: Answered, ids: list[str], rows: list[Row], words: str, talk: Talk
    ) -> list[Problem]:
        if not ids:
            excused = (turn.than or turn.fresh) and nothing_fits(words) and self._left(turn, talk) < FEW
            return [] if excused else [Problem(fault=Fault.EMPTY, detail=f"shows nothing, says: {words[:160]}")]
        found = self._broken(turn.must, rows)
        relaxed = RELAXED & {notice.code for notice in answered.response.notices} or gives_up(words)
        if relaxed and self._left(turn, talk):
            detail = f"gives up a wish though something meets all: {words[:120]}"
            found.append(Problem(fault=Fault.NEEDLESS, detail=detail))
        again = [one for one in ids if one in talk.seen] if turn.fresh else []
        found += [Problem(fault=Fault.STALE, detail="was shown before", product_id=one) for one in again]
        found += self._than(turn.than, rows, talk) if self._left(turn, talk) else []
        return found + (self._order(turn, turn.best, rows) if turn.best else [])

    def _broken(self, checks: Sequence[object], rows: Sequence[Row]) -> list[Problem]:
        return [
            Problem(
                fault=Fault.MUST,
                detail="; ".join(failed),
                product_id=next((key for key, some in self.rows.by_id.items() if any(row is one for one in some)), ""),
                title=title_of(row, self.rows.feed),
            )
            for row in rows
            if (failed := self.case.checks.failed(checks, row))  # type: ignore[arg-type]
        ]

    def _left(self, turn: NeedTurn, talk: Talk) -> int:
        fitting = [row for row in self.rows.distinct if not self.case.checks.failed(turn.must, row)]
        if turn.fresh:
            fitting = [row for row in fitting if not any(row is shown for shown in talk.shelf)]
        if turn.than:
            fitting = [row for row in fitting if not self._than(turn.than, [row], talk)]
        return len(fitting)

    def _than(self, than: Than | None, rows: Sequence[Row], talk: Talk) -> list[Problem]:
        if than is None or than.at >= len(talk.shelf) or (other := talk.shelf[than.at]) is None:
            return []
        bound = next(iter(self.case.checks.values(than.column, other)), None)
        return [] if bound is None else self._broken([f"{than.column} {than.op} {bound}"], rows)

    def _order(self, turn: NeedTurn, best: Best, rows: list[Row]) -> list[Problem]:
        fitting = [row for row in self.rows.distinct if not self.case.checks.failed(turn.must, row)]
        known, shown = (
            [number for row in some if (number := self._amount(best, row)) is not None] for some in (fitting, rows)
        )
        known.sort(reverse=best.descending)
        if not known or not shown or len(shown) < len(rows):
            return [Problem(fault=Fault.ORDER, detail=f"{best.column} is not known of all that is shown")]
        allowed = known[max(2, int(len(known) * BEST_SHARE)) if len(known) > 2 else -1]
        late = shown[0] < allowed if best.descending else shown[0] > allowed
        details = [f"first has {best.column} {shown[0]}, best is {known[0]}"] if late else []
        details += [f"{best.column} out of order: {shown}"] if shown != sorted(shown, reverse=best.descending) else []
        return [Problem(fault=Fault.ORDER, detail=detail) for detail in details]

    def _amount(self, best: Best, row: Row) -> float | None:
        values = self.case.checks.values(best.column, row)
        if best.number:
            values = [n for value in values for n in re.findall(best.number, str(value), re.IGNORECASE)]
        numbers = [number for value in values if (number := _number(value)) is not None]
        return (max if best.descending else min)(numbers, default=None)

    def _admits(self, admitted: bool, words: str) -> list[Problem]:
        return [] if admitted else [Problem(fault=Fault.DISHONEST, detail=f"does not say so: {words[:200]}")]

    def _value(self, asked: Asked | None, text: str, talk: Talk) -> list[Problem]:
        if asked is None or asked.at >= len(talk.shelf) or (row := talk.shelf[asked.at]) is None:
            return [Problem(fault=Fault.VALUE, detail="nothing was shown that could be asked about")]
        values = self.case.checks.values(asked.column, row)
        if asked.pattern:
            values = [found for value in values for found in re.findall(asked.pattern, str(value), re.IGNORECASE)]
        if (values and any(_says(value, asked, text) for value in values)) or (not values and not_known(text)):
            return []
        wanted = f"one of {values[:4]}" if values else "an honest 'it does not say'"
        return [Problem(fault=Fault.VALUE, detail=f"expected {wanted}, got: {text[:200]}")]

    def _named(self, places: Sequence[int], answered: Answered, ids: list[str], talk: Talk) -> list[Problem]:
        wanted = [talk.shelf_ids[place] for place in places if place < len(talk.shelf_ids)]
        spoken_of = {*ids, *(evidence.product_id for evidence in answered.response.evidence)}
        missing = [product_id for product_id in wanted if product_id not in spoken_of]
        if len(wanted) < len(places):
            return [Problem(fault=Fault.NAMED, detail="too few products were shown to compare")]
        return [Problem(fault=Fault.NAMED, detail="does not speak of it", product_id=one) for one in missing]


def spoken(answered: Answered) -> str:
    """All words that the shopper sees, without the titles of products."""
    response = answered.response
    words = "\n".join((response.text, *response.notice_texts, response.question))
    for recommendation in response.recommendations:
        product = recommendation.product
        for title in (product.title, *(translation.title for translation in product.translations.values())):
            words = words.replace(title, "…")
    return words


def _wording(turn: NeedTurn, words: str, text: str) -> list[Problem]:
    found = [Problem(fault=Fault.WORDS, detail="says nothing")] if not text.strip() else []
    for pattern in turn.never:
        if match := re.search(pattern, text, re.IGNORECASE):
            found.append(Problem(fault=Fault.WORDS, detail=f"says {match[0]!r}"))
    for pattern in turn.says:
        if not re.search(pattern, words, re.IGNORECASE):
            found.append(Problem(fault=Fault.WORDS, detail=f"does not say {pattern!r}: {words[:160]}"))
    chinese = len(re.findall(r"[\u3400-\u9fff]", words))
    letters = len(re.findall(r"[A-Za-z]", words))
    if words.strip() and ((turn.language == "zh" and not chinese) or (turn.language == "en" and chinese > letters)):
        found.append(Problem(fault=Fault.LANGUAGE, detail=f"the shopper speaks {turn.language}: {words[:120]}"))
    return found


def _says(value: object, asked: Asked, text: str) -> bool:
    regex = asked.words.get(str(value).lower())
    if regex:
        return re.search(regex, text, re.IGNORECASE) is not None
    number = _number(value)
    if number is None:
        return str(value).casefold() in text.casefold()
    told = [float(found.replace(",", "")) for found in re.findall(r"\d[\d,]*(?:\.\d+)?", text)]
    wanted = [number * factor for factor in asked.times]
    return any(abs(one - other) <= 0.006 * max(abs(other), 1e-9) for one in told for other in wanted)


def _number(value: object) -> float | None:
    try:
        return None if isinstance(value, bool) else float(str(value))
    except ValueError:
        return None


def nothing_fits(words: str) -> bool:
    """Whether the words say that nothing meets the whole need."""
    return _NOTHING_FITS.search(words) is not None


def not_sold(words: str) -> bool:
    """Whether the words say that the shop does not sell it."""
    return _UNSOLD.search(words) is not None


def gives_up(words: str) -> bool:
    """Whether the words say that one of the wishes was left aside."""
    return _GAVE_UP.search(words) is not None


def not_known(words: str) -> bool:
    """Whether the words say that the row does not tell."""
    return _UNKNOWN.search(words) is not None
