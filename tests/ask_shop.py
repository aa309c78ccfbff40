"""A planted vocabulary and a talk with it, for the tests of understanding: electronics in euros, in two languages."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache

from hypothesis import settings

from daogou.ask.lexicon import Lexicon
from daogou.ask.understand import understand
from daogou.catalog.products.conversation import Session, Turn
from daogou.catalog.products.need import Constraint, Operator, ShopperNeed, Strength
from daogou.catalog.products.product import Attribute, Money, Offer, Product
from daogou.catalog.products.vocabulary import AttributeKind, AttributeProfile, Vocabulary

untimed = settings(deadline=None)  # the first Chinese word loads a dictionary
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def number(name: str, unit: str | None, low: str, high: str, **by_type: int) -> AttributeProfile:
    """A measured property."""
    return AttributeProfile(
        name=name,
        label=name.replace("_", " "),
        kind=AttributeKind.NUMBER,
        product_count=sum(by_type.values()),
        unit=unit,
        minimum=Decimal(low),
        maximum=Decimal(high),
        by_type={key.replace("_", " "): count for key, count in by_type.items()},
    )


def text(name: str, values: dict[str, int], **by_type: int) -> AttributeProfile:
    """A property in words."""
    return AttributeProfile(
        name=name,
        label=name.replace("_", " "),
        kind=AttributeKind.TEXT,
        product_count=sum(by_type.values()),
        values=values,
        by_type={key.replace("_", " "): count for key, count in by_type.items()},
    )


def yes_no(name: str, **by_type: int) -> AttributeProfile:
    """A property that is there or not."""
    return replace(text(name, {}, **by_type), kind=AttributeKind.BOOL)


VOCABULARY = Vocabulary(
    types={
        "laptop": 300,
        "tablet": 80,
        "desktop computer": 60,
        "laptop bag": 50,
        "printer": 90,
        "laser printer": 40,
        "toner cartridge": 120,
        "monitor": 70,
        "usb flash drive": 30,
        "network cable": 40,
        "headphones": 60,
        "camera": 20,
        "memory module": 25,
        "smartphone": 40,
        "garden gnome": 3,
    },
    brands={"HP": 200, "DELL": 150, "Lenovo": 100, "Canon": 40, "Brother": 60, "Acme/艾克米": 10},
    attributes={
        profile.name: profile
        for profile in (
            number("memory", "GB", "1", "64", laptop=290, desktop_computer=58, tablet=70, memory_module=25),
            number("storage", "GB", "16", "4000", laptop=280, desktop_computer=55, usb_flash_drive=30, tablet=75),
            number("screen_size", "in", "7", "34", laptop=295, tablet=78, monitor=70),
            number("weight", "g", "5", "30000", laptop=280, tablet=70, printer=80, monitor=60),
            number("width", "mm", "20", "900", laptop=150, monitor=65, printer=70),
            number("cable_length", "m", "0.5", "50", network_cable=40),
            number("length", "mm", "5", "3000", printer=60),
            number("usb_ports", None, "1", "8", laptop=200),
            text(
                "colour", {"black": 300, "red": 30, "blue": 40, "silver": 80}, laptop=280, laptop_bag=48, headphones=55
            ),
            text("series", {"gaming laptop": 9, "turbo print": 7}, laptop=20),
            yes_no("bluetooth", laptop=250, headphones=10),
            yes_no("touchscreen", laptop=260, tablet=80),
        )
    },
    words={
        "laptop": 280,
        "waterproof": 12,
        "gaming": 30,
        "leather": 9,
        "noise": 8,
        "cancelling": 8,
        "wheel": 5,
        "wheels": 5,
        "bluetooth": 50,
        "gnome": 3,
        "tn-2110": 2,
        "无线": 6,
        "防水": 4,
    },
    currency="EUR",
    languages=("en", "zh"),
    product_count=1000,
)


@cache
def lexicon() -> Lexicon:
    """The lexicon of the planted shop, made once."""
    return Lexicon.of(VOCABULARY)


def product(product_id: str, title: str, price: str, brand: str, *attributes: Attribute) -> Product:
    """A product in euros."""
    offer = Offer(price=Money(amount=Decimal(price), currency="EUR"))
    return Product(id=product_id, title=title, brand=brand, offers=(offer,), attributes=attributes)


def grams(value: int) -> Attribute:
    """A weight."""
    return Attribute(name="weight", value=Decimal(value), unit="g")


SHOWN = (
    product("a", "HP Pavilion 15 black", "500", "HP", grams(2000), Attribute(name="colour", value="black")),
    product("b", "Lenovo ThinkPad", "700", "Lenovo", grams(1500), Attribute(name="colour", value="silver")),
    product("c", "DELL XPS touch", "1200", "DELL", grams(1000)),
)


def talk(*messages: str, shown: tuple[Product, ...] = SHOWN, locale: str = "") -> ShopperNeed:
    """The need after a talk in which every answer shows the same products."""
    session = Session(session_id="s")
    for message in messages:
        seen = shown if session.turns else ()
        need = understand(message, session, lexicon=lexicon(), shown=seen, locale=locale)
        turn = Turn(
            turn_id=str(len(session.turns)),
            message=message,
            need=need,
            text="",
            shown=tuple(product.id for product in shown),
            at=NOON,
        )
        session = replace(session, turns=(*session.turns, turn))
    return need


def asked(*messages: str) -> list[str]:
    """The constraints after a talk, each in short: "price at_most 800 EUR"."""
    return [short(constraint) for constraint in talk(*messages).constraints]


def short(constraint: Constraint) -> str:
    """A constraint in one line; a wish ends in a question mark."""
    value = constraint.value
    if isinstance(value, Decimal):
        value = f"{value.normalize():f}"
    elif isinstance(value, tuple):
        value = value[0] if constraint.attribute == "text" else "|".join(value)
    words = [constraint.attribute, constraint.operator.value, str(value), constraint.unit or ""]
    return " ".join(word for word in words if word) + ("?" if constraint.strength is Strength.PREFER else "")


__all__ = ["SHOWN", "VOCABULARY", "Operator", "asked", "lexicon", "short", "talk", "untimed"]
