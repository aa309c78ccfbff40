"""Nothing is said that the row does not bear out: verdicts on statements, vetoes on products; what is left is numbered and sent."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from daogou.catalog.matching.matching import Outcome, outcome
from daogou.catalog.products.candidate import Retrieval
from daogou.catalog.products.conversation import Claim, Considered, Evidence, Reason, Recommendation, Response, Verdict
from daogou.catalog.products.need import RATING, Constraint, Notice, ShopperNeed
from daogou.catalog.products.product import Product
from daogou.reply.context import Compound, Draft, Fact, ReplyContext, Sentence, Shown, Statement, gather
from daogou.reply.sentences.paraphrase import asked_value
from daogou.reply.sentences.phrases import capital, clean, short

_NUMBERS = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
MOST_STARS = Decimal(5)  # the scale of every Rating
_QUOTED = re.compile(r"“[^”]*”")


def broken_must(product: Product, need: ShopperNeed, retrieval: Retrieval, at: datetime) -> Constraint | None:
    """The first must, not given up, that the product breaks; such a product is never shown, but for its number."""
    if any(product.id in code.product_ids for code in need.codes):
        return None
    musts = [must for must in need.musts if must not in retrieval.given_up]
    return next((must for must in musts if outcome(product, must, at) is Outcome.BROKEN), None)


def verdict(statement: Statement, need: ShopperNeed, *, at: datetime, language: str) -> Verdict:
    """Supported when the row still says every fact and the text has no number beyond them and what was asked."""
    if not statement.facts:
        return Verdict.UNSUPPORTED
    if not all(_stands(fact, statement.product, at, language) for fact in statement.facts):
        return Verdict.CONTRADICTED
    said = set(numbers(_QUOTED.sub(" ", statement.text)))
    return Verdict.SUPPORTED if said <= _borne_out(statement, need, at, language) else Verdict.UNSUPPORTED


def numbers(text: str) -> list[Decimal]:
    """Every number that stands in a text: "€1,299.50" -> 1299.5."""
    return [Decimal(found.replace(",", "")) for found in _NUMBERS.findall(text)]


def _stands(fact: Fact, product: Product, at: datetime, language: str) -> bool:
    if fact.product_id != product.id:
        return False
    if any(fact.printed == now.printed for now in gather(product, fact.field, at=at, language=language)):
        return True
    texts = [product.title, product.description, *product.highlights, *product.category]
    texts += [attribute.value for attribute in product.attributes if isinstance(attribute.value, str)]
    texts += [text for each in product.translations.values() for text in (each.title, each.description)]
    return any(fact.printed.strip("…") in clean(text) for text in texts)


def _borne_out(statement: Statement, need: ShopperNeed, at: datetime, language: str) -> set[Decimal]:
    """Numbers of the facts, numbers that were asked for, and the differences between them."""
    price = statement.product.price_at(at)
    currency = price.currency if price else ""
    facts = {value for fact in statement.facts for value in numbers(fact.printed)}
    asked = {value for c in need.constraints for value in numbers(asked_value(c, language, currency))}
    apart = {value for fact in statement.facts for value in _apart(fact, need, language, currency)}
    saved = {abs(left - right) for left in facts for right in facts}
    fields = (*(c.attribute for c in need.constraints), *(fact.field for fact in statement.facts))
    names = (need.about, *need.category, *fields)
    named = {value for name in names for value in numbers(name.replace("_", " "))}
    scale = {MOST_STARS} if any(fact.field == RATING for fact in statement.facts) else set()
    return {*facts, *asked, *apart, *saved, *named, *scale, *map(Decimal, statement.counted)}


def _apart(fact: Fact, need: ShopperNeed, language: str, currency: str) -> Iterator[Decimal]:
    """How far the fact is from what was asked of it, as it would be printed."""
    for constraint in need.constraints:
        numeric = isinstance(fact.value, Decimal) and isinstance(constraint.value, Decimal)
        if numeric and constraint.attribute == fact.field:
            apart = replace(constraint, value=abs(Decimal(str(fact.value)) - Decimal(str(constraint.value))))
            yield from numbers(asked_value(apart, language, currency))


def publish(*parts: tuple[Draft, ReplyContext]) -> Response:
    """One draft, or several each with its own need, as one answer with one numbering of positions and evidence.

    Only supported statements are sent; those that were dropped stand among the considered with their verdict.
    """
    (first, context), *_ = parts
    ledger = _Ledger(context=context)
    recommendations: list[Recommendation] = []
    texts: list[str] = []
    for number, (draft, of) in enumerate(parts):
        ledger = replace(ledger, context=of)
        texts.append(ledger.joined(_sentences(draft)))
        start = len(recommendations) + 1
        shown = [ledger.recommendation(each, position) for position, each in enumerate(draft.shown, start=start)]
        recommendations += [replace(one, need=number) for one in shown]
    return Response(
        text="\n".join(filter(None, texts)) or context.phrases.say("talk.unsure"),
        recommendations=tuple(recommendations),
        evidence=tuple(ledger.evidence.values()),
        claims=tuple(dict.fromkeys(ledger.claims)),
        question=first.question,
        asks=first.asks,
        notices=tuple(notice for _, of in parts for notice in of.need.notices),
        notice_texts=tuple(text for _, of in parts for text in notice_texts(of)),
        considered=tuple(ledger.dropped),
    )


def reworded(draft: Draft, plain: Response, context: ReplyContext) -> Response:
    """The plain answer's shelf, untouched, under another text; new evidence is numbered on from the plain answer's."""
    known = {(fact.product_id, fact.field, fact.value): fact for fact in plain.evidence}
    ledger = _Ledger(context=context, evidence=known)
    text = ledger.joined(_sentences(draft))
    reasons = {(one.product.id, reason.text) for one in plain.recommendations for reason in one.reasons}
    kept = [claim for claim in plain.claims if (claim.product_id, capital(claim.text)) in reasons]
    return replace(
        plain,
        text=text,
        evidence=tuple(ledger.evidence.values()),
        claims=tuple(dict.fromkeys((*ledger.claims, *kept))),
        question=draft.question,
        asks=draft.asks,
        considered=tuple(ledger.dropped),
    )


def _sentences(draft: Draft) -> list[Sentence]:
    """The question back ends the text, unless the draft puts it elsewhere."""
    asks = bool(draft.question) and draft.question not in draft.sentences
    return [*draft.sentences, *([draft.question] if asks else [])]


@dataclass(kw_only=True)
class _Ledger:
    """What has been said so far, and on what evidence; one for each answer."""

    context: ReplyContext
    evidence: dict[tuple[str, str, str], Evidence] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    dropped: list[Considered] = field(default_factory=list)

    def joined(self, sentences: Sequence[Sentence]) -> str:
        text = ""
        for said in filter(None, map(self._said, sentences)):
            close = not text or text.endswith("\n") or said.startswith("\n") or self.context.language == "zh"
            text += said if close else f" {said}"
        return text.strip()

    def recommendation(self, shown: Shown, position: int) -> Recommendation:
        reasons = tuple(
            Reason(text=capital(statement.text), evidence_ids=self._cite(statement.facts))
            for statement in shown.reasons
            if self._claims(statement)
        )
        variants = self.context.variants.get(shown.product.item_group_id, ())
        return Recommendation(product=shown.product, position=position, reasons=reasons, variants=variants)

    def _said(self, sentence: Sentence) -> str:
        if isinstance(sentence, str):
            return sentence
        if isinstance(sentence, Compound):
            return sentence.text if all(map(self._claims, sentence.parts)) else ""
        return sentence.text if self._claims(sentence) else ""

    def _claims(self, statement: Statement) -> bool:
        found = verdict(statement, self.context.need, at=self.context.at, language=self.context.language)
        if found is not Verdict.SUPPORTED:
            self.dropped.append(Considered(text=statement.text, veto=found.value))
            return False
        cited = self._cite(statement.facts)
        self.claims.append(
            Claim(text=statement.text, product_id=statement.product.id, evidence_ids=cited, verdict=found)
        )
        return True

    def _cite(self, facts: Iterable[Fact]) -> tuple[str, ...]:
        ids = []
        for fact in facts:
            key = (fact.product_id, fact.field, fact.printed)
            if key not in self.evidence:
                self.evidence[key] = fact.evidence(f"e{len(self.evidence) + 1}", self.context.at)
            ids.append(self.evidence[key].id)
        return tuple(dict.fromkeys(ids))


def notice_texts(context: ReplyContext) -> tuple[str, ...]:
    """One sentence for each notice, in their order."""
    return tuple(_text(notice, context) for notice in context.need.notices)


def _text(notice: Notice, context: ReplyContext) -> str:
    values = {name: short(value) for name, value in notice.params.items()}
    if "attribute" in notice.params:
        values["attribute"] = context.phrases.label(notice.params["attribute"])
    attribute = notice.params.get("attribute")
    special = [f"notice.{notice.code}_{attribute}", f"notice.{notice.code}_other"] if attribute else []
    for key in (*special, f"notice.{notice.code}"):
        if context.phrases.has(key):
            try:
                return context.phrases.say(key, **values)
            except KeyError:  # a notice without what its sentence names
                break
    quoted = ", ".join(f"“{value}”" for value in values.values())
    return context.phrases.say("notice.other" if quoted else "notice.unnamed", value=quoted)
