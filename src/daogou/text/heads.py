"""What a row is: the head noun of its title, which what stands before it and behind "for" only describes.

A phone case is a case and 手机壳 a 壳; a brush head is no brush. The row's own kind (the end of its category, its
product type) decides where the title's grammar alone does not.
"""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from daogou.catalog.matching.designations import folded
from daogou.catalog.matching.fitting import is_part, part_path
from daogou.catalog.matching.wording import plain_letters
from daogou.catalog.products.product import Product, read_once
from daogou.text.thesaurus import thesaurus
from daogou.text.words import normalize, stem, table

_PLAIN_ATTRIBUTES = ("colour", "material", "size", "gender", "age_group", "pattern", "occasion", "season", "flavour")
WORD = re.compile(r"[a-z]+[a-z0-9]*|[0-9]+(?:[.][0-9]+)?[a-z]*")


@dataclass(frozen=True, kw_only=True)
class TitleWords:
    """English words are stemmed."""

    stops: frozenset[str]  # "for", "with": the head noun stands before
    articles: frozenset[str]  # a new noun phrase begins behind
    containers: frozenset[str]  # "set" in "set of 3 spoons": the head noun stands behind
    heads: frozenset[str]  # "holder": heads a compound
    loose: frozenset[str]  # "original": may stand behind the head noun
    forms: frozenset[str]  # "roll": changes the form, not the kind of thing
    pictures: frozenset[str]  # "design": what stands before it is a picture
    gifts: tuple[str, ...]  # "送": what follows is a present
    sets: tuple[str, ...]  # "套装": several things together
    denials: tuple[str, ...]  # "无": what follows is not in it
    tails: tuple[str, ...]  # "套装": says nothing about the type; longest first


@functools.cache
def title_words() -> TitleWords:
    """Read once."""
    tables = table("title_words.toml")
    english, chinese = tables["english"], tables["chinese"]
    return TitleWords(
        stops=frozenset(_listed(english.get("stops", ""))),
        articles=frozenset(_listed(english.get("articles", ""))),
        containers=frozenset(_listed(english.get("containers", ""))),
        heads=frozenset(stem(word) for word in _listed(english.get("heads", ""))),
        loose=frozenset(stem(word) for word in _listed(english.get("loose", ""))),
        forms=frozenset(stem(word) for word in _listed(english.get("forms", ""))),
        pictures=frozenset(stem(word) for word in _listed(english.get("pictures", ""))),
        gifts=tuple(sorted(_listed(chinese.get("gifts", "")), key=len, reverse=True)),
        sets=tuple(_listed(chinese.get("sets", ""))),
        denials=tuple(_listed(chinese.get("denials", ""))),
        tails=tuple(sorted(_listed(chinese.get("tails", "")), key=len, reverse=True)),
    )


@functools.cache
def plain_words() -> frozenset[str]:
    """Words that name no thing when they stand behind one: colours, materials, sizes, occasions, tastes."""
    phrases = (
        phrase
        for (attribute, _), concept in thesaurus().values.items()
        if attribute in _PLAIN_ATTRIBUTES
        for phrase in concept.phrases["en"]
    )
    return frozenset(stem(word) for phrase in phrases for word in WORD.findall(plain_letters(normalize(phrase))))


