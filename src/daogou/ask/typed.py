"""The shopper's own words, unread and uncleaned: what a language model is to judge is what was really said."""

from dataclasses import replace

from daogou.shop.need import Act, ShopperNeed


def with_typed(need: ShopperNeed, message: str, before: ShopperNeed | None) -> ShopperNeed:
    """The need with the messages that it came about by: a new one begins with this message, a refined one has it added."""
    if need.others or need.act not in (Act.FIND, Act.REFINE):
        return need
    earlier = before.typed if before is not None and need.act is Act.REFINE else ""
    return replace(need, typed=f"{earlier} {message}".strip())
