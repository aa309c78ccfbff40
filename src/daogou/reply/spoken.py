"""A response as the one line that P(r | q) judges: its text and what the first of its shelf say."""

from datetime import datetime

from daogou.reply.gather import TITLE, gather
from daogou.shop.conversation import Recommendation, Response
from daogou.shop.need import PRICE
from daogou.text.prompts import MOST_ITEMS, spoken


def spoken_form(response: Response, *, language: str, at: datetime) -> str:
    """The text, then title, price and first reason of the first products."""
    items = [_item(one, language, at) for one in response.recommendations[:MOST_ITEMS]]
    return spoken(response.text, items)


def _item(shown: Recommendation, language: str, at: datetime) -> tuple[str, str, str]:
    title = gather(shown.product, TITLE, at=at, language=language)
    price = gather(shown.product, PRICE, at=at, language=language)
    return title[0].printed, price[0].printed if price else "", shown.reasons[0].text if shown.reasons else ""
