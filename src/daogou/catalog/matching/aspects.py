"""What of a thing an amount measures, by the words beside it: "145 cm tall" is its height, "holds 10 l" what it takes."""

import re

from daogou.catalog.products.need import SUITS

_WORDS = {
    "weight": "weigh weighs weighing weight heavy lighter heavier 重 重量 净重 重达",
    "height": "tall high height taller higher 高 高度 身高",
    "length": "long length longer 长 长度 线长",
    "width": "wide width wider 宽 宽度",
    "depth": "deep depth thick 深 厚 厚度",
    "diameter": "diameter ø ⌀ 直径",
    "diagonal": "screen display diagonal 屏 屏幕 对角线",
    "capacity": "capacity hold holds holding take takes taking carry carries load 容量 能装 可装 承重 载重 能洗 能放",
    "range": "focal 焦距",
    SUITS: "suits fits suitable lawns lawn rooms gardens breeds 适合 适用 建议",
    "warranty": "warranty guarantee shelf 质保 保修 联保 保质期",
    "package": "package packaging parcel 包装尺寸 毛重",
}
_ASPECTS = {word: aspect for aspect, words in _WORDS.items() for word in words.split()}
_LATIN = re.compile(r"[a-zø⌀]+")
_HAN = sorted((word for word in _ASPECTS if not word.isascii() and len(word) <= 4), key=len, reverse=True)
_FOR = re.compile(r"\bfor\b(?! (?:only|just))[^,.;()]*$")
_NEAR = 3  # words


def aspect_of(attribute: str) -> str:
    """The aspect that an attribute's name tells: max_weight is what it carries."""
    parts = attribute.split("_")
    if parts[0] in ("max", "maximum", "recommended", "suitable"):
        return SUITS
    return next((_ASPECTS[part] for part in (parts[0], parts[-1]) if part in _ASPECTS), "")


def aspect_in(before: str, after: str) -> str:
    """The aspect that the words beside an amount tell; "" where they tell none."""
    clause = re.split(r"[,.;()，。；]", after)[0]
    following = _LATIN.findall(clause)[:1]
    preceding = re.split(r"[,.;()，。；]", before)[-1]
    near = [*following, *reversed(_LATIN.findall(preceding)[-_NEAR:])]
    for word in near:
        if word in _ASPECTS:
            return _ASPECTS[word]
    for word in _HAN:
        if preceding.rstrip().endswith(word) or clause.startswith(word):
            return _ASPECTS[word]
    return SUITS if _FOR.search(preceding) else ""
