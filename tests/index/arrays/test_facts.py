from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daogou.catalog.facts.facts import enrich
from daogou.catalog.products.product import Attribute, Money, Offer, Product
from daogou.text.thesaurus import thesaurus

OFFER = Offer(price=Money(amount=Decimal(10), currency="EUR"))


def product(title="", *attributes, **more):
    return Product(id="1", title=title, offers=(OFFER,), attributes=attributes, **more)


def facts(title="", *attributes, **more):
    return {
        (fact.name, str(fact.value) + (f" {fact.unit}" if fact.unit else ""))
        for fact in enrich(product(title, *attributes, **more)).attributes
    }


def column(name, value, unit=None):
    return Attribute(name=name, value=value, unit=unit, source=name)


def test_columns_get_canonical_names_and_units():
    assert facts(
        "",
        column("display_diagonal", Decimal("39.6"), "cm"),
        column("internal_memory", Decimal(2048), "MB"),
        column("total_storage_capacity", Decimal(1), "TB"),
        column("net_weight", Decimal("1.5"), "kg"),
    ) == {("screen_size", "15.5906 in"), ("memory", "2.048 GB"), ("storage", "1000 GB"), ("weight", "1500 g")}


def test_a_number_without_a_unit_gets_one_only_where_everybody_means_the_same():
    assert facts("", column("ram", Decimal(16)), column("weight", Decimal("1.8"))) == {
        ("memory", "16 GB"),
        ("weight", "1.8"),
    }


def test_a_text_that_is_a_quantity_becomes_a_number():
    assert facts("", column("weight", "approx. 1.5 kg"), column("capacity", "4,5 l")) == {
        ("weight", "1500 g"),
        ("capacity", "4.5 l"),
    }


def test_of_two_columns_that_mean_the_same_the_telling_one_gets_the_name():
    assert facts("", column("cable_colour", "Red"), column("product_colour", "Black")) == {
        ("colour", "black"),
        ("cable_colour", "Red"),
    }


def test_values_become_keys_and_several_are_repeated():
    assert facts("", column("color", "Black/Silver")) == {("colour", "black"), ("colour", "silver")}
    assert facts("", column("颜色", "蓝色、灰色")) == {("colour", "blue"), ("colour", "grey")}
    assert facts("", column("colour", "Carbon Blue")) == {("colour", "blue")}
    assert facts("", column("skin_type", "Oily, Whatever")) == {("skin_type", "oily"), ("skin_type", "Whatever")}


def test_an_unknown_value_stays_as_the_merchant_wrote_it():
    assert facts("", column("colour", "Octarine")) == {("colour", "Octarine")}
    assert facts("", column("flux_density", "1.21")) == {("flux_density", "1.21")}


