"""The head noun of a title: "HP laptop bag for 15 inch notebook" and 笔记本电脑包 are bags."""

import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from daogou.catalog.kinds.phrase_book import Stems, phrase_book, stem
from daogou.catalog.matching.wording import plain_letters
from daogou.text.heads import WORD, plain_words, title_words
from daogou.text.thesaurus import thesaurus
from daogou.text.words import normalize
from daogou.text.words import segment as words_of

_ZH_SEGMENT_ENDS = re.compile(r"[\s,，。;；|/+＋、!！~～*]+|【[^】]*】|\[[^\]]*\]|[()（）]")
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
    segments = [segment for segment in _ZH_SEGMENT_ENDS.split(text) if segment and not _is_gift(segment)]
    for number, segment in enumerate(segments):
        for name, keys, end in _zh_names(segment, favour, lines=lines):
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


def _zh_names(
    segment: str, favour: Callable[[str], float], *, lines: bool
) -> Iterator[tuple[str, tuple[str, ...], int]]:
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


_SEGMENT_ENDS = re.compile(r"[,;:|()\[\]•]|\s[-/+]+\s|(?<=\w{4})\.\s|<[^>]*>|!|\?")
MOST_BEFORE_OF = 3  # words of "3 piece set of"; with more, a noun stands before: "gel pens fine point pack of 12"
_VERSIONED = frozenset(("usb", "bluetooth", "hdmi", "displayport", "thunderbolt", "pcie", "wifi", "wi-fi"))
_SMALL = re.compile(r"[a-z]+(?:[/-][a-z]+)*")
_FREE = re.compile(r"(?<![\w-])([a-z]+)[ -]free(?![\w-])(?! (?:of|from) )(?: ([a-z]+))?|\bfree (?:of|from) [a-z]+")
_OWN_FREE = frozenset(("range", "standing", "size", "gift", "gifts", "shipping", "delivery", "style", "weight", "fit"))
_NUMBER = re.compile(r"\bno\.?\s?(?=\d)")  # No. 2
_UP_TO = re.compile(r"\bup to\b")  # 220 L
_COUNTS = re.compile(r"(?<![\d.])\d+\s?(?:pc\(s\)|pcs\b|pc\b(?! card)|piece\(s\))")


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """A noun phrase of a title: stemmed words; `main` when nothing like "for" or "with" stands before it."""

    words: Stems
    main: bool


@dataclass(frozen=True, kw_only=True)
class Head:
    """A name found in a chunk, at words[start:end]."""

    keys: tuple[str, ...]  # the types that have this name
    start: int
    end: int
    line: bool = False  # it is a product line, not a name


def chunks_of(title: str) -> list[Chunk]:
    """The noun phrases, the main ones first: cut at commas, brackets, "for", "with" ..."""
    text = _UP_TO.sub(" for ", _FREE.sub(_without_denied, _NUMBER.sub(" ", plain_letters(normalize(title)))))
    segments = _SEGMENT_ENDS.split(_COUNTS.sub(" ; ", text))
    chunks = [chunk for segment in segments for chunk in _chunks(segment)]
    return sorted(chunks, key=lambda chunk: not chunk.main)


def ends_chunk(chunk: Chunk, head: Head) -> bool:
    """Whether nothing but loose words stands behind the name up to the first code, so that it is the noun itself."""
    behind = itertools.takewhile(lambda word: not _is_code(word), chunk.words[head.end :])
    return all(word in title_words().loose or word in plain_words() for word in behind)


def small_letter_names(title: str) -> list[Chunk]:
    """Where a merchant writes Names With Capitals, a longer name in small letters is the kind of thing.

    "Acme AB12 screen protector Desktop/Laptop Universal" is a screen protector; only what stands before the first
    "for" counts.
    """
    words = _SEGMENT_ENDS.sub(" ; ", normalize(title)).split()
    end = next((place for place, word in enumerate(words) if word.casefold() in title_words().stops), len(words))
    runs = "".join(f" {word}" if _SMALL.fullmatch(word) else ";" for word in words[:end]).split(";")
    chunks = [Chunk(words=tuple(map(stem, WORD.findall(run))), main=True) for run in runs if len(WORD.findall(run)) > 1]
    if not any(word[0].isupper() for word in words[:end]):
        return []
    named = [(chunk, head_of(chunk)) for chunk in chunks]
    return [chunk for chunk, head in named if head and head.end - head.start > 1]


