from dataclasses import replace
from decimal import Decimal

from daogou.catalog.products.need import Constraint, Operator, ShopperNeed, Strength
from daogou.catalog.products.vocabulary import Vocabulary
from daogou.find.expand import SYNONYM_WEIGHT, Wording, wording

ENGLISH = Vocabulary(words={"headset": 40, "notebook": 200, "laptop": 12, "flash": 9, "drive": 30}, languages=("en",))
CHINESE = Vocabulary(words={"口红": 90}, languages=("zh",))


def test_the_catalogues_own_name_of_the_type_is_looked_for_too_but_weighs_less() -> None:
    need = ShopperNeed(query="cheap laptop", category=("laptop",))

    assert wording(need, ENGLISH) == Wording(
        words={"cheap": 1.0, "laptop": 1.0, "notebook": SYNONYM_WEIGHT}, text="cheap laptop"
    )


def test_a_name_that_the_catalogue_does_not_use_is_not_looked_for() -> None:
    vocabulary = Vocabulary(words={"notebook": 1, "laptop": 12})

    assert wording(ShopperNeed(query="laptop", category=("laptop",)), vocabulary).words == {"laptop": 1.0}


def test_a_type_that_only_the_catalogue_knows_has_no_synonym() -> None:
    need = ShopperNeed(query="toner transfer belt", category=("toner transfer belt",))

    assert wording(need, ENGLISH).words == {"toner": 1.0, "transfer": 1.0, "belt": 1.0}


def test_two_words_that_the_catalogue_writes_as_one() -> None:
    assert wording(ShopperNeed(query="head set"), ENGLISH).words == {"head": 1.0, "set": 1.0, "headset": 1.0}


def test_no_query_searches_for_the_category() -> None:
    assert wording(ShopperNeed(category=("usb flash drive",)), ENGLISH).text == "USB flash drive".casefold()


def test_nothing_at_all_searches_for_nothing() -> None:
    assert wording(ShopperNeed(), ENGLISH) == Wording(words={}, text="")


def test_a_chinese_query_finds_english_titles_by_the_words_that_they_have() -> None:
    english = Vocabulary(languages=("en",), words={"bluetooth": 4, "speaker": 3})

    said = wording(ShopperNeed(query="蓝牙音箱", language="zh", category=("speaker",)), english)

    assert said.text == "蓝牙音箱 bluetooth speaker"
    assert set(said.words) == {"bluetooth", "speaker"}, "what no title can have dilutes what some have"


def test_a_word_of_another_language_that_nothing_stands_for_still_counts() -> None:
    english = Vocabulary(languages=("en",), words={"speaker": 3})

    assert "量子" in wording(ShopperNeed(query="量子 音箱", language="zh"), english).words


def test_what_no_title_says_is_looked_for_by_what_titles_call_it() -> None:
    names = {"打气筒": ("bicycle pump",), "stroller": ("pram",)}
    english = Vocabulary(languages=("en",), words={"pump": 2, "pram": 1}, other_names=names)

    words = wording(ShopperNeed(query="打气筒", language="zh"), english).words
    assert "pump" in words
    assert not {"bicycle", "打气筒"} & set(words), "no title has them, and the pump stands for them"
    assert wording(ShopperNeed(query="stroller", thing="strollers"), english).words["pram"] == 0.7


def test_a_message_of_names_alone_is_searched_as_it_stands() -> None:
    chinese = Vocabulary(languages=("zh",), words={"爱": 1, "的": 1, "教育": 1})
    named = ShopperNeed(query="教育", language="zh", typed="爱的教育", bare=True)

    assert wording(named, chinese).text == "爱的教育"
    assert "爱" in wording(named, chinese).words
    assert wording(replace(named, bare=False), chinese).text == "教育"


def test_a_translated_query_says_the_catalogues_own_name() -> None:
    need = ShopperNeed(query="笔记本电脑", language="zh", category=("laptop",))

    assert wording(need, ENGLISH).text == "笔记本电脑 laptop notebook"


def test_an_english_query_finds_chinese_titles() -> None:
    assert "口红" in wording(ShopperNeed(query="lipstick", category=("lipstick",)), CHINESE).text


def test_wishes_and_purposes_are_searched_for_and_what_is_not_wanted_is_not() -> None:
    need = ShopperNeed(
        query="laptop",
        purpose="gaming",
        constraints=(
            Constraint(attribute="brand", operator=Operator.IS, value=("Acme", "Acme Pro"), strength=Strength.PREFER),
            Constraint(attribute="brand", operator=Operator.IS_NOT, value="Borax"),
            Constraint(attribute="memory", operator=Operator.IS, value=Decimal(16)),
            Constraint(attribute="touchscreen", operator=Operator.IS, value=True),
        ),
    )

    assert wording(need, ENGLISH).text == "laptop Acme gaming"


def test_a_wish_that_the_query_says_is_not_said_twice() -> None:
    need = ShopperNeed(
        query="Acme laptop", constraints=(Constraint(attribute="brand", operator=Operator.IS, value="acme"),)
    )

    assert wording(need, ENGLISH).text == "Acme laptop"
