"""ISO 4217 currencies, and the signs and words that stand for them."""

from decimal import Decimal

from daogou.feed.values.vocabulary import table, words

CURRENCIES = frozenset(table()["currency_codes"]["all"].split())
_WITHOUT_CENTS = frozenset(table()["currency_codes"]["without_cents"].split())
_WITH_THOUSANDTHS = frozenset(table()["currency_codes"]["with_thousandths"].split())


def currency_of(sign: str, *, default: str = "") -> str | None:
    """The currency a code, sign or word stands for; None where nobody uses it. `default` decides between dollars."""
    sign = sign.strip()
    folded = sign.casefold()
    if sign in CURRENCIES or folded in words("price.codes"):
        return "CNY" if folded == "rmb" else folded.upper()
    meant = table()["currencies"].get(folded, table()["currencies"].get(folded.rstrip("."), "")).split()
    if not meant:
        return None
    return default if default in meant else str(meant[0])


def minor_units(currency: str) -> Decimal:
    """How many of its smallest coin make one: 100 cents, 1 yen, 1000 fils."""
    return Decimal(1 if currency in _WITHOUT_CENTS else 1000 if currency in _WITH_THOUSANDTHS else 100)


def in_minor_units(amount: Decimal, currency: str) -> Decimal:
    """With the currency's own decimals: 30 EUR is 30.00; an amount that is finer than that keeps its digits."""
    rounded = amount.quantize(1 / minor_units(currency))
    return rounded if rounded == amount else amount.normalize()
