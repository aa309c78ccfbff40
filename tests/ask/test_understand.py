import pytest
from hypothesis import given
from hypothesis import strategies as st

from daogou.catalog.products.conversation import Session
from daogou.catalog.products.need import Act, Notice, ShopperNeed, Sort
from tests.ask_shop import asked, short, talk, untimed


def codes(need: ShopperNeed) -> list[str]:
    return [notice.code for notice in need.notices]


def test_a_whole_wish_in_english() -> None:
    need = talk("Hi, I'm looking for a 15 inch HP laptop under 800 euros with at least 16GB of RAM, not black please")
    assert need.act is Act.FIND
    assert need.category == ("laptop",)
    assert [short(constraint) for constraint in need.constraints] == [
        "screen_size is 15 in",
        "price at_most 800 EUR",
        "memory at_least 16 GB",
        "brand is HP",
        "colour is_not black",
    ]
    assert need.query == "hp laptop"
    assert need.language == "en"
    assert need.notices == ()


def test_a_whole_wish_in_chinese() -> None:
    need = talk("你好，想给妈妈买一台惠普笔记本电脑，一千五以内，内存至少16G，不要黑色的，谢谢")
    assert need.category == ("laptop",)
    assert [short(constraint) for constraint in need.constraints] == [
        "price at_most 1500",
        "memory at_least 16 GB",
        "brand is HP",
        "colour is_not black",
    ]
    assert need.recipient == "妈妈"
    assert need.language == "zh"


def test_what_was_said_and_when_is_kept() -> None:
    price = talk("laptop", "under 800 euros").constraints[0]
    assert (price.said, price.said_in) == ("under 800 euros", 1)


@pytest.mark.parametrize(
    ("message", "category"),
    [
        ("laptop", ("laptop",)),
        ("LAPTOPS!!!", ("laptop",)),
        ("ＨＰ　ｌａｐｔｏｐ", ("laptop",)),
        ("notebook computer", ("laptop",)),
        ("笔记本电脑", ("laptop",)),
        ("想買筆記型電腦", ("laptop",)),
        ("想买 lenovo 的 laptop", ("laptop",)),
        ("laptop💻", ("laptop",)),
        ("lap top", ("laptop",)),
        ("printers", ("printer", "laser printer")),
        ("打印机", ("printer", "laser printer")),
        ("laptop bag", ("laptop bag",)),
        ("laptop or tablet", ("laptop", "tablet")),
        ("笔记本电脑或者平板", ("laptop", "tablet")),
        ("gnome", ("garden gnome",)),
        ("laser printer", ("laser printer",)),
        ("printer with a camera", ("printer", "laser printer")),
        ("gaming laptop", ("laptop",)),
        ("有打印机或者平板吗", ("printer", "laser printer", "tablet")),
        ("那来台笔记本电脑吧", ("laptop",)),
        ("iphone", ("smartphone",)),
    ],
)
def test_the_head_of_the_noun_is_the_kind(message: str, category: tuple[str, ...]) -> None:
    assert talk(message).category == category


def test_what_stands_after_with_or_for_describes_it() -> None:
    assert asked("printer with a camera") == ["text is camera"]
    assert asked("camera for my laptop") == ["fits is laptop?"]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("not HP, a laptop", ["brand is_not HP"]),
        ("no HP please, a laptop", ["brand is_not HP"]),
        ("laptop, anything but Dell", ["brand is_not DELL"]),
        ("laptop except HP and Dell", ["brand is_not HP|DELL"]),
        ("laptop not from HP or Dell", ["brand is_not HP|DELL"]),
        ("不要惠普的笔记本电脑", ["brand is_not HP"]),
        ("除了惠普和戴尔以外的笔记本电脑", ["brand is_not HP|DELL"]),
        ("惠普除外，笔记本电脑", ["brand is_not HP"]),
        ("HP的不要，要笔记本电脑", ["brand is_not HP"]),
        ("any colour but black, laptop bag", ["colour is_not black"]),
        ("不是黑色的电脑包", ["colour is_not black"]),
        ("laptop bag without wheels", ["text is_not wheels"]),
        ("laptop without bluetooth", ["bluetooth is_not True"]),
        ("不带蓝牙的笔记本电脑", ["bluetooth is_not True"]),
        ("HP or Dell laptop", ["brand is HP|DELL"]),
        ("HP/Dell laptop", ["brand is HP|DELL"]),
        ("红色或者蓝色的电脑包", ["colour is red|blue"]),
        ("red or blue laptop bag, not HP", ["colour is red|blue", "brand is_not HP"]),
        ("printer, not a laser printer", ["category is_not laser printer"]),
        ("艾克米的打印机", ["brand is Acme/艾克米"]),
        ("laptop with bluetooth", ["bluetooth is True"]),
        ("headphones with bluetooth", ["text is bluetooth"]),
        ("触摸屏笔记本电脑", ["touchscreen is True"]),
        ("waterproof camera", ["text is waterproof"]),
        ("leather laptop bag", ["text is leather"]),
        ("toner for Brother printers", ["text is brother"]),
        ("Brother toner TN-2110", ["brand is Brother", "fits is tn-2110"]),
        ("printers in stock", ["availability is in_stock"]),
        ("有现货的打印机", ["availability is in_stock"]),
        ("headphones on sale", ["on_sale is True?"]),
    ],
)
def test_values_brands_and_refusals(message: str, expected: list[str]) -> None:
    assert asked(message) == expected


