"""Does the answer admit it? The words by which a shop says that nothing fits, that it does not sell it, or does not know."""

import re

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
