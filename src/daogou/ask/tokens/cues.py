"""The small words that say how a need is meant: under, 以内, not, 不要, or, cheapest, please; they stand in text/cues.toml."""

import functools
from enum import Enum, auto

from daogou.ask.tokens.phrases import PhraseBook
from daogou.text.lists import table


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
