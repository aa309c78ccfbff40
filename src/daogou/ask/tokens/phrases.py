"""A message as tokens, each with its place; and a book of phrases: the longest one that stands at a place, and what it means."""

import functools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from importlib import resources
from typing import Generic, TypeVar

from daogou.catalog.matching.wording import plain_letters
from daogou.text.stated import UNITS
from daogou.text.words import normalize, stem, table

# Letters that may stick to a number without making it a model name: 16gb, 15.6inch, 1.5k, 2w.
_SUFFIXES = frozenset(name for unit in UNITS for name in unit.names if name.isascii() and name.isalpha()) | {
    *("k", "w", "eur", "euro", "euros", "usd", "rmb", "cny", "gbp", "yuan", "ish", "plus", "mm"),
    *("quid", "pence", "dollars", "bucks", "yen", "cents", "yo"),
}
_AGES = ("year", "years", "month", "months", "yr")  # a 4-year-old
_PIECE = re.compile(
    r"(?P<code>(?<!\d)(?:\d+-0\d+|0\d+|\d+(?:-\d+){2,})(?![\d.,]))|(?P<ratio>\d+(?:\.\d+)?(?: ?[x×*] ?| by |:)\d+(?:\.\d+)?(?:(?: ?[x×*] ?| by )\d+(?:\.\d+)?)?)"
    r"|(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])|\d+(?:\.\d+)?)(?P<glued>-?[a-z]+[a-z0-9.+-]*)?"
    r"|(?P<model>[a-z]+(?:[-/]?\d)(?:[a-z0-9]|[./-](?=[a-z0-9]))*)"
    r"|(?P<word>[^\W\d_\u3400-\u9fff]+(?:'[a-z]+)?)"
    r"|(?P<han>[\u3400-\u9fff])"
    r"|(?P<sign>[^\s])"
)
_NAMES = ("4k", "8k", "2g", "3g", "4g", "5g", "6g")  # resolutions, and generations of networks
# 6G内存, 4g + 64g, less than 5g of sugar: after all a quantity.
_AMOUNT_AFTER = re.compile(r" ?(?:ram|memory|storage|of |内存|运存|运行|存储|闪存|以上|以下|以内|\+|/)")
_LETTERS = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `text` is lower case, `key` is what phrases are compared by, `start` and `end` are character places."""

    text: str
    key: str
    start: int
    end: int
    number: bool = False

    @property
    def han(self) -> bool:
        """Whether it is a Chinese character."""
        return "\u3400" <= self.text[0] <= "\u9fff"

    @property
    def sign(self) -> bool:
        """Whether it is punctuation or another sign."""
        return not self.number and not self.text[0].isalnum()


def tokenize(text: str) -> list[Token]:
    """Tokens of a text, in order; the text is normalised and folded first.

    "16GB" is a number and a unit; "tn-2110" and "ps4" are one word; "noise-cancelling" is two words.
    """
    folded = text.lower() if text.isascii() else plain_letters(normalize(text))
    tokens: list[Token] = []
    for match in _PIECE.finditer(folded):
        if match["ratio"] or match["code"]:  # 16:9, 75 x 33, 910-002238: one word, and no quantity
            tokens.append(_token(match.group(), match.start()))
        elif match["number"]:
            _add_number(tokens, match, folded)
        elif not (match["sign"] == "-" and _between_words(folded, match.start())):
            tokens.append(_token(match.group(), match.start()))
    return tokens


def _add_number(tokens: list[Token], match: re.Match[str], folded: str) -> None:
    number, glued = match["number"], match["glued"] or ""
    letters = glued.lstrip("-")
    if number + letters in _NAMES and not _AMOUNT_AFTER.match(folded, match.end()):
        tokens.append(_token(match.group(), match.start()))
    elif not glued:
        tokens.append(_token(number, match.start(), number=True))
    elif _LETTERS.fullmatch(letters) and letters in _SUFFIXES:
        tokens.append(_token(number, match.start(), number=True))
        tokens.append(_token(letters, match.end() - len(letters)))
    elif _unit_then_words(letters):
        tokens.append(_token(number, match.start(), number=True))
        start = match.end() - len(letters)
        tokens += [_token(piece.group(), start + piece.start()) for piece in _LETTERS.finditer(letters)]
    else:
        tokens.append(_token(match.group(), match.start()))


def _unit_then_words(letters: str) -> bool:
    first = letters.split("-")[0]
    return "-" in letters and (first in _SUFFIXES or first in _AGES) and not any(c.isdigit() for c in letters)


def _between_words(text: str, index: int) -> bool:
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    return before.isalpha() and after.isalpha() and before.isascii() and after.isascii()


def _token(text: str, start: int, *, number: bool = False) -> Token:
    return Token(text, stem(text), start, start + len(text), number)


READ = 600  # characters of a message; of 13,000 that people wrote 999 in 1,000 have fewer than 350
_TRADITIONAL = (
    "買賣電腦筆記機聲響無線藍紅綠黃銀顏價錢萬個給媽爸嗎麼點這還沒與從間內釐寸裝鞋褲裙襯衫錶錢禮輕貴寬長壽級續顯示卡鍵盤滑鼠"
    "螢幕藥膚濕潤護髮頭體爾蘭蔻蘋華為聯戴爾惠普爐鍋壺傘書燈櫃檯檔條雙雞魚專業廚寶嬰兒童歡選擇請問謝換視攝影攜帶壓縮圓兩歲氣團樣種類飲"
    "試驗鐵鋼鋁紙張織綿絲皮質號碼過後對應該會說話東動運學習辦場車載圖畫筆墨粉單張爲於誰時週節戶開關閉淨補麗資質勞動競戲遊腳"
)
_SIMPLIFIED = (
    "买卖电脑笔记机声响无线蓝红绿黄银颜价钱万个给妈爸吗么点这还没与从间内厘寸装鞋裤裙衬衫表钱礼轻贵宽长寿级续显示卡键盘滑鼠"
    "荧幕药肤湿润护发头体尔兰蔻苹华为联戴尔惠普炉锅壶伞书灯柜台档条双鸡鱼专业厨宝婴儿童欢选择请问谢换视摄影携带压缩圆两岁气团样种类饮"
    "试验铁钢铝纸张织绵丝皮质号码过后对应该会说话东动运学习办场车载图画笔墨粉单张为于谁时周节户开关闭净补丽资质劳动竞戏游脚"
)
_TABLE = str.maketrans(_TRADITIONAL, _SIMPLIFIED)


# Words that Taiwan and Hong Kong write differently, after their characters were simplified.
_WORDS = {
    "笔记型电脑": "笔记本电脑",
    "荧幕": "屏幕",
    "滑鼠": "鼠标",
    "印表机": "打印机",
    "随身碟": "u盘",
    "行动电源": "充电宝",
    "蓝芽": "蓝牙",
    "硬碟": "硬盘",
    "记忆体": "内存",
}


# "They don't have X in them", "isn't made of X", 别含X: one way of saying "without". Of the speaker it says something else: I don't have a printer.
_HAVE = r"(?:have|contain|include|use|require|got|smell of|taste of|come with)"
_LACKS = re.compile(
    rf"(?P<of>\b(?:i|we|you|he|she|who|kids?|\w+ and i) )?\b(?:(?:do|does|did)(?:n't| not)|never)(?: actually| really)? {_HAVE}s?\b(?! to\b)"
    r"|\b(?:is|are)(?:n't| not) (?:made|built|filled|stuffed|coated|lined) (?:of|from|with|out of)\b",
    re.IGNORECASE,
)
_NO_APOSTROPHE = re.compile(r"\b(is|are|was|were|do|does|did|has|have|had|could|would|should|ca|wo)nt\b", re.IGNORECASE)
_NOTHING_OF = re.compile(
    r"\bnothing (?:(?:that(?:'s| is| has| contains)|made|with)(?: (?:of|from|with|out of))?|containing)\b",
    re.IGNORECASE,
)
# 一点咖啡因都没有, 放糖的我不要.
_NONE_AT_ALL_ZH = re.compile(r"(?:一点|一丁点|半点|丝毫)([\u3400-\u9fff]{1,6}?)[都也](?:没有|不含|不加|没加|不带)")
_HAVING_ZH = re.compile(
    r"[加含放带掺]了?([\u3400-\u9fffa-z]{1,6}?)的?(?:我|俺|都|也|就|一概|一律|统统|绝对|坚决)*(?:不要|不行|不可以|不考虑|免谈|不接受)"
)
_LACKS_ZH = re.compile(
    r"(?:千万|最好)?(?:别|不要|勿|切勿|不能|不可以|不得)再?(?:含有?|带有|添加|放|掺)(?=[\u3400-\u9fff])"
)
# My fingers react to nickel. Strings without it? From a sentence's start and by whole words: tried anywhere, 2,000 letters take minutes.
_IT = re.compile(
    r"(?:^|(?<=[.;!?\n]))[^.;!?\n]*?(?<![\w-])(?P<thing>[\w-]++)\s*+[.;!?\n,]\s*(?P<rest>[^.;!?\n]*\b(?:without|w/o|free (?:of|from)|(?:has|have|with) none of)) (?:it|them|that|any)\b",
    re.IGNORECASE,
)
# 非索尼不买 refuses everything else: only Sony.
_NOTHING_ELSE = re.compile(r"(?<![除并])非([^，。！？,.!?\s]{1,12}?)(?:不(?:买|要|用|可|选|考虑)|莫属)")


def beginning(message: str) -> str:
    """As much of a message as is read: the rules weigh its words against each other, so that each one costs more than the last."""
    if len(message) <= READ:
        return message
    cut = message[:READ]
    return cut[: max(cut.rfind(" "), cut.rfind("\n"), READ // 2)]


def simplify(message: str) -> str:
    """The message normalised (NFKC), in simplified characters, without emoji and other pictures."""
    plain = normalize(message).translate(_TABLE)
    for theirs, ours in _WORDS.items():
        plain = plain.replace(theirs, ours)
    plain = _refusing(_NOTHING_ELSE.sub(r"只要\1的", plain))
    return "".join(" " if unicodedata.category(character) in ("So", "Sk", "Cs") else character for character in plain)


def _refusing(text: str) -> str:
    """Whatever the sentence, what is refused stands behind "without" or 不含."""
    text = _NO_APOSTROPHE.sub(r"\1n't", _IT.sub(r"\g<rest> \g<thing>", text))
    text = _NOTHING_OF.sub("without", _LACKS.sub(_without, text))
    return _LACKS_ZH.sub("不含", _HAVING_ZH.sub(r"不含\1", _NONE_AT_ALL_ZH.sub(r"不含\1", text)))


def _without(found: re.Match[str]) -> str:
    return found[0] if found["of"] else "without"


# Everyday English words that are never taken for a misspelt product: banana is no bandana.
ENGLISH = frozenset(resources.files("daogou.ask").joinpath("english.txt").read_text(encoding="utf-8").split())


class Kind(Enum):
    """What a phrase names."""

    TYPE = auto()
    BRAND = auto()
    VALUE = auto()
    ATTRIBUTE = auto()
    MORE = auto()  # an adjective that asks for more of an attribute: big, 重
    LESS = auto()


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing that a phrase can mean; `values` are product types, brands or attribute values, any of them.

    `count` is how many products bear it out (0: the shop has none of it), `most` says that it is a superlative.
    """

    kind: Kind
    attribute: str = ""
    values: tuple[str, ...] = ()
    count: int = 0
    most: bool = False
    concept: str = ""  # the thesaurus' key, where it stands there


