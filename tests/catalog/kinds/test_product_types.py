import gzip
import json
from decimal import Decimal
from pathlib import Path

import pytest

from daogou.catalog.kinds.product_types import TypeModel
from daogou.catalog.kinds.reader import TypeReader
from daogou.catalog.products.product import Attribute, Money, Offer, Product
from daogou.text.thesaurus import thesaurus

OFFER = Offer(price=Money(amount=Decimal(10), currency="EUR"))
ICECAT = Path(__file__).parents[4] / "shared" / "data" / "icecat" / "products.jsonl.gz"


def product(title, *attributes, **more):
    return Product(id=title, title=title, offers=(OFFER,), attributes=attributes, **more)


def type_of(title, **more):
    return TypeModel().type_of(product(title, **more))


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Acme 620 Notebook 17in Intel Core i5 4 GB 500 GB HDD", "laptop"),
        ("Acme WOW Notebook A4 squared, wirebound", "notebook"),
        ("Acme laptop bag for 15 inch notebook", "laptop bag"),
        ("Acme notebook bag black", "laptop bag"),
        ("Acme iphone 8 case", "phone case"),
        ("Holder (iPhone) black", "phone holder"),
        ("Ink cartridge for Acme printer", "ink cartridge"),
        ("Acme printer maintenance kit", "printer maintenance kit"),
        ("Acme wireless mouse pad", "mouse pad"),
        ("Glossy photo paper roll", "photo paper"),
        ("Set of 3 heart cookie cutters", "cookie cutter"),
        ("Gel pens fine point, pack of 12", "gel pen"),
        ("Folding umbrella chocolate polkadot", "umbrella"),
        ("Dog bowl chasing ball design", "dog bowl"),
        ("Magic drawing slate bake the cake", "drawing slate"),
        ("VGA to HDMI adapter", "cable adapter"),
        ("Slip-on shoes", "shoes"),
        ("Acme ThinkPad X1 14 inch", "laptop"),
        ("Acme 7 port thing", ""),
        ("某某电脑包", "laptop bag"),
        ("某某苹果手机壳", "phone case"),
        ("补水面膜女 美白保湿 正品", "facial mask"),
        ("【送耳机】某某智能手机", "smartphone"),
        ("某某笔记本 处理器i5 512G固态", "laptop"),
        ("横线笔记本 a5", "notebook"),
        ("2019新款iPad 32G", "tablet"),
        ("送面膜 洗面奶", "cleanser"),
        ("某某东西", ""),
    ],
)
def test_a_title_names_its_type(title, expected):
    assert type_of(title) == expected


def test_a_brand_names_no_type():
    assert type_of("Cherry G84 keyboard", brand="Cherry") == "keyboard"
    assert type_of("Cherry G84", brand="Cherry") == ""


def test_the_title_narrows_the_merchants_type_but_does_not_contradict_it():
    assert type_of("Platform sandals", product_type="Shoes") == "sandals"
    assert type_of("Chocolate brown", product_type="Ring") == "ring"
    assert TypeModel().type_of(product("Shiny thing", Attribute(name="kind", value="Ring"))) == "ring"
    assert type_of("Nothing known", category=("Home", "Flux capacitors")) == "flux capacitors"


def test_a_short_description_helps_where_the_title_says_nothing():
    assert (
        type_of("Acme 15 Original Black 1 pc(s)", description="15 Large Black Original Ink Cartridge")
        == "ink cartridge"
    )


def test_a_shop_of_one_department_reads_names_its_way():
    creams = [product(f"某某{number} 面霜 补水") for number in range(30)]
    model = TypeModel.learn([*creams, product("某某滋润乳黄油 面部")])
    assert model.type_of(product("某某油 滋养面霜")) == "face cream"


def test_phrases_that_recur_under_several_brands_become_types():
    shop = [product(f"Brand{number} fluxgate sniffer", brand=f"Brand{number}") for number in range(6)]
    assert TypeModel.learn(shop).type_of(product("Other fluxgate sniffer", brand="Other")) == "fluxgate sniffer"


def planted_shop():
    lens = [Attribute(name="focal_length", value=Decimal(50)), Attribute(name="aperture", value="2.8")]
    drive = [Attribute(name="storage", value=Decimal(500)), Attribute(name="rpm", value=Decimal(7200))]
    lenses = [product(f"Acme lens zeta {number}", *lens) for number in range(150)]
    return lenses + [product(f"Bolt hard drive omega {number}", *drive) for number in range(150)]


def test_a_product_without_a_name_is_guessed_from_its_attributes():
    shop = planted_shop()
    model = TypeModel.learn(shop)
    nameless = product("Acme X1 zeta", *shop[0].attributes)
    assert model.type_of(nameless) == "camera lens"
    assert model.type_of(product("Quux")) == ""


def test_a_model_comes_back_from_json():
    model = TypeModel.learn(planted_shop())
    again = TypeModel.from_json(model.to_json())
    assert again == model
    assert again.type_of(planted_shop()[200]) == "hard drive"


