"""Brands that nobody owns: made of syllables, so that a model learns to read a brand off the row, not to know it."""

import random

_FIRST = [
    "Al",
    "Bar",
    "Cor",
    "Del",
    "El",
    "Fen",
    "Gar",
    "Hal",
    "Is",
    "Jor",
    "Kel",
    "Lor",
    "Mar",
    "Nor",
    "Or",
    "Pel",
    "Quin",
    "Ros",
    "Sol",
    "Tor",
    "Ul",
    "Vel",
    "Wil",
    "Yar",
    "Zan",
    "Bry",
    "Cald",
    "Dun",
    "Ever",
    "Fal",
    "Grey",
    "Hol",
]
_MIDDLE = ["", "", "", "a", "e", "i", "o", "an", "er", "in", "or", "al"]
_LAST = [
    "by",
    "da",
    "den",
    "don",
    "fell",
    "fin",
    "ford",
    "gate",
    "ham",
    "ia",
    "ix",
    "ko",
    "lan",
    "lia",
    "lo",
    "mar",
    "mont",
    "na",
    "nex",
    "on",
    "ra",
    "ric",
    "ro",
    "sen",
    "sky",
    "son",
    "ta",
    "tek",
    "ton",
    "va",
    "via",
    "wick",
    "wood",
]
_SECOND = ["", "", "", "", " Home", " Lab", " & Co", " Works", " House", " Studio", " Tech", " Pro"]
_CHINESE = "安百佰宝晨成春达德东方丰福格冠光国海浩和恒宏华辉佳嘉洁金锦景康可兰乐力丽良林龙美明诺欧奇启青清荣润赛森尚盛诗世舒天威沃西希祥新星雅颜扬依怡亿艺益盈优玉源悦泽卓姿"


def brand(dice: random.Random) -> tuple[str, str]:
    """An English name and a Chinese one, of the same invented brand."""
    english = dice.choice(_FIRST) + dice.choice(_MIDDLE) + dice.choice(_LAST) + dice.choice(_SECOND)
    chinese = "".join(dice.choice(_CHINESE) for _ in range(dice.choice((2, 2, 2, 3))))
    return english, chinese


def model_name(dice: random.Random) -> str:
    """What stands behind a brand in a title: "K42", "Aria 300", or nothing."""
    letters = "ABCDEFGHKLMNPRSTVXZ"
    return dice.choice(
        (
            "",
            f"{dice.choice(letters)}{dice.randrange(10, 99)}",
            f"{dice.choice(letters)}{dice.choice(letters)}-{dice.randrange(100, 9999)}",
            f"{dice.choice(_FIRST)}{dice.choice(_LAST)} {dice.randrange(1, 40) * 10}".strip(),
            f"{dice.choice(_FIRST)}{dice.choice(_LAST)}".capitalize(),
        )
    )
