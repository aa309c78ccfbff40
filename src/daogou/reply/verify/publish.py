"""A draft becomes the answer: what is not borne out is dropped, evidence that is used is numbered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from daogou.catalog.products.conversation import Considered, Reason, Recommendation, Response
from daogou.catalog.products.evidence import Claim, Evidence, Verdict
from daogou.catalog.products.need import Notice
from daogou.reply.draft import Compound, Draft, Sentence, Shown, Statement
from daogou.reply.scene import Scene
from daogou.reply.sentences.rendering import short
from daogou.reply.verify.gather import Fact
from daogou.reply.verify.verify import verdict


def publish(draft: Draft, scene: Scene) -> Response:
    """Only supported statements are sent; those that were dropped stand among the considered with their verdict."""
    ledger = _Ledger(scene=scene)
    text = ledger.joined(_sentences(draft)) or scene.phrases.say("talk.unsure")
    recommendations = tuple(
        ledger.recommendation(shown, position) for position, shown in enumerate(draft.shown, start=1)
    )
    return Response(
        text=text,
        recommendations=recommendations,
        evidence=tuple(ledger.evidence.values()),
        claims=tuple(dict.fromkeys(ledger.claims)),
        question=draft.question,
        asks=draft.asks,
        notices=scene.need.notices,
        notice_texts=notice_texts(scene),
        considered=(*draft.vetoed, *ledger.dropped),
    )


def published_together(parts: Sequence[tuple[Draft, Scene]]) -> Response:
    """Several drafts, each with its own need, as one answer with one numbering of positions and evidence."""
    first = parts[0][1]
    ledgers: list[_Ledger] = []
    recommendations: list[Recommendation] = []
    texts: list[str] = []
    for number, (draft, scene) in enumerate(parts):
        ledger = _Ledger(scene=scene) if not ledgers else replace(ledgers[0], scene=scene)
        texts.append(ledger.joined(_sentences(draft)))
        start = len(recommendations) + 1
        recommendations += [
            replace(ledger.recommendation(shown, position), need=number)
            for position, shown in enumerate(draft.shown, start=start)
        ]
        ledgers.append(ledger)
    notices = tuple(notice for _, scene in parts for notice in scene.need.notices)
    return Response(
        text="\n".join(filter(None, texts)) or first.phrases.say("talk.unsure"),
        recommendations=tuple(recommendations),
        evidence=tuple(ledgers[0].evidence.values()),
        claims=tuple(dict.fromkeys(ledgers[0].claims)),
        notices=notices,
        notice_texts=tuple(text for _, scene in parts for text in notice_texts(scene)),
        considered=(*(one for draft, _ in parts for one in draft.vetoed), *ledgers[0].dropped),
    )


def reworded(draft: Draft, plain: Response, scene: Scene) -> Response:
    """The plain answer's shelf, untouched, under another text; new evidence is numbered on from the plain answer's."""
    known = {(fact.product_id, fact.field, fact.value): fact for fact in plain.evidence}
    ledger = _Ledger(scene=scene, evidence=known)
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
        considered=(*draft.vetoed, *ledger.dropped),
    )


def _sentences(draft: Draft) -> list[Sentence]:
    """The question back ends the text, unless the draft puts it elsewhere."""
    asks = bool(draft.question) and draft.question not in draft.sentences
    return [*draft.sentences, *([draft.question] if asks else [])]


@dataclass(kw_only=True)
class _Ledger:
    """What has been said so far, and on what evidence; one for each answer."""

    scene: Scene
    evidence: dict[tuple[str, str, str], Evidence] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    dropped: list[Considered] = field(default_factory=list)

    def joined(self, sentences: Sequence[Sentence]) -> str:
        kept = [said for sentence in sentences if (said := self._said(sentence))]
        return _join(kept, self.scene.language)

    def recommendation(self, shown: Shown, position: int) -> Recommendation:
        reasons = tuple(
            Reason(text=capital(statement.text), evidence_ids=self._cite(statement.facts))
            for statement in shown.reasons
            if self._claims(statement)
        )
        variants = self.scene.variants.get(shown.product.item_group_id, ())
        return Recommendation(product=shown.product, position=position, reasons=reasons, variants=variants)

    def _said(self, sentence: Sentence) -> str:
        if isinstance(sentence, str):
            return sentence
        if isinstance(sentence, Compound):
            return sentence.text if all(map(self._claims, sentence.parts)) else ""
        return sentence.text if self._claims(sentence) else ""

    def _claims(self, statement: Statement) -> bool:
        found = verdict(statement, self.scene.need, at=self.scene.at, language=self.scene.language)
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
                self.evidence[key] = fact.evidence(f"e{len(self.evidence) + 1}", self.scene.at)
            ids.append(self.evidence[key].id)
        return tuple(dict.fromkeys(ids))


def capital(text: str) -> str:
    """The first letter large, as at a sentence's start."""
    return text[:1].upper() + text[1:]


def _join(sentences: Sequence[str], language: str) -> str:
    text = ""
    for sentence in sentences:
        gap = "" if not text or text.endswith("\n") or sentence.startswith("\n") or language == "zh" else " "
        text += gap + sentence
    return text.strip()


def notice_texts(scene: Scene) -> tuple[str, ...]:
    """One sentence for each notice, in their order."""
    return tuple(_text(notice, scene) for notice in scene.need.notices)


def _text(notice: Notice, scene: Scene) -> str:
    values = {name: short(value) for name, value in notice.params.items()}
    if "attribute" in notice.params:
        values["attribute"] = scene.phrases.label(notice.params["attribute"])
    for key in _keys(notice):
        if scene.phrases.has(key):
            try:
                return scene.phrases.say(key, **values)
            except KeyError:  # a notice without what its sentence names
                break
    quoted = ", ".join(f"“{value}”" for value in values.values())
    return scene.phrases.say("notice.other" if quoted else "notice.unnamed", value=quoted)


def _keys(notice: Notice) -> list[str]:
    attribute = notice.params.get("attribute")
    special = [f"notice.{notice.code}_{attribute}", f"notice.{notice.code}_other"] if attribute else []
    return [*special, f"notice.{notice.code}"]