def head_of(chunk: Chunk, *, lines: bool = False) -> Head | None:
    """The last name of the first run of names; a number between two names ends the run.

    With `lines` product lines ("thinkpad") count as names.
    """
    head: Head | None = None
    for found in _names(chunk.words, lines=lines):
        if head and _parted(chunk.words, head.end, found.start):
            break
        if head is None or found.start < head.end or not _modifies(chunk.words, found):
            head = found
    return head


def _parted(words: Stems, start: int, end: int) -> bool:
    """Whether a number stands there that ends a name; the 2.0 of "usb 2.0" does not."""
    return any(
        _is_code(words[place]) and (place == 0 or words[place - 1] not in _VERSIONED) for place in range(start, end)
    )


def compound(chunk: Chunk, head: Head) -> Stems:
    """The words of a compound that goes on behind the name: "printer" in "printer maintenance kit"; else empty."""
    end = head.end
    for position in range(head.end, len(chunk.words) if head.line else min(head.end + 3, len(chunk.words))):
        word = chunk.words[position]
        if not head.line and (_is_code(word) or word in title_words().loose):
            break
        if word in title_words().heads:
            end = position + 1
    return chunk.words[head.start : end] if end > head.end else ()


def tail_of(chunk: Chunk, plain: Collection[str] = ()) -> Stems:
    """The words at whose end a noun may stand: the chunk up to its first number behind a word, loose words off."""
    loose = title_words().loose
    words = list(chunk.words)
    while words and (_is_code(words[0]) or words[0] in loose):
        words.pop(0)
    run: list[str] = []
    for word in words:
        if _is_code(word):
            break
        run.append(word)
    while run and (run[-1] in loose or run[-1] in plain):
        run.pop()
    return tuple(run)


def names_in(chunk: Chunk) -> list[Head]:
    """Every name in it, wherever it stands, those at its end first."""
    return sorted(_names(chunk.words, lines=False), key=lambda head: -head.end)


def _without_denied(match: re.Match[str]) -> str:
    """Sugar-free names no sugar; "free size" and "with free case" are about something else."""
    before, behind = match[1] or "", match[2] or ""
    return match[0] if behind in _OWN_FREE or before in title_words().stops else f" {behind} "


def _chunks(segment: str) -> Iterator[Chunk]:
    words: list[str] = []
    main = True
    for match in WORD.finditer(segment):
        raw = match[0]
        word = stem(raw)
        if "-" in (segment[match.start() - 1 : match.start()], segment[match.end() : match.end() + 1]):
            words.append(word)  # slip-on, 2-in-1
            continue
        if raw == "of" and 0 < len(words) <= MOST_BEFORE_OF and words[-1] in title_words().containers:
            words = []
        elif raw == "in" and words and words[-1].isdigit():
            continue  # 13 in: inches
        elif raw in title_words().stops or raw in title_words().articles or raw == "of":
            yield from [Chunk(words=tuple(words), main=main)] if words else []
            main = main and (not words or raw in title_words().articles)
            words = []
        else:
            words.append(word)
    if words:
        yield Chunk(words=tuple(words), main=main)


def _names(words: Stems, *, lines: bool) -> Iterator[Head]:
    """At each end from left to right the longest name: "wireless mouse", then "mouse pad"."""
    for end in range(1, len(words) + 1):
        found = _name_to(words, end, lines=lines)
        if found:
            yield found


def _name_to(words: Stems, end: int, *, lines: bool) -> Head | None:
    book = phrase_book()
    if words[end - 1] not in book.english_by_end and not (lines and words[end - 1] in book.line_ends):
        return None
    for start in range(max(0, end - book.longest), end):
        name = words[start:end]
        keys = book.english.get(name)
        if keys:
            return Head(keys=keys, start=start, end=end)
        if lines and name in book.lines:
            return Head(keys=book.lines[name], start=start, end=end, line=True)
    return None


def _modifies(words: Stems, found: Head) -> bool:
    """Whether a name behind another is only its colour, its taste or the picture on it."""
    pictured = any(word in title_words().pictures for word in words[found.end : found.end + 2])
    return pictured or (found.end - found.start == 1 and words[found.start] in plain_words())


def _is_code(word: str) -> bool:
    return any(character.isdigit() for character in word)
