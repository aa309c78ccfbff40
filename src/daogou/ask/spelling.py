"""Slips of the finger: a word that neither the shop nor English knows, next to one that the shop knows well."""

import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from rapidfuzz import process
from rapidfuzz.distance import OSA

from daogou.ask.chunks import Chunk, chunk
from daogou.ask.english import ENGLISH
from daogou.ask.lexicon import Lexicon
from daogou.ask.meanings import Kind
from daogou.ask.tokens import Token
from daogou.shop.need import Notice
from daogou.text.words import stem

_SHORTEST = 4  # letters; shorter words have too many neighbours
_ENDINGS = ("ing", "est", "ed", "er", "ly", "es", "s")
_SHORT = 5
_LONG = 8  # letters from which two slips are allowed
MOST_NEAR = 8  # rare words looked at
_FAR = 3  # letters that may differ in words that sound the same
_HEARD = (("ph", "f"), ("ck", "k"), ("c(?=[eiy])", "s"), ("c", "k"), ("q", "k"), ("z", "s"), ("x", "ks"), ("gh", ""))
_SHORTEST_ZH, _LONGEST_ZH = 2, 5  # characters
# Characters of one sound that are taken for one another in the names of goods.
_GROUPS = (
    "妆装庄桩", "霜双爽", "膜摩模末", "乳如入", "液叶页夜", "眉梅媚", "睫捷洁接节", "唇纯醇", "粉份分纷", "影映颖", "腮塞", "精晶京经",
    "华花滑", "肤敷夫服复", "喷盆", "香箱相象像", "水税", "洗喜系", "发法", "油由游", "梳疏书输", "包苞宝", "鞋协斜", "裤库", "裙群",
    "衣依医", "帽冒貌", "围维", "巾斤金", "袜洼", "戒界介", "项相向", "链练炼", "镯浊", "环还", "表标", "手首", "机基几鸡", "电店垫",
    "脑恼", "键健建", "盘盆", "鼠属", "标表", "屏瓶平", "耳而", "充冲", "器气汽", "线现限", "卡咔", "硬印", "内那", "存村", "相像",
    "打达", "墨默磨", "盒合和", "纸只止", "笔比", "本苯", "灯登", "锅郭", "壶湖胡", "杯被背", "碗晚", "刀到", "枕诊", "被备", "床窗",
    "帘连莲", "毯坦", "拖脱", "扫嫂", "坚肩", "果裹", "茶查", "酒久", "糕高", "饼并", "糖唐", "蜜密", "燕宴艳", "窝握", "参身深", "枣早",
    "螃旁", "蟹谢", "虾瞎", "牛纽", "排牌", "肉柔",
)  # fmt: skip
_HOMOPHONES = {
    character: "".join(
        dict.fromkeys(other for group in _GROUPS if character in group for other in group if other != character)
    )
    for character in "".join(_GROUPS)
}


def corrected(
    chunks: list[Chunk], tokens: Sequence[Token], lexicon: Lexicon, known: Callable[[str], bool] = lambda word: False
) -> tuple[list[Chunk], tuple[Notice, ...]]:
    """The chunks with misspelt words put right, and a notice for each; a word that the catalogue has (`known`) is right."""
    repaired = list(tokens)
    notices: list[Notice] = []
    for place, one in enumerate(chunks):
        glued = _glued(chunks, place, lexicon)
        if glued:
            repaired = _replace(repaired, tokens[one.start], glued)
            repaired.remove(tokens[chunks[place + 1].start])
        elif one.text and not one.text.isascii() and (found := _confused(chunks, place, lexicon)):
            said, better = found
            for offset, character in enumerate(better):
                token = tokens[one.start + offset]
                repaired = _replace(repaired, token, character) if token.text != character else repaired
            notices.append(Notice(code="corrected", params={"said": said, "read": better}))
        elif one.word and (better := nearest(one.text, lexicon)) and not known(one.text):
            repaired = _replace(repaired, tokens[one.start], better)
            notices.append(Notice(code="corrected", params={"said": one.text, "read": better}))
    return (chunk(repaired, lexicon), tuple(notices)) if repaired != list(tokens) else (chunks, ())


def _confused(chunks: Sequence[Chunk], place: int, lexicon: Lexicon) -> tuple[str, str] | None:
    """The longest run of chunks from here, the first one unknown, that is a kind of the shop but for one character."""
    if not chunks[place].word:
        return None
    texts = [chunk.text for chunk in chunks[place : place + _LONGEST_ZH] if not chunk.text.isascii()]
    for count in range(len(texts), 0, -1):
        said = "".join(texts[:count])
        if len(said) <= _LONGEST_ZH and (better := confused(said, lexicon)):
            return said, better
    return None


def nearest(word: str, lexicon: Lexicon) -> str:
    """The word of the shop that was most likely meant; "" where the word may well be right."""
    if not (word.isascii() and word.isalpha()) or len(word) < _SHORTEST:
        return ""
    if stem(word) in lexicon.titles or _english(word):
        return ""
    if stem(word) in lexicon.spoken:
        return "" if any(meaning.count for meaning in lexicon.book.get((stem(word),))) else _variant(word, lexicon)
    allowed = 2 if len(word) >= _LONG else 1
    best: tuple[int, int, str] | None = None
    for length in range(len(word) - allowed, len(word) + allowed + 1):
        for candidate, count in lexicon.spellings.get((word[0], length), ()):
            distance = OSA.distance(word, candidate, score_cutoff=allowed)
            if distance <= allowed and _slip(word, candidate) and (best is None or (distance, -count) < best[:2]):
                best = (distance, -count, candidate)
    if best and best[0] == 1:
        return best[2]
    closer = _rare(word, 1, lexicon)
    return closer or (best[2] if best else _sounding_like(word, lexicon) or _rare(word, allowed, lexicon))


