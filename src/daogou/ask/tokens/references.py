"""Which shown products a message speaks of: the second one, 第二个, the HP one, 1和3, the cheapest of these."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from daogou.catalog.matching.wording import mentions, searchable_text
from daogou.catalog.products.product import Product

_ORDINALS = {
    word: index
    for index, word in enumerate(
        ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
    )
}
_HAN = {character: index for index, character in enumerate("一二三四五六七八九十")} | {"两": 1}
_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5}
_ONE = r"(?: (?:one|option|item|product|choice|result|model))?"
_CLASSIFIER = r"[个款台件条双种瓶支只部本套把盒张]"
_PATTERNS = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("firsts", rf"\b(?:the )?(?:first|top) (two|three|four|five|\d)\b|前([两二三四五\d]){_CLASSIFIER}?"),
        ("lasts", r"\b(?:the )?last (two|three|four|five|\d)\b|[最后]后([两二三四五\d])" + _CLASSIFIER),
        ("ordinal", rf"\b(?:the )?({'|'.join(_ORDINALS)})(?! aid| hand| class){_ONE}\b"),
        ("ordinal", rf"\b(?:the )?(\d{{1,2}})(?:st|nd|rd|th){_ONE}\b"),
        ("ordinal", r"(?:\b(?:number|no\.?|option|item|product|nr\.?) ?|#)(\d{1,2})\b"),
        ("ordinal", rf"第([一二三四五六七八九十]|\d{{1,2}}){_CLASSIFIER}?"),
        ("ordinal", r"(?<!\d)(\d{1,2})号"),
        ("pair", r"(?<![\d.])([1-9])\s*(?:and|&|vs\.?|or|,|和|跟|与|、|还是)\s*([1-9])(?![\d.])"),
        ("last", rf"\bthe last{_ONE}\b|最后(?:一{_CLASSIFIER}|的|那{_CLASSIFIER})|倒数第一{_CLASSIFIER}?"),
        ("cheapest", r"\bthe cheapest (?:of|one|among)\b|\bthe cheaper one\b|最便宜的?(?:那|这)?" + _CLASSIFIER),
        (
            "dearest",
            r"\bthe (?:most expensive|dearest|pricier|priciest) (?:of|one|among)\b|最贵的?(?:那|这)?" + _CLASSIFIER,
        ),
        ("all", r"\b(?:these|those|them|they|both|all of (?:them|these))\b|这些|那些|它们|这几[个款台件]|两个都|都"),
        ("one", r"\b(?:it|its|it's|this one|that one|this|that)\b|它|(?:这|那)[个款台件双条瓶支只部]"),
    )
)
_DESCRIBED = re.compile(
    r"\bthe ([a-z0-9][\w&.-]*(?: [\w&.-]+)?) (?:one|model|version)s?\b|([\w]{2,8}?|[\u4e00-\u9fff]{1,6})的?[那这]"
    + _CLASSIFIER
)
_WEAK = ("all", "one")


@dataclass(frozen=True, kw_only=True)
class References:
    """Shown products that a message names; `spans` are the character places of the words that do.

    `firm` tells a real choice ("the second one") from a pronoun ("it", "these").
    """

    ids: tuple[str, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    firm: bool = False
    missed: bool = False  # one was named that is not there: the fifth of three
    gone: tuple[str, ...] = ()  # named as well, and no longer sold


def references(
    text: str, shown: Sequence[Product], at: datetime, before: Sequence[str] = (), places: Sequence[str] = ()
) -> References:
    """The shown products that a folded message names; `before` are those that the talk was about last.

    `places` are the ids of all that were shown, in order, those that have left the shop among them: the second stays the second.
    """
    sold = [product.id for product in shown]
    places = places or sold
    if not places:
        return References()
    missed = False
    found: dict[str, None] = {}
    spans: list[tuple[int, int]] = []
    firm = False
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in spans) or (kind in _WEAK and found):
                continue
            ids = _meant(kind, match, shown, at, before, places)
            found.update(dict.fromkeys(ids))
            if ids or kind == "ordinal":
                spans.append(match.span())
                firm = firm or (bool(ids) and kind not in _WEAK)
                missed = missed or not ids
    if not firm:
        for match in _DESCRIBED.finditer(text):
            ids = _described(match[1] or match[2], shown)
            if ids:
                return References(ids=tuple(ids), spans=(match.span(),), firm=True)
    ids, gone = [one for one in found if one in sold], [one for one in found if one not in sold]
    return References(ids=tuple(ids), spans=tuple(spans), firm=firm, missed=missed, gone=tuple(gone))


def _meant(
    kind: str,
    match: re.Match[str],
    shown: Sequence[Product],
    at: datetime,
    before: Sequence[str],
    places: Sequence[str],
) -> list[str]:
    ids = list(places)
    said = next((group for group in match.groups() if group), "")
    if kind == "ordinal":
        index = _index(said)
        return ids[index : index + 1]
    if kind in ("firsts", "lasts"):
        count = _COUNTS.get(said) or int(said)
        return ids[:count] if kind == "firsts" else ids[-count:]
    if kind == "pair":
        return [ids[int(number) - 1] for number in match.groups() if int(number) <= len(ids)]
    if kind == "last":
        return ids[-1:]
    if kind in ("cheapest", "dearest"):
        prices = {product.id: price.amount for product in shown if (price := product.price_at(at))}
        return [(min if kind == "cheapest" else max)(prices, key=prices.__getitem__)] if prices else []
    if kind == "all":
        return [product.id for product in shown]
    return [product_id for product_id in before if product_id in ids] or ids[:1]


def _index(said: str) -> int:
    if said.isdigit():
        return max(int(said), 1) - 1
    return _ORDINALS.get(said, _HAN.get(said, 0)) if said != "两" else 1


def _described(words: str, shown: Sequence[Product]) -> list[str]:
    """The shown products whose brand or text has all of the words; none where every product has them."""
    named = [p.id for p in shown if all(mentions(searchable_text(p), word) for word in words.split())]
    return named if 0 < len(named) < len(shown) else []
