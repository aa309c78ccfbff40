"""What the message bears out of a model's reading: the words that were said, and those that the rules have used."""

from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz, process

from daogou.ask.model_schema import numbers_in
from daogou.ask.phrases import keys_of
from daogou.shop.need import ShopperNeed

_NEAR = 80.0  # of 100: one slip in five letters


class SaidWords:
    """The newest message, held against what a model says of it; `need` is what the rules made of it."""

    def __init__(self, message: str, need: ShopperNeed) -> None:
        self.numbers = numbers_in(message)
        self._keys = keys_of(message)
        self._words = message.split()
        self._used = {key for text in _used(need) for key in keys_of(text)}

    def said(self, text: str) -> bool:
        """Whether these words stand in the message, in this order."""
        return _within(keys_of(text), self._keys)

    def used(self, text: str) -> bool:
        """Whether the rules made something of all of these words already."""
        return set(keys_of(text)) <= self._used

    def first_said(self, *texts: str) -> str:
        """The first of these that was said, else the word that was said with a slip; "" for none."""
        return next((text for text in texts if self.said(text)), "") or self._nearly_said(texts)

    def _nearly_said(self, texts: Sequence[str]) -> str:
        near = (
            process.extractOne(text.casefold(), self._words, scorer=fuzz.ratio, score_cutoff=_NEAR) for text in texts
        )
        return next((found[0] for found in near if found), "")


def _used(need: ShopperNeed) -> Iterator[str]:
    """The shopper's words behind a wish; what a kind is called aside, which may be a value's name as well."""
    yield from (constraint.said for constraint in need.constraints)
    yield from (need.purpose, need.recipient, need.sort.said if need.sort else "", *need.unsold)


def _within(few: Sequence[str], many: Sequence[str]) -> bool:
    return bool(few) and any(tuple(many[at : at + len(few)]) == tuple(few) for at in range(len(many) - len(few) + 1))
