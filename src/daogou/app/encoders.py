"""Which encoders a shop gets: those that the settings name, or those that its catalogue's language wants."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import ModuleType

from daogou.catalog.products.product import Product
from daogou.encoders import minilm, use
from daogou.encoders.lsa import Lsa
from daogou.errors import ShopError
from daogou.index.building import Encoders
from daogou.index.languages import reads_english
from daogou.ports import Encoder
from daogou.settings import AUTO, Settings

# What stands in an installed package: how to make it, and where it says how to install it.
_PACKAGED: Mapping[str, tuple[Callable[[Settings], Encoder], ModuleType]] = {
    "minilm": (lambda settings: minilm.MiniLM(threads=settings.threads), minilm),
    "use": (lambda settings: use.Use(), use),
}


@dataclass(frozen=True, kw_only=True)
class ShopEncoders:
    """The encoders of a load, and what is missing, with the command that installs it."""

    encoders: Encoders
    warnings: tuple[str, ...] = ()


def shop_encoders(settings: Settings, products: Iterable[Product]) -> ShopEncoders:
    """Those that the settings name; "auto": what these products' language wants, else LSA, which needs no package.

    LSA beside another one cost more than it brought, in both languages (docs/experiments.md).
    """
    automatic = settings.encoders == (AUTO,)
    names = _wanted(products) if automatic else settings.encoders
    ready = [encoder for name in names if (encoder := packaged(name, settings))]
    learns = "lsa" in names or (automatic and not ready)
    return ShopEncoders(
        encoders=Encoders(ready=ready, makers={"lsa": Lsa.learn} if learns else {}),
        warnings=tuple(missing(name) for name in names if name in _PACKAGED and not _here(name)),
    )


def packaged(name: str, settings: Settings) -> Encoder | None:
    """The encoder of that name, None where it isn't installed or comes in no package."""
    return _PACKAGED[name][0](settings) if name in _PACKAGED and _here(name) else None


def missing(name: str) -> str:
    """One sentence: what to do about an encoder that isn't here."""
    if name not in _PACKAGED:
        raise ShopError(f"the index was made with the encoder '{name}', which is not known here; load the feed again")
    return f"the encoder '{name}' is not installed, so the guide goes on without it; run: {_PACKAGED[name][1].INSTALL}"


def _here(name: str) -> bool:
    return bool(_PACKAGED[name][1].available())


def _wanted(products: Iterable[Product]) -> tuple[str, ...]:
    """A question in another language than the catalogue's needs the multilingual one everywhere."""
    return ("minilm", "use") if reads_english(products) else ("use",)
