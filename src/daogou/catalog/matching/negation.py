"""What one clause says of a thing that it names: free of it, with it, perhaps traces of it, or only its name.

The nearest marker decides: "no grain, no wheat, with salmon" has salmon. A refusal reaches over a list ("no artificial
colours, flavours or sweeteners"; 不含酒精、香精), and not over what a comma alone puts after it ("no sugar, vanilla flavour").
"""

import re
from decimal import Decimal
from enum import Enum, auto


class Says(Enum):
    """How a thing is named in a text."""

    FREE = auto()
    WITH = auto()  # said outright, or with an amount
    NAMED = auto()  # no more than the word
    MAYBE = auto()  # "may contain traces of"
    NOTHING = auto()  # of something else: "alternative to", "no chicken meal" of chicken


_JOINS = r"(?:,|/|&|\+|、|\band\b|\bor\b|\bnor\b|\bas well as\b|或者?|和|及|与)"
_MARKERS = re.compile(
    r"(?P<maybe>\b(?:may|might|can|could) (?:also )?contain|\btraces? of|\bmay have|可能含有?|微量|痕量)"
    r"|(?P<reaching>\bfree (?:from|of)\b|\b(?:does|do|did) ?n[o']t (?:contain|include|have|use)\b|\bcontains? (?:no|none of|neither)\b"
    r"|\bnever any\b|不(?:含有?|添加|加|带|附|包含|使用|用|能|可以|支持|会)|未(?:添加|加|含)|无添加|没有|绝无)"
    r"|(?P<no>\b(?:without|w/o|no|not|non|neither|nor|zero|excluding|excludes?|except|excl\.?|lacks|minus|0 ?% ?added)\b)"
    r"|(?P<fused>[无非零免脱去未])"
    r"|(?P<other>\b(?:instead of|alternatives? (?:to|for)|unlike|replac(?:es|ing)|substitutes? for|rather than|than)\b|代替|替代|取代)"
    r"|(?P<with>\b(?:with|w/|contain(?:s|ing)?|includ(?:es?|ing|ed)|incl\.?|made (?:with|from|of)|rich in|plus|has|have|having"
    r"|features?|featuring|enriched|comes with)\b|含有?|[带配附]有?|添加|富含|采用|内置)"
)
_CLAUSE_END = re.compile(r"[.!?](?=\s|$)|[;。！？；\n|]|\bbut\b|但")
_TAIL_LIST = rf"(?:\s*{_JOINS}\s*(?!with\b|contains?\b|no\b|without\b)[^\s,/&、.;]+(?: [a-z]+)?)*"
_FREE_AFTER = re.compile(
    r"^(?:\s*(?:,|/)\s*[a-z]+)*(?:\s*-?\s*(?:and|or|&|/)\s*[a-z]+)? ?-? ?free(?![a-z])"
    r"(?! (?:range|shipping|delivery|gift|from|of|with|sample|trial))"
)
_LEFT_OUT = re.compile(
    rf"^{_TAIL_LIST}\s*(?:is |are )?(?:(?:not|un) ?(?:included|supplied|incl\b|provided|required|needed|contained|necessary)"
    r"|sold separately|available separately|excluded|(?:需)?另[购售配]|需?自备|除外|不(?:包含|包括|含|附)(?=$|[\s,，、)）]))"
)
_NOTHING_OF_IT = re.compile(
    r"^\s*(?:content|含量)?\s*[:：=]\s*(?:no|none|nil|false|without|无|否|没有|不含|零)(?![a-z\u4e00-\u9fff])"
)
_YES = re.compile(r"^\s*[:：=]\s*(?:yes|true|是|有|含)(?![a-z\u4e00-\u9fff])")
_UNIT = r"(?:%|％|m?g(?![a-z])|ppm|kcal|毫?克)"
_AMOUNT_AFTER = re.compile(
    rf"^\s*(?:content|含量)?\s*[:：=]?\s*(?P<below><|≤|under|less than|below|低于|小于|少于)?\s*(?P<number>\d+(?:[.,]\d+)?)\s*(?P<unit>{_UNIT})?"
)
_AMOUNT_BEFORE = re.compile(rf"(?P<number>\d+(?:[.,]\d+)?)\s*{_UNIT}\s*(?:of )?(?:added |pure |添加)?$")
_ZERO_BEFORE = re.compile(r"(?:^|[^\d.,%])0\s*(?:添加)?$")
_FOR = re.compile(r"(?:\b(?:fits|compatible with|works with)|适用于?|兼容)\s*(?:all |your |the |an? )?$")
_SUFFERERS = re.compile(r"^ ?(?:allerg|intoleran|sensitiv)|^(?:过敏|不耐受)")
_FOLLOWERS_WORDS = (
    "added content contents included needed required at all in on of or and nor & for as is are used whatsoever "
    "inside from by to that which please with but so"
)
_FOLLOWERS = frozenset(_FOLLOWERS_WORDS.split())
_FOLLOWER = re.compile(r"^ ([a-z]+)")
_FUSED_GAPS = frozenset(["", "添加", "任何", "人工", "额外", "能", "可", "支持", "需", "有", "含", "人造"])
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LONGEST_CLAUSE = 160  # characters looked back
_MOST_GAP = 3  # words of one item between "no" and its noun
_MOST_GAP_ZH = 6  # characters
_NEXT_TO_NOTHING = Decimal("0.5")


