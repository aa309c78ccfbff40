from decimal import Decimal
from pathlib import Path

import pytest

from daogou.catalog.products.vocabulary import AttributeKind
from daogou.errors import MappingError
from daogou.feed import load_mapping, mapping_text, parse_mapping
from daogou.feed.mapping.mapping import AttributeRule, FeedMapping, FieldRule, GroupRule, SkipRule, UnitRule

FULL = r"""
currency = "EUR"
language = "en"

[product]
id = { column = "url", pattern = 'id=(\d+)', hash = true }
title = ["title_en", "title"]
price = { column = "price", divide = 100, currency = "USD", decimal = "," }
availability = { column = "stock", values = { Lager = "in_stock", weg = "out_of_stock" } }
condition = { constant = "used" }
category = { column = "path", split = ">" }
rating = { column = "stars", scale = 10 }
price_valid_until = { column = "until", format = "%d.%m.%Y" }
link = { column = "url", prefix = "https://" }
description = { columns = ["a", "b"], join = "\n", decode = "list" }

[translations.zh]
title = "title_zh"

[attributes]
remaining = true
ignore = ["img_*"]

[attributes.prefixes]
attr_n_ = "number"

[attributes.columns]
tags = { name = "tag", split = "|" }
colour = "color"

[attributes.units]
weight = "g"
clock = [{ when = "CPU", at_most = 10, unit = "GHz" }, { drop = true }]

[[skip]]
column = "code"
matches = "POST|FEE"
because = "postage"

[group]
price = "lowest"
at_least = 3

[events]
name = { constant = "purchase" }
item_id = "code"
"""


def test_a_mapping_says_what_it_means() -> None:
    mapping = parse_mapping(FULL)
    assert mapping.fields["id"] == FieldRule(columns=("url",), pattern=r"id=(\d+)", hash=True)
    assert mapping.fields["title"] == FieldRule(columns=("title_en", "title"))
    assert mapping.fields["price"] == FieldRule(columns=("price",), divide=Decimal(100), currency="USD", decimal=",")
    assert mapping.fields["availability"].values == {"lager": "in_stock", "weg": "out_of_stock"}
    assert mapping.fields["condition"] == FieldRule(constant="used")
    assert mapping.prefixes == {"attr_n_": AttributeKind.NUMBER}
    assert mapping.attributes == {"tags": AttributeRule(name="tag", split="|"), "colour": AttributeRule(name="color")}
    assert mapping.units["clock"] == (UnitRule(when="CPU", at_most=Decimal(10), unit="GHz"), UnitRule(drop=True))
    assert mapping.skip == (SkipRule(column="code", matches="POST|FEE", because="postage"),)
    assert mapping.group == GroupRule(price="lowest", at_least=3)
    assert mapping.translations == {"zh": {"title": FieldRule(columns=("title_zh",))}}


def test_a_mapping_that_was_written_down_reads_back_the_same() -> None:
    mapping = parse_mapping(FULL)
    assert parse_mapping(mapping_text(mapping)) == mapping


@pytest.mark.parametrize("path", sorted(Path("examples/mappings").glob("*.toml")), ids=lambda path: path.stem)
def test_the_examples_are_right_and_read_back_the_same(path: Path) -> None:
    mapping = load_mapping(path)
    assert parse_mapping(mapping_text(mapping)) == mapping


