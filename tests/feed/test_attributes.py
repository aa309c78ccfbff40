from decimal import Decimal
from pathlib import Path

import pytest

from daogou.catalog.products.product import Attribute, AttributeValue
from daogou.feed import FeedMapping
from daogou.feed.attributes import infer, unit_in_name
from tests.feed_files import mapping, products, write


def facts(tmp_path: Path, chosen: FeedMapping, column: str, value: str, title: str = "Lamp") -> list[Attribute]:
    text = f"id\ttitle\tprice\t{column}\n1\t{title}\t5\t{value}\n"
    [product] = products(write(tmp_path, text, "feed.tsv"), chosen)
    return list(product.attributes)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("16 GB", Decimal(16), "GB"),
        ("1.5kg", Decimal("1.5"), "kg"),
        ('15.6"', Decimal("15.6"), "in"),
        ("4000毫安", Decimal(4000), "mAh"),
        ("250 g", Decimal(250), "g"),
        ("38", Decimal(38), None),
        ("1,5 l", Decimal("1.5"), "l"),
        ("yes", True, None),
        ("否", False, None),
        ("16 GB DDR4", "16 GB DDR4", None),
        ("10 - 90", "10 - 90", None),
        ("007", "007", None),
        ("20240911025", "20240911025", None),
        ("12 parsecs", "12 parsecs", None),
        ("Navy blue", "Navy blue", None),
        ("10:1", "10:1", None),
    ],
)
def test_a_value_tells_what_it_is(text: str, value: AttributeValue, unit: str | None) -> None:
    assert infer(text, "") == (value, unit)


def test_g_is_what_the_attribute_is_measured_in() -> None:
    assert infer("128g", "memory") == (Decimal(128), "GB")
    assert infer("128g", "weight") == (Decimal(128), "g")


@pytest.mark.parametrize(
    ("column", "name", "unit"),
    [
        ("Weight (kg)", "Weight", "kg"),
        ("重量（克）", "重量", "g"),
        ("length_cm", "length", "cm"),
        ("Size (EU)", "Size (EU)", ""),
        ("made_in", "made_in", ""),
        ("cm", "cm", ""),
    ],
)
def test_a_column_may_carry_its_unit(column: str, name: str, unit: str) -> None:
    assert unit_in_name(column) == (name, unit)


PREFIXED = mapping(
    """
[attributes.prefixes]
attr_t_ = "text"
attr_n_ = "number"
attr_b_ = "bool"
[attributes.columns]
attr_t_colours = { split = "," }
attr_t_cores = { name = "cores", kind = "number" }
[attributes.units]
weight = "g"
clock = [{ when = "CPU", at_most = 10, unit = "GHz" }, { when = "CPU", unit = "MHz" }, { drop = true }]
"""
)


@pytest.mark.parametrize(
    ("column", "value", "title", "wanted"),
    [
        ("attr_n_weight", "33.0", "Lamp", [("weight", Decimal(33), "g")]),
        ("attr_n_weight", "1.2 kg", "Lamp", [("weight", Decimal("1.2"), "kg")]),
        ("attr_n_clock", "2.66", "A CPU", [("clock", Decimal("2.66"), "GHz")]),
        ("attr_n_clock", "450", "A CPU", [("clock", Decimal(450), "MHz")]),
        ("attr_n_clock", "450", "Lamp", []),
        ("attr_t_size", "38", "Lamp", [("size", "38", None)]),
        ("attr_t_note", "CE\\nFCC", "Lamp", [("note", "CE FCC", None)]),
        ("attr_b_wifi", "true", "Lamp", [("wifi", True, None)]),
        ("attr_b_wifi", "perhaps", "Lamp", []),
        ("attr_n_weight", "heavy", "Lamp", []),
        ("attr_n_ports", "N/A", "Lamp", []),
        ("attr_t_colours", "red, blue,red", "Lamp", [("colours", "red", None), ("colours", "blue", None)]),
        ("attr_t_cores", "4", "Lamp", [("cores", Decimal(4), None)]),
        ("attr_n_contrast__typical_", "5", "Lamp", [("contrast_typical", Decimal(5), None)]),
        ("other", "5", "Lamp", []),
    ],
)
def test_prefixes_say_kinds_and_the_mapping_says_units(
    column: str, value: str, title: str, wanted: list[tuple[str, AttributeValue, str | None]], tmp_path: Path
) -> None:
    chosen = PREFIXED
    if column not in chosen.attributes:
        chosen = FeedMapping(currency="EUR", fields=chosen.fields, prefixes=chosen.prefixes, units=chosen.units)
    else:
        chosen = FeedMapping(
            currency="EUR",
            fields=chosen.fields,
            prefixes=chosen.prefixes,
            attributes={column: chosen.attributes[column]},
        )
    found = facts(tmp_path, chosen, column, value, title)
    assert found == [Attribute(name=n, value=v, unit=u, source=column) for n, v, u in wanted]


def test_remaining_columns_are_attributes_unless_they_are_ignored(tmp_path: Path) -> None:
    chosen = mapping('[attributes]\nremaining = true\nignore = ["img_*"]')
    assert facts(tmp_path, chosen, "img_small", "x") == []
    assert facts(tmp_path, chosen, "Material", "Oak") == [Attribute(name="material", value="Oak", source="Material")]


def test_a_very_long_text_is_cut_at_a_word(tmp_path: Path) -> None:
    [fact] = facts(tmp_path, mapping("[attributes]\nremaining = true"), "notes", "word " * 400)
    assert isinstance(fact.value, str)
    assert fact.value.endswith("word…")
    assert len(fact.value) <= 1_000


def test_values_and_lists_in_cells(tmp_path: Path) -> None:
    chosen = mapping(
        '[attributes.columns]\nc = { name = "colour", values = { rot = "red" }, decode = "list", kind = "text" }'
    )
    assert [fact.value for fact in facts(tmp_path, chosen, "c", "['Rot', 'blue']")] == ["red", "blue"]
    assert [fact.value for fact in facts(tmp_path, chosen, "c", "[broken")] == ["[broken"]
