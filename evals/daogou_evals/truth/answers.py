"""Is every answer borne out by the rows? A checker of its own: it shares no code with the writer.

It reads the text, the reasons, the question, the claims and the evidence of an answer as anybody would, and lists every
number, price, name and availability that neither the rows, nor the shopper's own words, nor a count bears out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from daogou.catalog.matching.matching import passes
from daogou.catalog.products.conversation import Response, Verdict
from daogou.catalog.products.need import CATEGORY, PRICE, Constraint, Operator, ShopperNeed
from daogou.catalog.products.product import Availability, Product
from daogou.catalog.products.turn import Answered
from daogou_evals.truth.bearing import Bearing
from daogou_evals.truth.saying import read_saying

_STATES = (
    (re.compile(r"\bout of stock\b|缺货|无货|售罄", re.I), Availability.OUT_OF_STOCK),
    (re.compile(r"\bpre-?order", re.I), Availability.PREORDER),
    (re.compile(r"可预订|预售中", re.I), Availability.PREORDER),
    (re.compile(r"\bback ?order|待补货|等待补货", re.I), Availability.BACKORDER),
    (re.compile(r"(?<!out of )\bin stock\b|有货|现货", re.I), Availability.IN_STOCK),
)
_CHEAPEST = re.compile(r"\bthe cheapest\b|价格最低|最便宜", re.I)
_QUOTED = re.compile(r"“[^”]*”")
_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n+")


@dataclass(frozen=True, kw_only=True)
class Truth:
    """Checks answers against the whole catalogue."""

    products: Mapping[str, Product]

    def __call__(self, answered: Answered) -> list[str]:
        """Every exception of one turn."""
        turn = answered.turn
        return self.exceptions(answered.response, turn.need, at=turn.at, message=turn.message)

    def exceptions(self, response: Response, need: ShopperNeed, *, at: datetime, message: str = "") -> list[str]:
        """Everything in the answer that nothing bears out, in words; empty for an honest answer."""
        check = _Check(products=self.products, response=response, need=need, at=at, message=message)
        return list(dict.fromkeys(check.problems()))


@dataclass(frozen=True, kw_only=True)
class _Check:
    products: Mapping[str, Product]
    response: Response
    need: ShopperNeed
    at: datetime
    message: str
    counted: list[Decimal] = field(default_factory=list)

    def problems(self) -> Iterator[str]:
        yield from self._recommended()
        yield from self._evidence()
        yield from self._claims()
        yield from self._reasons()
        yield from self._text()

    def _recommended(self) -> Iterator[str]:
        positions = [recommendation.position for recommendation in self.response.recommendations]
        if positions != list(range(1, len(positions) + 1)):
            yield f"positions are {positions}"
        for recommendation in self.response.recommendations:
            if self.products.get(recommendation.product.id) != recommendation.product:
                yield f"recommends {recommendation.product.id!r}, which is not what the row says"

    def _evidence(self) -> Iterator[str]:
        for evidence in self.response.evidence:
            row = self.products.get(evidence.product_id)
            if row is None:
                yield f"evidence {evidence.id} is of {evidence.product_id!r}, which does not exist"
                continue
            for problem in self._bearing([row]).quoted(evidence.value, evidence.field):
                yield f"evidence {evidence.id} ({evidence.field}): {problem}"

    def _claims(self) -> Iterator[str]:
        known = {evidence.id for evidence in self.response.evidence}
        for claim in self.response.claims:
            if claim.verdict is not Verdict.SUPPORTED:
                yield f"sends a claim that is {claim.verdict}: {claim.text!r}"
            if not claim.evidence_ids or not set(claim.evidence_ids) <= known:
                yield f"claim {claim.text!r} rests on {claim.evidence_ids}, which was not sent"

    def _reasons(self) -> Iterator[str]:
        known = {evidence.id: evidence for evidence in self.response.evidence}
        for recommendation in self.response.recommendations:
            for reason in recommendation.reasons:
                where = f"reason {reason.text!r} of {recommendation.product.id}"
                cited = [known.get(evidence_id) for evidence_id in reason.evidence_ids]
                if not cited or any(e is None or e.product_id != recommendation.product.id for e in cited):
                    yield f"{where}: no evidence of this row"
                for problem in self._said(reason.text, [recommendation.product]):
                    yield f"{where}: {problem}"

    def _text(self) -> Iterator[str]:
        """The running text, sentence by sentence: one that names products speaks of them alone."""
        for text in (self.response.text, self.response.question, *self.response.notice_texts):
            for sentence in _sentences(text):
                named = self._named_in(sentence) or self._rows()
                for problem in self._said(sentence, named, beside=self._rows()):
                    yield f"text {sentence!r}: {problem}"

    def _said(self, text: str, rows: Sequence[Product], beside: Sequence[Product] = ()) -> Iterator[str]:
        saying = read_saying(text)
        yield from self._bearing(rows, beside).problems(saying)
        yield from self._states(saying.plain, rows)
        yield from self._extremes(saying.plain, rows)

    def _named_in(self, sentence: str) -> list[Product]:
        quotations = read_saying(sentence).quotations
        return [row for row in self._rows() if any(self._bearing([row]).is_name(quoted) for quoted in quotations)]

    def _rows(self) -> list[Product]:
        """The rows that the answer speaks of."""
        ids = [recommendation.product.id for recommendation in self.response.recommendations]
        ids += [evidence.product_id for evidence in self.response.evidence]
        return [self.products[one] for one in dict.fromkeys(ids) if one in self.products]

    def _bearing(self, rows: Sequence[Product], beside: Sequence[Product] = ()) -> Bearing:
        return Bearing(rows=rows, beside=beside, need=self.need, at=self.at, message=self.message, counts=self._counts)

    def _counts(self) -> list[Decimal]:
        """Numbers that were counted: products shown, products that fit, those that state what they are sorted by."""
        if not self.counted:
            fitting = self._fitting()
            sort = self.need.sort.attribute if self.need.sort else ""
            stating = [row for row in fitting if (row.price_at(self.at) if sort == PRICE else row.values(sort))]
            shown = len(self.response.recommendations)
            self.counted.extend(map(Decimal, (shown, len(fitting), len(stating))))
        return self.counted

    def _fitting(self) -> list[Product]:
        kind = Constraint(attribute=CATEGORY, operator=Operator.IS, value=self.need.category)
        musts = (*([kind] if self.need.category else []), *self.need.musts)
        return [row for row in self.products.values() if all(passes(row, must, self.at) for must in musts)]

    def _states(self, text: str, rows: Iterable[Product]) -> Iterator[str]:
        asked = {str(c.value) for c in self.need.constraints}
        found = {offer.availability for row in rows for offer in row.offers}
        for words, state in _STATES:
            if words.search(text) and state not in found and state.value not in asked:
                yield f"{words.search(text)[0]!r} is not what the row says"  # type: ignore[index]

    def _extremes(self, text: str, rows: Sequence[Product]) -> Iterator[str]:
        """Who is called the cheapest has to be it, among all that fit."""
        if len(rows) != 1 or not _CHEAPEST.search(text):
            return
        own = rows[0].price_at(self.at)
        amounts = [price.amount for row in self._fitting() if (price := row.price_at(self.at))]
        if own is None or own.amount > min(amounts, default=own.amount):
            yield f"{rows[0].id} is not the cheapest"


def _sentences(text: str) -> list[str]:
    """Cut where a sentence ends, never inside a quotation."""
    quotations = _QUOTED.findall(text)
    pieces = _END.split(_QUOTED.sub("“”", text))
    rest = iter(quotations)
    return ["".join(next(rest) if part == "“”" else part for part in re.split("(“”)", piece)) for piece in pieces]