def says(text: str, start: int, end: int, *, heading: bool = False) -> Says:
    """How text[start:end] is named there. `text` is folded; `heading` says that it has no grammar, as titles have none."""
    before, after = _clause(text, start, end)
    if text[start] == "%":  # a name that is an amount: 11 % vol
        before += "%"
    if _FREE_AFTER.match(after):
        return Says.WITH if before.endswith("not ") else Says.FREE
    if _LEFT_OUT.match(after) or _NOTHING_OF_IT.match(after):
        return Says.FREE
    amount = _amount(before, after)
    if amount is not None:
        return amount
    if _SUFFERERS.match(after):
        return Says.NOTHING
    marked = _marked(before, text[start:end], after, heading=heading)
    if marked is Says.NAMED and _YES.match(after):
        return Says.WITH
    return Says.NOTHING if marked is Says.NAMED and _FOR.search(before) else marked


def stretch(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the words begin and end that say it: "no added sugar", "gluten and milk free", "14 % alcohol"."""
    before, after = _clause(text, start, end)
    for beside in (_FREE_AFTER, _LEFT_OUT, _NOTHING_OF_IT):
        if found := beside.match(after):
            return start, end + found.end()
    found = _AMOUNT_BEFORE.search(before + ("%" if text[start] == "%" else "")) or _ZERO_BEFORE.search(before)
    if found:
        return start - len(before) + found.start(), end
    if _amount(before, after) is not None and (follows := _AMOUNT_AFTER.match(after)):
        return start, end + follows.end()
    marks = list(_MARKERS.finditer(before))
    return (start - len(before) + marks[-1].start() if marks else start), end


def _clause(text: str, start: int, end: int) -> tuple[str, str]:
    opened = max(0, start - _LONGEST_CLAUSE)
    for mark in _CLAUSE_END.finditer(text, opened, start):
        opened = mark.end()
    closed = _CLAUSE_END.search(text, end)
    return text[opened:start], text[end : closed.start() if closed else len(text)]


def _amount(before: str, after: str) -> Says | None:
    """How much of it: "14 % alcohol", "sugar 7.2 g"; None where no amount stands beside it."""
    found = _AMOUNT_BEFORE.search(before)
    if found:
        return Says.WITH if _number(found) else Says.FREE
    if _ZERO_BEFORE.search(before):
        return Says.FREE
    follows = _AMOUNT_AFTER.match(after)
    if follows is None or not (follows["unit"] or (_number(follows) == 0 and ":" in follows[0])):
        return None
    little = _number(follows) == 0 or (follows["below"] and _number(follows) <= _NEXT_TO_NOTHING)
    return Says.FREE if little else Says.WITH


def _number(found: re.Match[str]) -> Decimal:
    return Decimal(found["number"].replace(",", "."))


def _marked(before: str, name: str, after: str, *, heading: bool) -> Says:
    """What the nearest marker on the left makes of it."""
    markers = list(_MARKERS.finditer(before))
    if not markers:
        return Says.NAMED
    marker = markers[-1]
    gap = before[marker.end() :]
    kind = str(marker.lastgroup)
    if kind in ("maybe", "with", "other"):
        said = {"maybe": Says.MAYBE, "with": Says.WITH, "other": Says.NOTHING}[kind]
        return said if kind != "other" or len(gap.split()) <= 1 else Says.NAMED
    if not _reached(kind, gap, after):
        return Says.NAMED
    follower = _FOLLOWER.match(after)
    of_another = follower is not None and follower[1] not in _FOLLOWERS and not heading
    return Says.NOTHING if of_another else Says.FREE


def _reached(kind: str, gap: str, after: str) -> bool:
    """Whether a refusal reaches over what stands between it and the name."""
    if kind == "fused":
        return gap in _FUSED_GAPS
    joins = re.findall(_JOINS, gap)
    items = re.split(_JOINS, gap.replace("，", "," if kind == "reaching" and "、" not in gap else "。"))
    if "。" in gap.replace("，", "。") and kind != "reaching":
        return False
    if any(len(item.split()) > _MOST_GAP or len(item.strip()) > 30 for item in items):
        return False
    if any(_CHINESE.search(item) and len(item.strip(" :：")) > _MOST_GAP_ZH for item in items):
        return False
    if not joins:
        return True
    commas = [place for place, join in enumerate(joins) if join == ","]
    closed = [place for place, join in enumerate(joins) if join not in (",", "、", "/")]
    if closed and any(place > closed[0] for place in commas):
        return False  # the list ended at "or": what a comma puts after it is another thing
    return bool(closed) or kind == "reaching" or not commas or bool(_closes(after))


def _closes(after: str) -> re.Match[str] | None:
    """Whether the list goes on to an "or"."""
    return re.match(r"^(?:\s*,\s*[a-z]+(?: [a-z]+)?)*\s*,?\s*(?:or|nor|and|&|或者?|和|及) ", after)
