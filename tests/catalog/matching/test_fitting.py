"""What a row fits and what it is: names with numbers, sizes, and the head of a title."""

import pytest

from daogou.catalog.matching.designations import designations
from daogou.catalog.matching.fitting import bearing, outcome_of
from daogou.catalog.products.need import FITS, MODEL, Constraint, Operator, Outcome
from daogou.catalog.products.product import Product
from daogou.text.heads import head_match

MET, NEAR, UNKNOWN, BROKEN = Outcome.MET, Outcome.NEAR, Outcome.UNKNOWN, Outcome.BROKEN


def row(title: str, description: str = "", category: str = "", mpn: str = "") -> Product:
    path = tuple(filter(None, category.split(" > ")))
    return Product(id="r1", title=title, offers=(), description=description, category=path, mpn=mpn)


def fits(what: str) -> Constraint:
    return Constraint(attribute=FITS, operator=Operator.IS, value=what)


def model(what: str) -> Constraint:
    return Constraint(attribute=MODEL, operator=Operator.IS, value=what)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Redmi Note12pro", ["note 12 pro"]),
        ("redmi NOTE 12 Pro 5G 8GB+256GB", ["note 12 pro"]),
        ("Sony wh1000xm4 and WH-1000XM4", ["wh 1000xm4", "wh 1000xm4"]),
        ("Fluval 106/107/206/207", ["fluval 106", "fluval 107", "fluval 206", "fluval 207"]),
        ("Pro 1, Pro 2, Pro 3", ["pro 1", "pro 2", "pro 3"]),
        ("iPhone 13/13 Pro", ["iphone 13", "iphone 13 pro"]),
        ("适用苹果13手机壳 iPhone13", ["苹果 13", "iphone 13"]),
        ("GSR 18V-28", ["gsr 18v28"]),
        ("18V 2.0Ah, 12 x 85 g, 2-pack, size 42, under 500, SPF50, 4K, 55英寸, 2片装", []),
    ],
)
def test_a_number_is_a_name_beside_its_series_and_an_amount_beside_its_unit(text: str, expected: list[str]) -> None:
    assert [" ".join((name.series, name.code, *name.variant)) for name in designations(text)] == expected


@pytest.mark.parametrize(
    ("asked", "product", "expected"),
    [
        ("galaxy s21", row("Leather Case for Galaxy S21"), MET),
        ("galaxy s21", row("Leather Case for Galaxy S22"), BROKEN),
        ("galaxy s21", row("Leather Phone Case"), UNKNOWN),
        ("iphone 13", row("Case for iPhone 13 Pro"), BROKEN),
        ("三星s23", row("适用苹果13手机壳 iPhone13"), BROKEN),
        ("苹果13", row("iPhone 13 专用 手机壳"), NEAR),
        ("fluval 107", row("Foam", "Fits Fluval 106/107/206/207"), MET),
        ("fluval 107", row("Fluval 207/307 Filter Foam Pads", "Fits Fluval 207 and 307"), BROKEN),
        ("fluval 207", row("Fluval 207 External Canister Filter"), NEAR),
        ("makita df331", row("Battery", "For Makita CXT tools such as DF333D"), NEAR),
        ("oral b io", row("Replacement Heads", "Fit all Oral-B round brushes except iO"), BROKEN),
        ("oral b pro 3", row("iO brush heads", "Only for Oral-B iO"), BROKEN),
        ("20 kg dog", row("Flea Collar for Dogs over 8kg"), MET),
        ("20 kg dog", row("Flea Collar for Dogs under 8 kg"), BROKEN),
        ("40英寸电视", row("电视挂架 通用 32-70英寸"), MET),
        ("80英寸电视", row("电视挂架 通用 32-70英寸"), BROKEN),
        ("4 year old", row("Electric Toothbrush", "For children from 3 years"), MET),
        ("4 year old", row("Electric Toothbrush", "For adults"), BROKEN),
        ("cat", row("Flea Collar for Dogs"), BROKEN),
        ("moka pot", row("Ground Coffee", "For moka pot"), MET),
        ("moka pot", row("Ground Coffee"), UNKNOWN),
    ],
)
def test_what_fits_is_what_the_row_says(asked: str, product: Product, expected: Outcome) -> None:
    assert outcome_of(product, fits(asked)) is expected


@pytest.mark.parametrize(
    ("asked", "product", "expected"),
    [
        ("iphone 12", row("Apple iPhone 12 128GB"), MET),
        ("iphone 12", row("Apple iPhone 13 128GB"), BROKEN),
        ("iphone 12", row("适用苹果12手机壳 iPhone 12 防摔"), BROKEN),
        ("iphone 13", row("Apple iPhone 13 Pro"), NEAR),
        ("hd560s", row("Sennheiser HD 560S"), MET),
        ("a-222", row("Filter Foam", mpn="A222"), MET),
        ("hd 560s", row("Headphones"), UNKNOWN),
    ],
)
def test_a_model_is_itself_and_no_other_of_its_series(asked: str, product: Product, expected: Outcome) -> None:
    assert outcome_of(product, model(asked)) is expected


def test_the_rows_own_words_bear_it_out() -> None:
    assert next(bearing(row("Case for Galaxy S-21"), fits("galaxy s21"))) == "S-21"


@pytest.mark.parametrize(
    ("words", "thing", "accessory"),
    [
        ("drill", row("Drill Driver Body Only", "", "Tools > Drills"), row("HSS Drill Bit Set 13pcs")),
        ("litter box", row("Covered Litter Box with Filter"), row("Carbon Filters for Litter Box 2 pcs")),
        ("aquarium filter", row("Canister Filter 220 L"), row("Filter Foam Pads 2-pack")),
        ("projector", row("Projector Full HD"), row("Projector Ceiling Mount")),
        ("电视", row("海信 55英寸 液晶电视"), row("电视挂架 通用")),
        ("手机", row("5G智能手机 12GB"), row("适用苹果13手机壳")),
        ("电动牙刷", row("飞利浦 电动牙刷 声波"), row("电动牙刷头 3支")),
    ],
)
def test_the_thing_comes_before_what_is_made_for_it(words: str, thing: Product, accessory: Product) -> None:
    assert head_match(thing, words) > 2 * head_match(accessory, words)


def test_a_model_that_a_title_lists_in_parts_is_met() -> None:
    asked = Constraint(attribute=MODEL, operator=Operator.IS, value="d32061330-253al")
    strip = Product(id="strip", title="LED strip JL.D32061330-253AR/253AL-M", offers=())
    assert outcome_of(strip, asked) is Outcome.MET
    assert outcome_of(Product(id="other", title="LED strip JL.D32061330-365AS", offers=()), asked) is not Outcome.MET
