"""What a row says of having a thing: free of it, with it, perhaps, or nothing."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from daogou.catalog.matching.containing import Containing, Thing, Verdict, containing
from daogou.catalog.matching.matching import meets
from daogou.catalog.products.need import TEXT, Constraint, Operator
from daogou.catalog.products.product import Attribute, AttributeValue, Product

SUGAR = Thing(names=("sugar", "糖"), absent=("unsweetened",))
ALCOHOL = Thing(names=("alcohol", "酒精", "% vol"))
NUTS = Thing(names=("nuts", "坚果"), kinds=("hazelnut", "almond", "榛子"))
GRAIN = Thing(names=("grain", "谷物", "谷"), kinds=("wheat", "barley", "小麦"))
CAFFEINE = Thing(names=("caffeine", "咖啡因"), absent=("decaf", "decaff"))
MILK = Thing(names=("milk", "牛奶"))
LATEX = Thing(names=("latex",))
SALMON = Thing(names=("salmon",))
FLAVOURS = Thing(names=("flavour", "香精"))
SWEETENERS = Thing(names=("sweetener",))
BATTERY = Thing(names=("battery", "电池"))
COATING = Thing(names=("涂层", "coating"))
CHICKEN = Thing(names=("chicken",))
FLUORIDE = Thing(names=("fluoride", "氟"))
SCENT = Thing(names=("scent", "fragrance", "perfume"))
VANILLA = Thing(names=("vanilla",))


def row(title: str = "A thing", description: str = "", **attributes: AttributeValue) -> Product:
    facts = tuple(Attribute(name=name, value=value, unit=None) for name, value in attributes.items())
    return Product(id="1", title=title, offers=(), description=description, attributes=facts)


@pytest.mark.parametrize(
    ("thing", "text"),
    [
        (SUGAR, "Oat drink, no added sugar"),
        (SUGAR, "Hay, no sugar added"),
        (SUGAR, "Oat drink with 0 % sugars"),
        (SUGAR, "sugar: 0 g per 100 ml"),
        (SUGAR, "Almond drink, unsweetened"),
        (SUGAR, "0糖气泡水"),
        (SUGAR, "无添加糖"),
        (ALCOHOL, "0.0 % alcohol"),
        (ALCOHOL, "0,0 % vol"),
        (ALCOHOL, "De-alcoholised sparkling wine"),
        (ALCOHOL, "Non-alcoholic beer"),
        (ALCOHOL, "不含酒精、香精和色素"),
        (FLAVOURS, "不含酒精、香精和色素"),
        (FLAVOURS, "no artificial colours, flavours or sweeteners"),
        (SWEETENERS, "no artificial colours, flavours or sweeteners"),
        (SWEETENERS, "free from parabens, flavours, sweeteners"),
        (NUTS, "Made in a nut-free factory. No hazelnuts"),
        (MILK, "Gluten and milk free"),
        (LATEX, "Nitrile gloves, latex-free"),
        (BATTERY, "Batteries and charger not included"),
        (BATTERY, "Supplied without battery and charger"),
        (BATTERY, "电池需另购"),
        (COATING, "304不锈钢内胆 无涂层"),
        (CHICKEN, "Without chicken, for sensitive dogs"),
        (GRAIN, "No grain, no wheat, with salmon"),
        (CAFFEINE, "Decaffeinated instant coffee"),
        (CAFFEINE, "Naturally caffeine free infusion"),
        (FLUORIDE, "无氟牙膏"),
        (SCENT, "Unscented, no perfume"),
    ],
)
def test_the_row_says_that_it_is_free_of_it(thing: Thing, text: str) -> None:
    assert containing(row(description=text), thing).verdict is Verdict.FREE


@pytest.mark.parametrize(
    ("thing", "text"),
    [
        (SUGAR, "contains added sugar 7.2 g per 100 ml"),
        (SUGAR, "含糖量 5 g"),
        (ALCOHOL, "11 % vol"),
        (ALCOHOL, "Contains 14 % alcohol, tightens pores"),
        (NUTS, "Contains hazelnuts 13 %"),
        (GRAIN, "Complete feed, chicken and wheat"),
        (SALMON, "No grain, no wheat, with salmon"),
        (VANILLA, "No sugar, vanilla flavour"),
        (VANILLA, "no sugar or salt, vanilla"),
        (COATING, "不粘涂层"),
        (FLUORIDE, "fluoride 1450 ppm"),
        (SCENT, "Not fragrance-free"),
        (BATTERY, "With two batteries, without a case"),
        (CHICKEN, "Chicken breast fillets"),
    ],
)
def test_the_row_says_that_it_contains_it(thing: Thing, text: str) -> None:
    assert containing(row(description=text), thing).verdict is Verdict.CONTAINS


@pytest.mark.parametrize(
    ("thing", "text", "verdict"),
    [
        (MILK, "Vegan recipe, may contain milk", Verdict.MAYBE),
        (MILK, "可能含有牛奶", Verdict.MAYBE),
        (NUTS, "可能含有榛子", Verdict.MAYBE),
        (SUGAR, "糖果色", Verdict.SILENT),
        (SUGAR, "Alternative to sugar", Verdict.SILENT),
        (BATTERY, "Charger for 18V batteries", Verdict.CONTAINS),
        (BATTERY, "Fits all batteries", Verdict.SILENT),
        (CHICKEN, "No chicken meal", Verdict.SILENT),
        (SUGAR, "Oat drink", Verdict.SILENT),
    ],
)
def test_the_row_leaves_it_open(thing: Thing, text: str, verdict: Verdict) -> None:
    assert containing(row(description=text), thing).verdict is verdict


@pytest.mark.parametrize(
    ("thing", "attributes", "verdict"),
    [
        (Thing(names=("gluten",)), {"gluten_free": True}, Verdict.FREE),
        (Thing(names=("gluten",)), {"gluten_free": False}, Verdict.CONTAINS),
        (NUTS, {"contains_nuts": "no"}, Verdict.FREE),
        (NUTS, {"allergens": "milk, nuts"}, Verdict.CONTAINS),
        (ALCOHOL, {"alcohol": Decimal("0.0")}, Verdict.FREE),
        (ALCOHOL, {"alcohol": Decimal("4.9")}, Verdict.CONTAINS),
        (LATEX, {"latex": "none"}, Verdict.FREE),
        (LATEX, {"free_from": "powder, latex"}, Verdict.FREE),
        (MILK, {"may_contain": "milk"}, Verdict.MAYBE),
        (ALCOHOL, {"酒精": "无"}, Verdict.FREE),
    ],
)
def test_a_column_says_it(thing: Thing, attributes: dict[str, AttributeValue], verdict: Verdict) -> None:
    assert containing(row(**attributes), thing).verdict is verdict


def test_the_passage_and_its_field_come_with_it() -> None:
    tea = row("Peppermint tea", "Herbal infusion, naturally caffeine free, 20 bags")
    assert containing(tea, CAFFEINE) == Containing(verdict=Verdict.FREE, field="description", passage="caffeine free")


def test_a_title_without_grammar_is_read_word_by_word() -> None:
    assert containing(row("No Sugar Oat Drink 1 L"), SUGAR).verdict is Verdict.FREE


def test_who_says_both_leaves_doubt() -> None:
    both = row("Sugar-free syrup", "Contains sugar from fruit")
    assert containing(both, SUGAR).verdict is Verdict.MAYBE


@pytest.mark.parametrize(
    ("product", "word"),
    [
        (row("Drill for the 18 V battery", battery_included=False), "battery"),
        (
            row("Gum", "No artificial colours, flavours, preservatives, thickeners, emulsifiers, or added sugar."),
            "sugar",
        ),
        (row("Sugarless gum that tastes of sugar"), "sugar"),
        (row("Router without wi-fi"), "wi-fi"),
        (row("Gum with sugar"), "sugar"),
        (row("Dishwasher, freestanding, wireless, with battery"), "battery"),
    ],
)
def test_a_row_that_is_spared_a_closer_reading_would_have_said_the_same(product: Product, word: str) -> None:
    wish = Constraint(attribute=TEXT, operator=Operator.IS, value=word)
    closely = containing(product, Thing(names=(word,))).verdict
    assert meets(product, wish, datetime(2026, 11, 1, tzinfo=UTC)) is (closely is not Verdict.FREE)
