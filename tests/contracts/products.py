"""Small products with planted facts."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from daogou.catalog.products.product import (
    Attribute,
    AttributeValue,
    Availability,
    Money,
    Offer,
    Product,
    Rating,
    Translation,
)

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def offer(amount: str, currency: str = "EUR", **more: object) -> Offer:
    return Offer(price=Money(amount=Decimal(amount), currency=currency), **more)  # type: ignore[arg-type]


def product(product_id: str, title: str, amount: str = "10", /, **more: object) -> Product:
    fields: dict[str, object] = {"offers": (offer(amount),)} | more
    return Product(id=product_id, title=title, **fields)  # type: ignore[arg-type]


def fact(name: str, value: AttributeValue | int | float, unit: str | None = None) -> Attribute:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return Attribute(name=name, value=Decimal(str(value)) if number else value, unit=unit, source=f"column {name}")


LAPTOP = product(
    "laptop",
    "HP Pavilion 15 Notebook, 16 GB",
    "700.00",
    brand="HP",
    product_type="laptop",
    description="A light notebook with Dolby Atmos.",
    category=("Computers", "Notebooks"),
    highlights=("Dolby Atmos sound",),
    attributes=(fact("memory", 16, "GB"), fact("colour", "Silver"), fact("bluetooth", True)),
    rating=Rating(value=Decimal("4.5"), count=12),
    translations={"zh": Translation(title="惠普 15寸 笔记本电脑", description="轻薄")},
)
BAG = product(
    "bag",
    "Notebook bag for HP laptops",
    "29.90",
    brand="Tucano",
    product_type="laptop_bag",
    attributes=(fact("colour", "Black"), fact("colour", "Red"), fact("weight", "0.4", "kg")),
)
MOUSE = product(
    "mouse",
    "Wireless mouse",
    "19.99",
    brand="HP",
    product_type="mouse",
    attributes=(fact("colour", "black"), fact("bluetooth", False), fact("dpi", "1600.50")),
)
CREAM = product(
    "cream",
    "雅诗兰黛 保湿面霜 50ml",
    language="zh",
    brand="雅诗兰黛",
    product_type="面霜",
    attributes=(fact("volume", 50, "ml"),),
    offers=(offer("520", "CNY", availability=Availability.OUT_OF_STOCK),),
)
SPEAKER = product(
    "speaker",
    "Outdoor speaker",
    brand="Wobble",
    product_type="speaker",
    offers=(
        offer(
            "80",
            sale_price=Money(amount=Decimal("60"), currency="EUR"),
            price_valid_from=NOW - timedelta(days=1),
            price_valid_until=NOW,
            condition="used",
        ),
    ),
)
JEWEL = product("jewel", "Signet ring", offers=(), unpriced=Availability.BACKORDER)
CHAIN = product(
    "chain",
    "Silver chain",
    offers=(
        Offer(
            price=Money(amount=Decimal("199"), currency="EUR", lowest=True),
            sale_price=Money(amount=Decimal("149"), currency="EUR", lowest=True),
        ),
    ),
)
SHOP = (LAPTOP, BAG, MOUSE, CREAM, SPEAKER)