@pytest.mark.parametrize(
    ("message", "attribute", "descending"),
    [
        ("cheapest laptop", "price", False),
        ("最便宜的笔记本电脑", "price", False),
        ("most expensive laptop", "price", True),
        ("cheap laptop", "price", False),
        ("laptop on a budget", "price", False),
        ("便宜点的笔记本电脑", "price", False),
        ("lightest laptop", "weight", False),
        ("最轻的笔记本电脑", "weight", False),
        ("laptop with the biggest screen", "screen_size", True),
        ("屏幕最大的笔记本电脑", "screen_size", True),
        ("highest rated printer", "rating", True),
        ("评分最高的打印机", "rating", True),
        ("best selling headphones", "popularity", True),
        ("销量最高的耳机", "popularity", True),
        ("newest tablet", "released", True),
    ],
)
def test_superlatives_are_orders(message: str, attribute: str, descending: bool) -> None:
    sort = talk(message).sort
    assert sort is not None
    assert (sort.attribute, sort.descending) == (attribute, descending)


def test_an_order_that_the_shop_cannot_tell_is_none() -> None:
    need = talk("续航最长的笔记本电脑")
    assert need.sort is None
    assert need.notices == (Notice(code="unknown_value", params={"value": "续航最长"}),)


@pytest.mark.parametrize(
    ("message", "purpose", "recipient"),
    [
        ("laptop for gaming", "gaming", ""),
        ("办公用的打印机", "办公", ""),
        ("a tablet for my mother", "", "my mother"),
        ("gift for girlfriend", "", "girlfriend"),
        ("送女朋友的礼物", "", "女朋友"),
        ("给孩子买个平板", "", "孩子"),
        ("toner for Brother", "", ""),
    ],
)
def test_purposes_and_recipients_are_soft(message: str, purpose: str, recipient: str) -> None:
    need = talk(message)
    assert (need.purpose, need.recipient) == (purpose, recipient)


@pytest.mark.parametrize(
    ("message", "unsold"),
    [
        ("do you sell bananas?", ("bananas",)),
        ("有香蕉卖吗", ("香蕉",)),
        ("I want a pony", ("pony",)),
        ("spaceship", ("spaceship",)),
        ("shower curtain", ("shower curtain",)),
        ("do you have gnomes?", ()),
        ("recommend something", ()),
        ("what do you have?", ()),
        ("laptop", ()),
    ],
)
def test_what_the_shop_lacks_is_told(message: str, unsold: tuple[str, ...]) -> None:
    assert talk(message).unsold == unsold


@pytest.mark.parametrize(
    "message", ["something to spread on toast", "anything that helps with homework", "有什么可以咬的"]
)
def test_what_something_is_for_is_not_what_is_asked_for(message: str) -> None:
    need = talk(message)
    assert (need.thing, need.names, need.unsold) == ("", (), ())


@pytest.mark.parametrize(
    ("message", "thing"),
    [
        ("webcam or headset? no, just a headset under 50 euros", "headset"),
        ("a laptop, no wait, a tablet", "tablet"),
        ("耳机还是音箱？算了，就要音箱", "音箱"),
    ],
)
def test_whoever_thinks_better_of_it_asks_for_the_last(message: str, thing: str) -> None:
    need = talk(message)
    assert (need.thing, need.others) == (thing, ())


def test_a_second_thought_without_a_thing_changes_no_thing() -> None:
    assert talk("a laptop, no wait, under 500 euros").thing == "laptop"


def test_between_names_nothing() -> None:
    need = talk("耳机，五十到一百之间")
    assert (need.query, need.others) == ("耳机", ())


def test_something_that_is_named_is_asked_for() -> None:
    assert talk("a toaster").thing == "toaster"


def test_a_known_brand_that_the_shop_lacks_is_a_wish_that_no_row_meets() -> None:
    need = talk("a Gucci laptop under 500 euros")
    assert need.category == ("laptop",)
    assert [short(c) for c in need.constraints] == ["price at_most 500 EUR", "brand is gucci"]
    assert need.notices == ()


def test_an_unknown_word_stays_in_the_query_with_a_notice() -> None:
    need = talk("turquoisish laptop")
    assert need.query == "turquoisish laptop"
    assert codes(need) == ["unknown_value"]


def test_another_currency_than_the_shops_is_told() -> None:
    assert talk("laptop under $800").notices == (Notice(code="currency", params={"said": "USD", "currency": "EUR"}),)


def test_typos_are_corrected_and_told() -> None:
    need = talk("lapotp under 500")
    assert need.category == ("laptop",)
    assert need.notices == (Notice(code="corrected", params={"said": "lapotp", "read": "laptop"}),)


def test_open_questions_are_what_was_not_said() -> None:
    assert "price" in talk("laptop").unknown
    assert "price" not in talk("laptop under 500 euros").unknown
    assert talk("hello").unknown == ()


def test_the_language_is_that_of_the_message() -> None:
    assert talk("买laptop").language == "zh"
    assert talk("HP laptop").language == "en"
    assert talk("500", locale="zh-CN").language == "zh"
    assert talk("想买笔记本电脑", "500").language == "zh"


def test_the_order_of_a_plain_search_is_the_shops() -> None:
    assert talk("brother tn-2110 toner").sort is None
    assert talk("cheap toner").sort == Sort(attribute="price", descending=False, said="cheap")


@untimed
@given(st.text(max_size=80))
def test_any_message_is_understood_somehow(message: str) -> None:
    assert isinstance(talk(message), ShopperNeed)


@untimed
@given(
    st.lists(
        st.sampled_from(
            ["laptop", "not", "HP", "under", "500", "或者", "不要", "黑色", "or", "for", "16GB", "便宜", ",", "的"]
        ),
        max_size=12,
    )
)
def test_any_order_of_known_words_is_understood_somehow(words: list[str]) -> None:
    assert isinstance(talk(" ".join(words)), ShopperNeed)


def test_an_empty_message_in_an_empty_talk_is_nothing() -> None:
    assert talk("").constraints == ()
    assert Session(session_id="s").need is None