def _listed(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


# What is a part of another thing, or made for one.
_PARTS_WORDS = (
    "accessory adapter arm bag band battery belt bit blade bracket brush bulb cable cap carrier cartridge case"
    " charger clip cord cover filter foam glass guard handle head holder hook ink insert kit lead lens lid mat"
    " mount pad part pedal pouch protector pump rack refill remote replacement ring rope screen screw shade sheet"
    " skin sleeve spare sponge stand stem strap stylus tip toner tray tripod tube valve wheel wick"
)
PARTS = frozenset(_PARTS_WORDS.split())
_PARTS_ZH_WORDS = "壳 膜 套 贴 架 芯 头 线 绳 带 袋 包 盒 垫 罩 盖 刷 片 充电器 适配器 遥控器 过滤器 屏 镜 笔 罐 网 盘 板 杆 轮 圈 环 扣 钉 夹 棉 碳 墨 粉 电池 配件 耗材"
PARTS_ZH = _PARTS_ZH_WORDS.split()
_STOPS_WORDS = (
    "for with w from by without includes including featuring fits fit compatible suitable up at on per to in made using"
)
_STOPS = frozenset(_STOPS_WORDS.split())
_SEGMENT = re.compile(r"[,;:|()\[\]•【】（），、/]|\s[-–]\s")
_WORD = re.compile(r"[a-z\u00df-\u024f]+|\d[\w.]*")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_PIECES = re.compile(r"[\s,，。;；|/+＋、()（）\[\]【】]+")
_TAILS_ZH = ("套装", "礼盒", "组合", "正品", "装", "男", "女", "款", "系列", "新款", "专用", "官方", "二手")
_LETTERS_OF_NONE = 2  # what has no more names nothing by itself: HD, PC
_SHORT_REST = 3  # characters: what is added to a noun is its head, what describes it is longer
_OWN, _LACKING, _KIND, _BEFORE_UNKNOWN, _PARENT, _DESCRIBES, _FOR, _TOLD = 1.0, 0.9, 0.8, 0.7, 0.5, 0.3, 0.2, 0.1


@dataclass(frozen=True, slots=True)
class _Row:
    """A row's title cut up, and the kinds that its feed files it under."""

    segments: tuple[tuple[str, ...], ...]  # the English words of each part of the title before "for", "with" ...
    behind: frozenset[str]  # the words behind those
    pieces: tuple[str, ...]  # the Chinese title between spaces and signs
    kinds: tuple[str, ...]  # the end of its category, its product type; empty where these only say what it is for
    parents: tuple[str, ...]
    part: bool
    text: str


def head_match(product: Product, words: str | Sequence[str]) -> float:
    """From 1, where the title's head noun or the row's kind is what was asked for, to 0, where the row lacks the word.

    `words` is the noun as it was said ("litter box", 手机壳), or several names of the same thing: the best of them counts.
    """
    names = (words,) if isinstance(words, str) else words
    row, best = _row(product), 0.0
    for name in dict.fromkeys(folded(name) for name in names if name):
        best = max(best, _one(row, name))
        if best >= _OWN:
            break
    return best


def names_part(noun: str) -> bool:
    """Whether a noun is a part or an accessory by its head: replacement blades, 滤芯."""
    name = folded(noun)
    if _HAN.search(name):
        return name.endswith(tuple(PARTS_ZH))
    words = _WORD.findall(name)
    return bool(words) and _stem(words[-1]) in PARTS


def _one(row: _Row, name: str) -> float:
    if _HAN.search(name):
        in_pieces = (_in_piece(piece, name, row) for piece in row.pieces if name in piece)
        found = max(in_pieces, default=0.0) or (_TOLD if name in row.text else 0.0)
    else:
        found = _english(row, name)
    by_kind = max((_by_kind(kind, name) for kind in row.kinds), default=0.0)
    parent = max((_PARENT * (_by_kind(kind, name) > 0) for kind in row.parents), default=0.0)
    if by_kind and found >= _DESCRIBES:
        return max(found, _LACKING if found < _OWN else _OWN)
    return max(found, by_kind, parent)


def _by_kind(kind: str, name: str) -> float:
    if _HAN.search(name):
        return _KIND if kind.endswith(name) else 0.0
    asked, known = _keys(name), _keys(kind)
    return _KIND if asked and known[-len(asked) :] == asked else 0.0


def _english(row: _Row, name: str) -> float:
    asked = _keys(name)
    if not asked:
        return 0.0
    best = max((_in_segment(segment, asked, row) for segment in row.segments), default=0.0)
    if best:
        return best
    if asked[-1] in row.behind:
        return _FOR
    return _TOLD if asked[-1] in row.text else 0.0


def _in_segment(segment: tuple[str, ...], asked: tuple[str, ...], row: _Row) -> float:
    """How the asked head stands in a part of the title: last, before words that name nothing, before another head."""
    head, whole = asked[-1], "".join(asked)
    best = 0.0
    for place, word in enumerate(segment):
        joined = place and segment[place - 1] + word == whole
        if word not in (head, whole) and not joined:
            continue
        rest = list(takewhile(lambda one: not one[0].isdigit(), segment[place + 1 :]))
        complete = joined or word == whole or set(asked[:-1]) <= set(segment)
        best = max(best, _with_rest(word, rest, row) * (_OWN if complete else _LACKING))
    return best


def _with_rest(word: str, rest: Sequence[str], row: _Row) -> float:
    others = {_keys(kind)[-1] for kind in row.kinds if _keys(kind)} - {word}
    if not rest:
        return _OWN if not (row.part and word not in PARTS) else _DESCRIBES
    if any(it in others or it in _nouns() for it in rest):
        return _DESCRIBES
    return _BEFORE_UNKNOWN


def _in_piece(piece: str, name: str, row: _Row) -> float:
    rest = piece[piece.rfind(name) + len(name) :]
    found = _HAN.match(rest)
    behind = found[0] if found else ""
    if not behind or behind.startswith(_TAILS_ZH):
        return _OWN if not (row.part and not names_part(name)) else _DESCRIBES
    if behind.startswith(tuple(PARTS_ZH)) or len(behind) < _SHORT_REST:
        return _DESCRIBES
    if any(behind[start:] in _nouns_zh() for start in range(len(behind) - 1)):
        return _DESCRIBES
    return _BEFORE_UNKNOWN


@read_once
def _row(product: Product) -> _Row:
    category, product_type = product.category, product.product_type
    name = folded(product.title)
    cut = [_own(segment) for segment in _SEGMENT.split(name)]
    steps = [folded(step) for step in category]
    part = is_part(category, name)
    leaf = steps[-1] if steps else ""
    told = [] if not leaf or part_path(leaf) else [piece.strip() for piece in re.split(r"&|/|,| and ", leaf)]
    return _Row(
        segments=tuple(own for own, _ in cut if own),
        behind=frozenset(word for _, behind in cut for word in behind),
        pieces=tuple(piece for piece in _PIECES.split(name) if _HAN.search(piece)),
        kinds=tuple(dict.fromkeys([*told, *([] if part else [product_type])])),
        parents=() if part else tuple(steps[:-1]),
        part=part,
        text=f"{name} {folded(product.description)} {' '.join(steps)}",
    )


def _own(segment: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words before the first "for", "with", "up to", and those behind."""
    words = [_stem(word) for word in _WORD.findall(segment)]
    end = next((place for place, word in enumerate(words) if word in _STOPS), len(words))
    return tuple(words[:end]), tuple(words[end:])


@functools.cache
def _nouns() -> frozenset[str]:
    """The last words of what kinds of things are called, but for those that also say a colour, a size, a taste."""
    names = (_keys(folded(name)) for concept in thesaurus().types.values() for name in concept.phrases["en"])
    return frozenset(name[-1] for name in names if name and len(name[-1]) > _LETTERS_OF_NONE) - {
        _stem(word) for word in plain_words()
    }


@functools.cache
def _nouns_zh() -> frozenset[str]:
    names = (name for concept in thesaurus().types.values() for name in concept.phrases["zh"])
    return frozenset(name for name in names if len(name) > 1)


@functools.lru_cache(maxsize=65_536)
def _keys(name: str) -> tuple[str, ...]:
    return tuple(_stem(word) for word in _WORD.findall(name))


@functools.lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    """English plurals folded: blades, batteries, brushes."""
    if len(word) < 4 or word.endswith(("ss", "us", "is")) or not word.isalpha():
        return "lens" if word == "lenses" else word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "nses")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and word != "lens" else word
