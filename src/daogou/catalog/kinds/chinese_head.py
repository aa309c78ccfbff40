"""The head noun of a Chinese title: 笔记本电脑包 is a bag; 送... names a present; 套装 and 礼盒 say nothing."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from daogou.catalog.kinds.phrase_book import phrase_book
from daogou.text.normalize import normalize
from daogou.text.thesaurus import thesaurus
from daogou.text.title_words import title_words
from daogou.text.words import segment as words_of

_SEGMENT_ENDS = re.compile(r"[\s,，。;；|/+＋、!！~～*]+|【[^】]*】|\[[^\]]*\]|[()（）]")
_SUN_FACTORS = re.compile(r"(?i)spf\s?\d+\+*|pa\s?\++")  # their plus signs join nothing
_PROMISES = re.compile(r"【[^】]*】|\[[^\]]*\]|\([^)]*\)|（[^）]*）")


@dataclass(frozen=True, kw_only=True)
class ZhName:
    """A name found in a title, and how much speaks for it being the head."""

    name: str
    keys: tuple[str, ...]
    score: float


def best_names(title: str, favour: Callable[[str], float] = lambda key: 0.0, *, lines: bool = False) -> list[ZhName]:
    """Names in the title, best first; those in brackets only where there are none outside.

    `favour` adds to a type's score: how much of the catalogue is of its department.
    """
    text = normalize(title).casefold()
    for part in (_PROMISES.sub(" ", text), text):
        names = _scored(part, favour, lines=lines)
        if names:
            return names
    return []


def set_of(keys: Sequence[str], text: str, names: Sequence[ZhName] = ()) -> str:
    """A set, whatever its first part: 套装 洁面+精华+霜; empty where it is none or its department has no sets."""
    types, said = thesaurus().types, title_words().sets
    text = _SUN_FACTORS.sub(" ", text)
    if types[keys[0]].department != "beauty":
        return ""
    named = (key for name in names for key in name.keys if key.endswith(" set") and name.name.endswith(said))
    parts = len(set(keys)) if "+" in text else 0
    if parts < 2 or not (text.count("+") > 1 or any(word in _PROMISES.sub(" ", text) for word in said)):
        return next((key for key in named if key in keys), "")
    makeup = thesaurus().narrower("makeup")
    return "makeup set" if all(key in makeup for key in keys) else "skin care set"


def _scored(text: str, favour: Callable[[str], float], *, lines: bool) -> list[ZhName]:
    found: dict[str, tuple[tuple[str, ...], float]] = {}
    totals: defaultdict[tuple[str, ...], float] = defaultdict(float)
    segments = [segment for segment in _SEGMENT_ENDS.split(text) if segment and not _is_gift(segment)]
    for number, segment in enumerate(segments):
        for name, keys, end in _names(segment, favour, lines=lines):
            score = 1 + 0.25 * len(name) + (0.6 if number == 0 else 0.0) + (0.8 if _ends_here(segment[end:]) else 0.0)
            score += max(map(favour, keys))
            totals[keys] = max(totals[keys], score) + (0.3 if totals[keys] else 0.0)
            found[name] = (keys, score)
    names = [ZhName(name=name, keys=keys, score=totals[keys] + score / 100) for name, (keys, score) in found.items()]
    return sorted(names, key=lambda name: -name.score)


def _is_gift(segment: str) -> bool:
    return segment.startswith(title_words().gifts)


def _ends_here(rest: str) -> bool:
    """Whether the noun phrase is over: nothing follows, or what follows does not change the kind of thing."""
    return not rest or not "\u3400" <= rest[0] <= "\u9fff" or rest.startswith(title_words().tails)


def _names(segment: str, favour: Callable[[str], float], *, lines: bool) -> Iterator[tuple[str, tuple[str, ...], int]]:
    """(name, keys, end), from the right, the longest that ends there: Chinese compounds have their head last."""
    book = phrase_book()
    bounds = _word_bounds(segment)
    cut = next((segment.index(gift) for gift in title_words().gifts[:9] if gift in segment[1:]), len(segment))
    end = cut or len(segment)
    while end > 0:
        for start in range(max(0, end - book.longest_chinese), end):
            name = segment[start:end]
            keys = book.chinese.get(name) or (book.chinese_lines.get(name) if lines else None)
            at_home = bool(keys) and max(map(favour, keys or ())) > 0.5  # the shop's own trade: 润霜 is a cream there
            if keys and _stands_alone(segment, start, end, {end} if at_home else {start, end}, bounds):
                yield name, keys, end
                end = start + 1
                break
        end -= 1


def _stands_alone(segment: str, start: int, end: int, edges: set[int], bounds: frozenset[int]) -> bool:
    """Whether the characters are a word here: none that is denied (无糖) or cut out of another (包邮, 礼包)."""
    before, name = segment[:start], segment[start:end]
    if before.endswith(title_words().denials):
        return False
    if len(name) == 1 and (before[-1:].isdigit() or any((before + name).endswith(t) for t in title_words().tails)):
        return False
    return len(name) > 1 or edges <= bounds


def _word_bounds(segment: str) -> frozenset[int]:
    """Where words begin and end; a name of one character must be a word."""
    return frozenset(accumulate((len(word) for word in words_of(segment)), initial=0))