def test_a_value_of_another_kind_does_not_take_the_name():
    assert facts("", column("colour", True), column("bluetooth", "5.0"), column("memory", "soldered")) == {
        ("has_colour", "True"),
        ("other_bluetooth", "5.0"),
        ("other_memory", "soldered"),
    }
    assert facts("", column("bluetooth", True), column("weight", Decimal(3), "m")) == {
        ("bluetooth", "True"),
        ("other_weight", "3 m"),
    }


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Acme notebook 39.6 cm (15.6\") Intel Core i5 16 GB DDR4 512 GB SSD Windows 10", {
            ("screen_size", "15.6 in"), ("memory", "16 GB"), ("storage", "512 GB"),
            ("processor", "intel core i5"), ("operating_system", "windows"), ("storage_media", "ssd"),
        }),
        ("Acme USB cable 1.83 m (6 ft) black", {("cable_length", "1.83 m"), ("colour", "black"), ("connection", "usb")}),
        ("某某 智能手机 全网通 8+128G", {("memory", "8 GB"), ("storage", "128 GB"), ("mobile_network", "4g")}),
        ("某某 手机 64g128g256g", {("storage", "64 GB"), ("storage", "128 GB"), ("storage", "256 GB")}),
        ("某某笔记本电脑13.3英寸", {("screen_size", "13.3 in")}),
        ("某某精华液50ml 补水保湿", {("volume", "50 ml"), ("benefit", "moisturising")}),
        ("某某口红3.8g", {("weight", "3.8 g")}),
        ("乌鸡1000g*1只", {("weight", "1000 g"), ("pack_quantity", "1")}),
        ("电热水壶1.5L", {("volume", "1500 ml")}),
        ("Acme power bank 20000mAh", {("battery_capacity", "20000 mAh")}),
        ("Acme gel pens, 0.7mm, black, 12-pack", {("tip_size", "0.7 mm"), ("pack_quantity", "12"), ("colour", "black")}),
        ("监控摄像头300万像素", {("camera_resolution", "3 MP")}),
        ("Sun cream SPF50 200ml", {("sun_protection_factor", "50"), ("volume", "200 ml")}),
        ("全棉四件套200*230cm", {("dimensions", "200*230cm"), ("material", "cotton")}),
        ("Copy paper 80 g/m² 500 sheets", {("sheet_count", "500 sheets")}),
        ("Stapler 25 sheet capacity", {("sheet_capacity", "25 sheets")}),
        ("白酒52度500ml", {("alcohol", "52 %"), ("volume", "500 ml")}),
        ("UPS 1.5kVA 230V", {("apparent_power", "1500 VA"), ("voltage", "230 V")}),
        ("Acme gaming monitor 27 inch 144Hz", {("screen_size", "27 in"), ("refresh_rate", "144 Hz")}),
        ("Acme headphones 30 hours playback", {("battery_life", "30 h")}),
        ("某某 手机 12GB+1TB", {("memory", "12 GB"), ("storage", "1000 GB")}),
        ("某某 平板电脑 32/128G", {("storage", "32 GB"), ("storage", "128 GB")}),
        ("某某台式电脑主机 16G内存 512G", {("memory", "16 GB"), ("storage", "512 GB")}),
        ("Acme gaming laptop, SSD 256GB, 3.2GHz", {("storage", "256 GB"), ("processor_frequency", "3200 MHz"),
                                                 ("storage_media", "ssd")}),
        ("Acme USB flash drive 64 GB", {("storage", "64 GB"), ("connection", "usb")}),
        ("Acme memory module 512 MB", {("memory", "0.512 GB")}),
        ("Acme smartphone 128 GB 4 GB", {("storage", "128 GB"), ("memory", "4 GB")}),
        ("Acme graphics card 6 GB GDDR6", set()),
        ("Acme laptop 8 GB GDDR6", set()),
        ("Acme printer 64 MB", set()),
        ("Acme camera lens 50mm f/1.8", {("focal_length", "50 mm")}),
        ("Acme toner cartridge 1500 pages", {("page_yield", "1500 pages")}),
        ("Acme lamp 60W", {("power", "60 W")}),
        ("Acme desk 60W x 30D", set()),
        ("Acme wireless router 2.4GHz", {("connection", "wireless")}),
        ("Acme smartphone 128g", {("storage", "128 GB")}),
        ("Acme pencil 3 oz", set()),
        ("Acme shampoo 8 oz", set()),
        ("Acme cloth 12 oz", {("weight", "340.194 g")}),
        ("Acme server 2 l", set()),
        ("Toy 15 inch display", {("screen_size", "15 in")}),
        ("5G router", {("mobile_network", "5g")}),
        ("Gold plated key ring", {("material", "gold-plated")}),
        ("Toy castle for ages 3+", {("age", "3")}),
    ],
)  # fmt: skip
def test_titles_state_facts(title, expected):
    assert facts(title) == expected


@pytest.mark.parametrize(
    "title",
    [
        "Acme shelf holds up to 40 lbs",  # what it bears is not what it weighs
        "Suitcase MD5112-20L",  # a model number
        "平板支架 iPadmini5支持",
        "2件包邮 洗面奶",  # a promise
        "Cable 2 m, also 3 m",  # two lengths: neither
        "Leather look key ring",
        "Non wireless lamp",
        "8-1/2 x 11 pad",
    ],
)
def test_what_a_title_does_not_state_is_not_read_into_it(title):
    assert facts(title) == set()


