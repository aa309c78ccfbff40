"""The words for whether a thing can be had."""

from decimal import Decimal

from daogou.shop.product import Availability
from daogou.store.feed.record import Scalar
from daogou.text.normalize import normalize

_WORDS = {
    Availability.IN_STOCK: (
        "instock available yes true y onlineonly instoreonly limitedavailability lowstock onsale active buynow "
        "现货 有货 有库存 在售 有 是 充足 库存充足 可售 上架 热卖 库存紧张"
    ),
    Availability.OUT_OF_STOCK: (
        "outofstock soldout unavailable notavailable no false n discontinued inactive "
        "缺货 无货 售罄 已售罄 售完 无 否 下架 已下架 无库存 停售 断货"
    ),
    Availability.PREORDER: "preorder presale comingsoon 预售 预订 预定 预购 即将上市",
    Availability.BACKORDER: "backorder backordered availablefororder onorder reserved 补货中 可订货 需订货 到货通知",
}
_BY_WORD = {word: availability for availability, words in _WORDS.items() for word in words.split()}


def availability_of(value: Scalar) -> Availability | None:
    """By word, by schema.org address, by true or false, or by the number in stock; None where it says neither."""
    if isinstance(value, bool):
        return Availability.IN_STOCK if value else Availability.OUT_OF_STOCK
    if isinstance(value, Decimal):
        return _by_number(value)
    if not isinstance(value, str):
        return None
    text = normalize(value).casefold().rsplit("schema.org/", 1)[-1]
    if text.lstrip("-").replace(".", "", 1).isdigit() and text.isascii():
        return _by_number(Decimal(text))
    return _BY_WORD.get("".join(c for c in text if c.isalnum()))


def _by_number(number: Decimal) -> Availability | None:
    if not number.is_finite():
        return None
    return Availability.IN_STOCK if number > 0 else Availability.OUT_OF_STOCK
