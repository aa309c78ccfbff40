"""log P(q | product): how likely would whoever wants this product say that? A language model's voice in the order.

Query likelihood (Ponte & Croft, 1998), by a causal language model instead of word counts: of the products that lead the list, each is
read as one line, and the shopper's words are judged as what follows. Added to the other scores it is the P(q | item) of
P(item | q, u) ~ P(q | item) P(item | u).

All of the products that lead are judged, or none: how many is a matter of how long the question is, never of the clock, so the same
question gets the same order on a fast machine and on a slow one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from daogou.catalog.products.need import ShopperNeed
from daogou.catalog.products.product import Product
from daogou.ports import Ability, Attempt, Deadline, LanguageModel, log_likelihoods_after
from daogou.rank.fit import Fit
from daogou.text.prompts import Task, asked_for, continuation, line, product_line, prompt_for, searched_for


class Form(Protocol):
    """The prompt of P(q | product), and how the shopper's words follow it."""

    def prompt(self, product: Product, language: str, *, instructed: bool) -> str:
        """Up to where the shopper's words begin."""
        ...

    def continuation(self, words: str) -> str:
        """The words as they follow."""
        ...


@dataclass(frozen=True)
class Taught:
    """The form that the builtin model was taught, with the product's facts; a model that takes orders is told what to do."""

    def prompt(self, product: Product, language: str, *, instructed: bool) -> str:
        """The product's line, then "shopper:"."""
        form = asked_for(product_line(product, language))
        return prompt_for(Task.ASK, form, instructed=instructed, language=language)

    def continuation(self, words: str) -> str:
        """A line of its own."""
        return continuation(words)


@dataclass(frozen=True)
class Searched:
    """What a model has read of the world's shops: a title, and what was typed into their search boxes."""

    def prompt(self, product: Product, language: str, *, instructed: bool) -> str:
        """The title, then "Search query:"; in the title's own words nothing is to be explained to anybody."""
        return searched_for(product.title_in(language), language)

    def continuation(self, words: str) -> str:
        """Without the end of the line: how much a shopper has to say is not the product's doing."""
        return f" {line(words)}"


TAUGHT, SEARCHED = Taught(), Searched()


# By benchmarks/query_likelihood.py, on shops that nothing was tuned for (docs/experiments.md):
WEIGHT = 0.04  # of the fit, for a nat
READ: Sequence[tuple[int, int]] = ((10, 10), (16, 8), (32, 5), (64, 3))  # (most tokens of the question, products read)
AHEAD = 0.15  # of fit, the first before the second: every question whose first product a model changed for the better was closer
BYTES = 4  # of a token, about, where the model does not count them


class Silent:
    """No language model speaks in the order."""

    name = ""

    def points(self, leading: Sequence[Fit], need: ShopperNeed) -> dict[str, float]:
        """Nothing."""
        return {}


SILENT = Silent()


class Likelihood(Silent):
    """Scores the head of a list; where the model fails it says nothing, and the order stays."""

    def __init__(
        self,
        model: LanguageModel,
        *,
        attempt: Attempt,
        form: Form = SEARCHED,
        weight: float = WEIGHT,
        read: Sequence[tuple[int, int]] = READ,
        ahead: float = AHEAD,
        budget_s: float = 3.0,
    ) -> None:
        self.model, self.name = model, model.name
        self.attempt = attempt
        self.form = form
        self.weight = weight  # of the fit, that one nat is worth
        self.read = read
        self.ahead = ahead
        self.budget_s = budget_s  # a model that hangs is given up on; one that works is done long before

    def points(self, leading: Sequence[Fit], need: ShopperNeed) -> dict[str, float]:
        """Product id -> what it adds to the fit above the least likely of those that are read; empty where nothing is to be said.

        From zero up: a product that is too far down to be read must not overtake one that was.
        """
        words = need.typed.strip() or need.query.strip()
        if not words or need.codes or self._decided(leading):
            return {}
        head = leading[: self._most(words)]
        logs = self.logs([fit.product for fit in head], words, need.language) if len(head) > 1 else None
        if logs is None:
            return {}
        least = min(logs)
        return {fit.product.id: self.weight * (log - least) for fit, log in zip(head, logs, strict=True)}

    def logs(self, products: Sequence[Product], words: str, language: str) -> list[float] | None:
        """log P(words | product) in nats, for each; None where the model gives no number for each."""
        deadline = Deadline.within(self.budget_s)
        found, _ = self.attempt(lambda: self._judged(products, words, language, deadline), deadline)
        return found

    def _judged(self, products: Sequence[Product], words: str, language: str, deadline: Deadline) -> list[float]:
        prompts = [self.form.prompt(product, language, instructed=self.model.instructed) for product in products]
        judged = log_likelihoods_after(self.model, prompts, self.form.continuation(words), deadline=deadline)
        return [one.total for one in judged]

    def _decided(self, leading: Sequence[Fit]) -> bool:
        """Whether the first is so far ahead that nothing which the model could say would change it."""
        return len(leading) < 2 or leading[0].total - leading[1].total > self.ahead

    def _most(self, words: str) -> int:
        """How many products are read: fewer for a long question, none for one that is longer than any in the table."""
        tokens = self._tokens(words)
        return next((products for longest, products in self.read if tokens <= longest), 0)

    def _tokens(self, words: str) -> int:
        if Ability.COUNT in self.model.abilities:
            return self.model.count_tokens(words)
        return len(words.encode()) // BYTES + 1
