"""log P(message | reading): which of the ways to read a message was meant? A language model's voice; the catalogue has the last word.

    P(reading | message) ~ P(reading) * P(message | reading)

Each reading is told in plain words where it differs from the others, and the message is judged as what follows.
"""

import math
from collections.abc import Iterable, Mapping, Sequence

from daogou.ports import Attempt, Deadline, LanguageModel, log_likelihoods_after
from daogou.shop.need import MEASURE, PRICE, SUITS, Constraint, Operator, ShopperNeed
from daogou.text.prompts import line, searched_for

_LEAST = 0.05  # prior of the first reading, however many others there are
_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        PRICE: "price ",
        SUITS: "for ",
        Operator.AT_LEAST: "at least ",
        Operator.AT_MOST: "at most ",
        Operator.IS_NOT: "not ",
        "and": ", ",
    },
    "zh": {
        PRICE: "价格",
        SUITS: "适合",
        Operator.AT_LEAST: "至少",
        Operator.AT_MOST: "不超过",
        Operator.IS_NOT: "不要",
        "and": "，",
    },
}


class AsRead:
    """Takes the first reading, the rules' own."""

    def read(self, need: ShopperNeed) -> ShopperNeed:
        """The need as it is."""
        return need


AS_READ = AsRead()


class Meant(AsRead):
    """Chooses among a message's readings; where the model fails the first one stays."""

    def __init__(self, model: LanguageModel, *, attempt: Attempt, budget_s: float = 3.0) -> None:
        self.model = model
        self.attempt = attempt
        self.budget_s = budget_s

    def read(self, need: ShopperNeed) -> ShopperNeed:
        """The need in its likeliest reading."""
        readings = [need, *(need.read_as(other) for other in need.alternatives)]
        if len(readings) == 1 or not need.typed.strip():
            return need
        priors = [one.prior for one in need.alternatives]
        logs = self.logs(readings, need)
        if logs is None:
            return need
        scores = [
            math.log(prior) + log for prior, log in zip((max(_LEAST, 1 - sum(priors)), *priors), logs, strict=True)
        ]
        return readings[scores.index(max(scores))]

    def logs(self, readings: Sequence[ShopperNeed], need: ShopperNeed) -> list[float] | None:
        """log P(message | reading) in nats, for each; None where the model gives no number for each."""
        moved = {wish for other in need.alternatives for wish in (*other.instead_of, *other.constraints)}
        prompts = [_prompt(one, [wish for wish in one.constraints if wish in moved]) for one in readings]
        deadline = Deadline.within(self.budget_s)
        typed = f" {line(need.typed)}"
        found, _ = self.attempt(
            lambda: [one.total for one in log_likelihoods_after(self.model, prompts, typed, deadline=deadline)],
            deadline,
        )
        return found


def _prompt(need: ShopperNeed, differing: Iterable[Constraint]) -> str:
    words = _WORDS[need.language]
    told = (_told(wish, words) for wish in differing)
    return searched_for(words["and"].join([need.query, *told]), need.language)


def _told(wish: Constraint, words: Mapping[str, str]) -> str:
    """A wish in plain words: "price at least 10", "at least 10 cups", "for 5 kg"."""
    what = wish.attribute if wish.attribute in (PRICE, MEASURE) else f"{wish.attribute} "
    before = words.get(wish.aspect, "") + words.get(what, "" if what == MEASURE else what)
    return f"{before}{words.get(wish.operator, '')}{' / '.join(wish.texts)} {wish.unit or ''}".strip()