LABELLED = {  # words that stand in a title -> its type; read by hand
    "Notebook Gray 39.6 cm": "laptop",
    "networking cable": "network cable",
    "toner cartridge Original": "toner cartridge",
    "uninterruptible power supply": "uninterruptible power supply",
    "projector lamp": "projector lamp",
    "power distribution unit": "power distribution unit",
    "address labels": "label",
    "mobile phone case": "phone case",
    "camera case": "camera case",
    "Notebook A4 squared": "notebook",
}


@pytest.mark.real
@pytest.mark.skipif(not ICECAT.exists(), reason="the real shops of ../shared/data are not here")
@pytest.mark.parametrize("words", LABELLED)
def test_real_titles_are_typed_as_a_reader_would(words):
    with gzip.open(ICECAT, "rt", encoding="utf-8") as lines:
        rows = [row for line in lines if words in (row := json.loads(line))["title"]][:40]
    right = [type_of(row["title"], brand=row["supplier"]) == LABELLED[words] for row in rows]
    assert sum(right) >= 0.9 * len(right) > 0


def test_a_department_with_many_kinds_in_the_thesaurus_weighs_no_more_for_it():
    shop = [product(f"某某{number} 面霜 补水") for number in range(20)]
    shop += [product(f"某某{number} 牛排 原切") for number in range(20)]
    shares = TypeModel.learn(shop).reader.prior
    by_department = {"beauty": 0.0, "food": 0.0}
    for key, share in shares.items():
        by_department[thesaurus().types[key].department] += share
    assert by_department == pytest.approx({"beauty": 0.5, "food": 0.5})


def test_a_name_of_several_words_counts_in_a_shop_that_sells_hardly_anything_like_it():
    model = TypeModel.learn([*(product(f"Acme gel pen {number}") for number in range(100)), product("Acme desk chair")])
    assert model.type_of(product("Acme camping chair")) == "camping chair"
    assert model.type_of(product("Acme Flying Duck")) == ""


def test_the_merchants_own_word_wins_over_the_place_in_the_shop():
    tote = product("Half Moon Carrier", Attribute(name="kind", value="Tote Bag"), category=("Bags", "Handbags"))
    sweater = product(
        "Ribbed balloon sleeve", Attribute(name="kind", value="Sweater"), category=("Card cases", "Skirts")
    )
    assert TypeModel().type_of(tote) == "tote bag"
    assert TypeModel().type_of(sweater) == "sweater"


def test_a_more_telling_place_in_the_shop_narrows_the_merchants_word():
    assert type_of("Fluffy things", product_type="Shoes", category=("Shoes", "Sandals")) == "sandals"


def test_a_kind_beside_the_one_it_is_filed_under_is_what_the_title_says():
    assert type_of("Striped straw tote", category=("Bags", "Handbags")) == "tote bag"
    assert type_of("Straw tote", product_type="Handbag") == "handbag"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("某某 补水眼膜贴 女", "under-eye mask"),
        ("某某 眼霜 20ml", "eye cream"),
        ("某某 三色眉粉", "eyebrow powder"),
        ("某某 眉刷", "eyebrow brush"),
        ("某某 滋润乳液 120ml", "face lotion"),
        ("某某 滋润面霜 50g", "face cream"),
        ("某某 修护晚霜 50g", "night cream"),
        ("某某 爽肤水 200ml", "toner"),
        ("某某 精华液 30ml", "serum"),
        ("某某 美容液 200ml", "beauty essence"),
        ("某某 阳澄湖大闸蟹 8只装", "hairy crab"),
        ("某某 原切牛排 1kg", "steak"),
        ("某某 广式月饼礼盒", "mooncake"),
        ("某某 血糖仪", "glucose meter"),
        ("某某 成长礼包", ""),
        ("某某 抽纸 18包", "tissue"),
        ("Doll clothes set", "doll clothes"),
        ("Acme trail running shoes men", "running shoes"),
        ("Acme napkin rings", "napkin ring"),
        ("Balloon pump with 10 balloons", "balloon pump"),
    ],
)
def test_kinds_that_a_shopper_would_not_take_for_one_another(title, expected):
    assert type_of(title) == expected


def test_a_set_of_four_is_bed_linen_unless_it_is_for_the_outdoors():
    assert type_of("某某 全棉四件套") == "bedding"
    assert type_of("某某 户外露营四件套") == "camping equipment"
    assert type_of("某某 户外推车月亮椅四件套") == "moon chair"


def test_the_plus_signs_of_a_sun_factor_make_no_set():
    assert type_of("某某 隔离乳30ml（SPF30+PA+++）防晒保护 礼盒") == "primer"
    assert type_of("某某 洁面+面霜+精华液") == "skin care set"


def test_a_brand_column_that_repeats_the_title_hides_nothing():
    assert type_of("某某恒温一体式开水瓶", brand="某某恒温一体式开水瓶") == "kettle"


def test_a_version_number_before_pc_is_no_count_of_pieces():
    assert TypeReader().of_text("2 Port CardBus Laptop USB 2.0 PC Card Adapter") == "interface card"
