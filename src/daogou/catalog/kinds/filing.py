"""What the merchant's own column says of a product's kind: "Dogs > Dry Food" holds dry dog food.

A column is read from its end: the last part that names something decides, together with what stands above it.
"""

import functools
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from daogou.catalog.kinds.heads import Chunk, head_of
from daogou.catalog.kinds.phrase_book import phrase_book, stems_of
from daogou.text.thesaurus import thesaurus
from daogou.text.words import is_chinese, normalize, segment

Choose: TypeAlias = Callable[[tuple[str, ...], int], str]  # (types, words of the name) -> one of them, or ""
_PARTS = 4_096  # of columns whose reading is kept: a catalogue files its products under few
_AND = re.compile(r"\s*(?:[&,/+、，；;|]|\band\b|(?<=[\u3400-\u9fff])[和与及](?=[\u3400-\u9fff]))\s*", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Filing:
    """The kinds that a column names, the likeliest first, and the departments of everything that it names."""

    kinds: tuple[str, ...] = ()
    departments: frozenset[str] = field(default_factory=frozenset)
    several: bool = False  # the column holds more than one kind, one of them perhaps unknown: "Collars & Leads"
    doubtful: str = ""  # a kind that the column's last part names, at odds with what stands above it

    def holds(self, key: str) -> bool:
        """Whether a thing of that kind may be filed here; a column that names nothing holds anything."""
        concept = thesaurus().types.get(key)
        return not self.departments or concept is None or concept.department in self.departments

    def bears_out(self, key: str) -> bool:
        """Whether the column names that kind or a broader one."""
        return any(key in thesaurus().narrower(kind) for kind in self.kinds)


def read_path(path: Sequence[str], choose: Choose) -> Filing:
    """Read a column: one part, or a path with the broadest part first.

    `choose` says which of the types that share a name is meant here, if any.
    """
    parts = [part for part in path if part.strip()]
    if not parts:
        return Filing()
    above = [_part_kinds(part, choose) for part in parts[:-1]]
    leaf = _part_kinds(parts[-1], choose)
    joined = _compounds(tuple(parts))
    several = not _keys_of(parts[-1]) and len(_AND.split(parts[-1])) > 1
    departments = _departments([key for keys in (*above, leaf, joined) for key in keys])
    if joined:
        return Filing(kinds=joined, departments=_departments(joined), several=several)
    higher = _departments([key for keys in above for key in keys])
    if leaf and higher and not higher & _departments(leaf):
        return Filing(kinds=above[-1], departments=departments, doubtful=leaf[0])
    return Filing(kinds=leaf, departments=departments, several=several)


def _part_kinds(part: str, choose: Choose) -> tuple[str, ...]:
    """What one part of the path names, as a whole or with the noun that it ends in; several in "Collars & Leads"."""
    chosen = [choose(keys, words) for keys, words in _names_of(part)]
    return tuple(dict.fromkeys(key for key in chosen if key))


@functools.lru_cache(maxsize=_PARTS)
def _names_of(part: str) -> tuple[tuple[tuple[str, ...], int], ...]:
    """The types that each name in it may mean, and how many words the name has."""
    whole = _keys_of(part)
    named = [(part, whole)] if whole else [(name, _keys_of(name) or _head_keys(name)) for name in _AND.split(part)]
    return tuple((keys, len(stems_of(name))) for name, keys in named if keys)


@functools.lru_cache(maxsize=_PARTS)
def _keys_of(name: str) -> tuple[str, ...]:
    book, words = phrase_book(), tuple(stems_of(name))
    return book.english.get(words) or book.lines.get(words) or book.chinese.get(normalize(name).casefold()) or ()


def _head_keys(name: str) -> tuple[str, ...]:
    """Of one word, in Chinese (图书): 果蔬绿植 is fruit, vegetables and plants."""
    if is_chinese(name):
        folded = normalize(name).casefold()
        ends = (folded[start:] for start in range(1, len(folded))) if len(segment(folded)) == 1 else ()
        return next((phrase_book().chinese[end] for end in ends if end in phrase_book().chinese), ())
    words = tuple(stems_of(name))
    head = head_of(Chunk(words=words, main=True)) if words else None
    return head.keys if head and head.end == len(words) else ()


@functools.lru_cache(maxsize=_PARTS)
def _compounds(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The kinds named by the last part with words from above: dog + dry food, phone + cases, 狗 + 主粮."""
    found = (key for name in _AND.split(parts[-1]) for key in _compound(parts[:-1], name))
    return tuple(dict.fromkeys(found))


def _compound(above: Sequence[str], name: str) -> Iterator[str]:
    if is_chinese(name):
        keys = next((keys for part in reversed(above) if (keys := phrase_book().chinese.get(part + name))), ())
        yield from keys[:1]
        return
    own, higher = stems_of(name), {word for part in above for word in stems_of(part)}
    ending_so = phrase_book().english_by_end.get(own[-1], ()) if own else ()
    whole, further = higher | set(own), higher - set(own)
    joined = (one for one in ending_so if whole.issuperset(one[:-1]) and not further.isdisjoint(one[:-1]))
    yield from phrase_book().english.get(max(joined, key=len, default=()), ())[:1]


def _departments(keys: Collection[str]) -> frozenset[str]:
    known = thesaurus().types
    return frozenset(known[key].department for key in keys if key in known)