T = TypeVar("T")
_PLAIN = re.compile(r"[A-Za-z]+(?: [A-Za-z]+)*")  # nothing that a tokenizer has to think about


class PhraseBook(Generic[T]):
    """Phrases of any length, compared by token keys, each with one or more entries."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, ...], list[T]] = {}
        self._longest: dict[str, int] = {}  # first key -> tokens in the longest phrase that starts so

    def add(self, phrase: str, entry: T) -> None:
        """Learn a phrase; a phrase without any token is left out, an entry it has already is not doubled."""
        self.add_keys(keys_of(phrase), entry)

    def add_keys(self, keys: tuple[str, ...], entry: T) -> None:
        """Learn a phrase that has been cut into keys."""
        if not keys:
            return
        entries = self._entries.setdefault(keys, [])
        if entry not in entries:
            entries.append(entry)
        self._longest[keys[0]] = max(self._longest.get(keys[0], 0), len(keys))

    def longest(self, tokens: Sequence[Token], start: int) -> tuple[int, tuple[T, ...]]:
        """How many tokens the longest phrase at `start` has (0: none), and its entries."""
        most = min(self._longest.get(tokens[start].key, 0), len(tokens) - start)
        keys = tuple(token.key for token in tokens[start : start + most])
        for length in range(most, 0, -1):
            entries = self._entries.get(keys[:length])
            if entries:
                return length, tuple(entries)
        return 0, ()

    def get(self, keys: tuple[str, ...]) -> tuple[T, ...]:
        """The entries of exactly these keys."""
        return tuple(self._entries.get(keys, ()))

    def items(self) -> Iterator[tuple[tuple[str, ...], list[T]]]:
        """Every phrase with its entries."""
        return iter(self._entries.items())


def keys_of(phrase: str) -> tuple[str, ...]:
    """A phrase as the keys it is compared by."""
    if _PLAIN.fullmatch(phrase):
        return tuple(stem(word) for word in phrase.lower().split())
    return tuple(token.key for token in tokenize(phrase))


class Cue(Enum):
    """What a small word does in a sentence."""

    NOT = auto()
    EXCEPT = auto()  # anything but, 除了
    EXCEPT_AFTER = auto()  # HP 除外
    NOT_AFTER = auto()  # HP 的不要
    AT_MOST = auto()
    AT_MOST_AFTER = auto()
    AT_LEAST = auto()
    AT_LEAST_AFTER = auto()
    ABOUT = auto()
    ABOUT_AFTER = auto()
    BETWEEN = auto()
    TO = auto()
    OR = auto()
    AND = auto()
    STOP = auto()  # , . ; !
    BUT = auto()
    PRICE = auto()
    BRAND = auto()
    RATING = auto()
    MOST = auto()  # 最, most
    LEAST = auto()
    MORE = auto()  # 更, more
    LESS = auto()
    CHEAPEST = auto()
    DEAREST = auto()
    BEST_RATED = auto()
    BEST_SELLING = auto()
    NEWEST = auto()
    CHEAP = auto()
    CHEAPER = auto()
    DEARER = auto()
    IN_STOCK = auto()
    ON_SALE = auto()
    WITH = auto()
    FOR = auto()
    FOR_AFTER = auto()  # 露营用的
    OF = auto()
    ANY = auto()
    INDIFFERENT = auto()  # doesn't matter, 无所谓
    FORGET = auto()
    ALSO = auto()
    GIFT = auto()
    PERSON = auto()
    WANT = auto()
    SAME = auto()  # the price stays the same, 价格不变
    SELL = auto()
    FILLER = auto()
    SUBJECTIVE = auto()  # good, nice: no row can bear it out


@functools.cache
def cue_book() -> PhraseBook[Cue]:
    """Every cue phrase of both languages, read once."""
    book: PhraseBook[Cue] = PhraseBook()
    for name, phrases in table("cues.toml").items():
        for phrase in phrases.split("|"):
            book.add(phrase, Cue[name.upper()])
    return book
