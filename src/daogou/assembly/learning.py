"""What training reads from shops, and where what it made goes."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from daogou.assembly.opening import open_shop
from daogou.shop.product import Product

CHINESE = 0.5  # share of products with a Chinese title from which on a shop is talked about in Chinese


def products_of(folders: Sequence[Path]) -> dict[str, list[Product]]:
    """The products of each shop folder, by the folder's name; ShopError where there is none."""
    found: dict[str, list[Product]] = {}
    for folder in folders:
        with open_shop(folder) as shop:
            found[folder.resolve().name] = list(shop.catalogue.products())
    return found


def languages_of(shops: Mapping[str, Sequence[Product]]) -> dict[str, tuple[str, ...]]:
    """In which languages the products of each shop have titles: those it is talked about in."""
    return {
        name: tuple(language for language in ("en", "zh") if _spoken(products, language)) or ("en",)
        for name, products in shops.items()
    }


def _spoken(products: Sequence[Product], language: str) -> bool:
    titled = sum(1 for product in products if product.language == language or language in product.translations)
    return titled >= CHINESE * len(products)
