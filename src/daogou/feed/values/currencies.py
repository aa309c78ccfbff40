"""ISO 4217 currencies, and the signs and words that stand for them."""

from decimal import Decimal

from daogou.feed.values.vocabulary import table, words


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


CURRENCIES = _codes(
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF "
    "CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG "
    "HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA "
    "MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD "
    "RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX "
    "USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG"
)

_WITHOUT_CENTS = _codes("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF")
_WITH_THOUSANDTHS = _codes("BHD IQD JOD KWD LYD OMR TND")


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