def test_a_column_beats_the_title():
    assert facts("Acme backpack black 20 l", column("colour", "red")) == {("colour", "red"), ("volume", "20000 ml")}


def test_the_brand_is_no_colour():
    assert facts("Red Bull mug", brand="Red Bull") == set()


def test_highlights_add_what_the_title_leaves_out():
    found = enrich(product("Acme mouse black", highlights=("wireless", "white"))).attributes
    assert [(fact.name, fact.value, fact.source) for fact in found] == [
        ("colour", "black", "title"),
        ("connection", "wireless", "highlights"),
    ]


@given(st.text(max_size=80))
def test_any_title_is_survived_and_only_known_attributes_come_out(title):
    for fact in enrich(product(title)).attributes:
        assert fact.name in thesaurus().attributes
        assert fact.source == "title"


@given(st.decimals(min_value=1, max_value=999, places=1))
def test_a_stated_volume_stands_in_the_title(number):
    assert {name for name, _ in facts(f"Body lotion {number}ml")} == {"volume"}
    (fact,) = enrich(product(f"Body lotion {number}ml")).attributes
    assert fact.value == number


def test_green_tea_is_not_said_to_be_green() -> None:
    tea = enrich(Product(id="t", title="Cloud Green Tea, Bag, 50 g", product_type="tea", offers=()))
    assert tea.values("colour") == ()
    assert [
        attribute.value for attribute in enrich(replace(tea, title="Green Mug", product_type="mug")).values("colour")
    ] == ["green"]


def test_the_merchants_tags_say_what_the_title_leaves_out() -> None:
    tags = ("cream", "black", "v-neck", "Zenana black label", "Ship From Overseas", "party")
    labels = tuple(Attribute(name="tag", value=tag, source="tags") for tag in tags)
    found = enrich(product("Ribbed knit dress with cream cheese print", *labels)).attributes
    said = {(fact.name, fact.value, fact.source) for fact in found if fact.name != "tag"}
    assert said >= {("colour", "cream", "tags"), ("colour", "black", "tags"), ("neckline", "v-neck", "tags")}
    assert not any(fact.source == "title" and fact.name == "colour" for fact in found)


def test_a_tag_adds_nothing_to_what_the_title_states() -> None:
    tag = Attribute(name="tag", value="white", source="tags")
    found = enrich(product("Black dress", tag)).attributes
    assert [fact.value for fact in found if fact.name == "colour"] == ["black"]


def test_a_mini_dress_is_short_and_a_mini_backpack_is_not() -> None:
    assert ("dress_length", "mini") in facts("Red twill collared mini dress")
    assert not any(name == "dress_length" for name, _ in facts("Mini backpack in red"))


@pytest.mark.parametrize(
    ("title", "unsaid"),
    [
        ("Acme Phone S10 Lite 128 GB 4G USB Type-C smartphone", "memory"),
        ("Acme RX 5500 XT MECH 4G OC graphics card", "mobile_network"),
        ("某某淡斑精华液 淡化黑色素", "colour"),
        ("某某护肤套装 精华50ml+面霜", "volume"),
        ("某某电动牙刷+清新牙膏120g", "weight"),
        ("某某316L不锈钢炒锅", "volume"),
        ("4 rose pink dinner candles", "scent"),
    ],
)
def test_what_is_said_of_something_else_is_no_fact_of_it(title: str, unsaid: str) -> None:
    assert unsaid not in {fact.name for fact in enrich(Product(id="1", title=title, offers=())).attributes}


def test_a_title_adds_a_connection_to_that_of_a_column() -> None:
    found = enrich(product("Acme keyboard USB QWERTZ", column("connection", "wired"))).attributes
    assert [(fact.value, fact.source) for fact in found if fact.name == "connection"] == [
        ("wired", "connection"),
        ("usb", "title"),
    ]
    twice = enrich(product("Acme keyboard wired", column("connection", "wired"))).attributes
    assert [fact.value for fact in twice if fact.name == "connection"] == ["wired"]