def _variant(word: str, lexicon: Lexicon) -> str:
    """The catalogue's spelling of a long word that is right elsewhere: orthopedic, orthopaedic; moisturizer."""
    if len(word) < _LONG:
        return ""
    places = [(word[0], length) for length in range(len(word) - 1, len(word) + 2)]
    written = [one for place in places for one in lexicon.rare_spellings.get(place, ())]
    written += [one for place in places for one, _ in lexicon.spellings.get(place, ()) if one in lexicon.titles]
    near = process.extract(word, written, scorer=OSA.distance, score_cutoff=1, limit=MOST_NEAR)
    return next((one for one, distance, _ in near if distance and _sound(one) == _sound(word)), "")


def _rare(word: str, allowed: int, lexicon: Lexicon) -> str:
    """A word of one title or two that is all but certainly meant: heard alike, or a letter left out, doubled or swapped."""
    if len(word) <= _SHORT:
        return ""
    lengths = range(len(word) - allowed, len(word) + allowed + 1)
    candidates = [one for length in lengths for one in lexicon.rare_spellings.get((word[0], length), ())]
    near = process.extract(word, candidates, scorer=OSA.distance, score_cutoff=allowed, limit=MOST_NEAR)
    return next((one for one, distance, _ in near if _sound(one) == _sound(word) or _typed(word, one, distance)), "")


def _typed(word: str, candidate: str, distance: float) -> bool:
    """Whether one letter is too many or too few, or two are swapped; another letter makes another word too easily, but for
    one inside a long word.
    """
    if distance != 1:
        return False
    swapped = len(word) != len(candidate) or sorted(word) == sorted(candidate)
    return swapped or (len(word) >= _LONG and word[-1] == candidate[-1])


def _sounding_like(word: str, lexicon: Lexicon) -> str:
    """A kind of the shop that sounds the same: neckless is a necklace."""
    if len(word) < _SHORT + 1:
        return ""
    sound = _sound(word)
    alike = [
        (count, candidate)
        for length in range(len(word) - 1, len(word) + 2)
        for candidate, count in lexicon.spellings.get((word[0], length), ())
        if OSA.distance(word, candidate, score_cutoff=_FAR) <= _FAR
        and _sound(candidate) == sound
        and any(meaning.count for meaning in lexicon.meanings(candidate, Kind.TYPE))
    ]
    return max(alike, default=(0, ""))[1]


@functools.lru_cache(maxsize=65_536)
def _sound(word: str) -> str:
    """The consonants as they are heard: ck and hard c are k, soft c and z are s, ph is f; no doubles."""
    for written, heard in _HEARD:
        word = re.sub(written, heard, word)
    return word[0] + re.sub(r"(.)\1+", r"\1", re.sub(r"[aeiouyhw]", "", word[1:]))


def confused(text: str, lexicon: Lexicon) -> str:
    """The kind of the shop that a Chinese word means with one character taken for another of its sound: 卸装油; or ""."""
    if len(text) < _SHORTEST_ZH or lexicon.forms(text) or lexicon.meanings(text, Kind.TYPE):
        return ""
    swapped = (
        text[:place] + other + text[place + 1 :]
        for place, character in enumerate(text)
        for other in _HOMOPHONES.get(character, "")
    )
    return next((s for s in swapped if any(m.count for m in lexicon.meanings(s, Kind.TYPE))), "")


def _english(word: str) -> bool:
    """Whether it is an everyday word in any of its forms: changed, hiking, bananas."""
    ending = next((ending for ending in _ENDINGS if word.endswith(ending)), "")
    base = word.removesuffix(ending)
    doubled = base[:-1] if base[-2:-1] == base[-1:] else base
    return bool({word, stem(word), base, base + "e", doubled} & ENGLISH)


def _slip(word: str, candidate: str) -> bool:
    """Short words differ by one letter too easily (pony, pond): there only a missing, doubled or swapped one counts."""
    if len(word) > _SHORT:
        return True
    return sorted(word) == sorted(candidate) or (len(word) == _SHORT and len(word) != len(candidate))


def _glued(chunks: Sequence[Chunk], place: int, lexicon: Lexicon) -> str:
    """Two words that name a kind when written as one: head set, lap top."""
    pair = chunks[place : place + 2]
    if len(pair) < 2 or any(
        one.end - one.start > 1 or not one.text.isascii() or not one.text.isalpha() for one in pair
    ):
        return ""
    joined = pair[0].text + pair[1].text
    named = lexicon.meanings(joined, Kind.TYPE) or lexicon.meanings(joined, Kind.BRAND)
    return joined if named and not pair[0].cues else ""


def _replace(tokens: Sequence[Token], old: Token, text: str) -> list[Token]:
    return [replace(token, text=text, key=stem(text)) if token is old or token == old else token for token in tokens]