def test_every_problem_is_named_at_once_with_the_nearest_key() -> None:
    with pytest.raises(MappingError) as error:
        parse_mapping(
            """
            currncy = "EUR"
            currency = "eur"
            language = "de"
            without_prices = "yes"
            skip = "rows"
            [product]
            id = 5
            titel = "name"
            price = { column = "p", divde = 100, divide = 0, currency = "EURO", decimal = ";" }
            brand = {}
            mpn = { column = "m", pattern = "(" }
            category = { column = "c", split = 3, decode = "json", values = 4 }
            availability = { constant = [1] }
            gtin = { columns = "x" }
            [translations.zh]
            description = "d"
            [translations.fr]
            title = "t"
            [attributes]
            remaining = "all"
            [attributes.prefixes]
            attr_ = "numbr"
            [attributes.columns]
            a = 7
            b = { unit = 5, kid = 1 }
            [attributes.units]
            weight = "KG"
            width = ""
            depth = [{ unit = "mm", at_most = "x", upto = 4 }]
            [group]
            price = "mean"
            at_least = true
            [events]
            name = { constant = "purchase" }
            """
        )
    pattern = next(problem for problem in error.value.problems if problem.startswith("product.mpn.pattern"))
    assert pattern.startswith("product.mpn.pattern is '('; expected a regular expression")
    assert sorted(problem for problem in error.value.problems if problem != pattern) == sorted(
        [
            "currncy is unknown; did you mean 'currency'?",
            "attributes.remaining is 'all'; expected true or false",
            "currency is 'eur'; expected an ISO 4217 code such as EUR or CNY; did you mean 'EUR'?",
            "language is 'de'; expected 'en' or 'zh'",
            "without_prices is 'yes'; expected true or false",
            "product.titel is unknown; did you mean 'title'?",
            'product.id is 5; expected a column, a list of columns, or a table such as {column = "..."}',
            "product.price.divde is unknown; did you mean 'divide'?",
            "product.price.divide is 0; expected a number above zero",
            "product.price.currency is 'EURO'; expected an ISO 4217 code such as EUR or CNY; did you mean 'EUR'?",
            "product.price.decimal is ';'; expected '.' or ','",
            "product.brand names neither a column nor a constant",
            "product.category.split is 3; expected a text",
            "product.category.decode is 'json'; expected 'list'",
            "product.category.values is 4; expected a table",
            "product.availability.constant is [1]; expected a text, a number, or true or false",
            "product.gtin.columns is 'x'; expected a list of texts",
            "product.title is missing",
            "translations.fr is unknown",
            "translations.zh.title is missing",
            "attributes.prefixes.attr_ is 'numbr'; expected 'text' or 'number' or 'bool'; did you mean 'number'?",
            "attributes.columns.a is 7; expected the attribute's name, or a table",
            'attributes.columns.b.unit is 5; expected a unit, or a list such as [{unit = "GHz", at_most = 10}, ...]',
            "attributes.columns.b.kid is unknown; did you mean 'kind'?",
            "attributes.units.weight is 'KG'; the unit is written 'kg'",
            "attributes.units.width is ''; expected a unit",
            "attributes.units.depth.upto is unknown",
            "attributes.units.depth.at_most is 'x'; expected a number above zero",
            "skip is 'rows'; expected tables that begin with [[skip]]",
            "group.price is 'mean'; expected 'median' or 'first' or 'last' or 'lowest' or 'highest'; did you mean 'median'?",
            "group.at_least is True; expected a number above zero",
            "events.item_id is missing",
        ]
    )


def test_a_skip_rule_needs_a_column_a_pattern_and_a_reason() -> None:
    with pytest.raises(MappingError) as error:
        parse_mapping('[product]\nid="a"\ntitle="b"\nprice="c"\n[[skip]]\ncolum = "x"')
    assert error.value.problems == [
        "skip[1].colum is unknown; did you mean 'column'?",
        "skip[1].column is missing",
        "skip[1].because is missing",
        "skip[1] needs either matches or unless",
    ]


def test_without_prices_no_price_is_asked_for() -> None:
    assert parse_mapping('without_prices = true\n[product]\nid = "a"\ntitle = "b"').without_prices
    with pytest.raises(MappingError, match=r"product\.price is missing; or say without_prices = true"):
        parse_mapping('[product]\nid = "a"\ntitle = "b"')


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("not toml", "not TOML"),
        ('product = "x"', "product is 'x'; expected a table"),
        ('group = 1\n[product]\nid="a"\ntitle="b"\nprice="c"', "group is 1; expected a table"),
        (
            '[product]\nid="a"\ntitle="b"\nprice="c"\n[attributes.units]\nx = 4',
            "attributes.units.x is 4; expected a unit",
        ),
    ],
)
def test_what_is_no_mapping_is_refused(text: str, problem: str) -> None:
    with pytest.raises(MappingError) as error:
        parse_mapping(text)
    assert any(each.startswith(problem) for each in error.value.problems)


def test_problems_of_a_file_name_the_file(tmp_path: Path) -> None:
    path = tmp_path / "shop.toml"
    with pytest.raises(MappingError, match="can't be read"):
        load_mapping(path)
    path.write_text("currency = 5", encoding="utf-8")
    with pytest.raises(MappingError) as error:
        load_mapping(path)
    assert all(problem.startswith(str(path)) for problem in error.value.problems)
    assert len(error.value.problems) == 4


def test_strange_column_names_survive() -> None:
    mapping = FeedMapping(
        fields={
            "id": FieldRule(columns=('a "quoted" one',)),
            "title": FieldRule(columns=("标题",)),
            "price": FieldRule(columns=("p\tq",), values={"x y": "1"}),
        },
        attributes={"颜色（主）": AttributeRule(kind=AttributeKind.TEXT), "a.b": AttributeRule(decode="list")},
    )
    assert parse_mapping(mapping_text(mapping)) == mapping
