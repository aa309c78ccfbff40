"""log P(q | product): how likely would whoever wants this product say that? A language model's voice in the order.

Query likelihood (Ponte & Croft, 1998), by a causal language model instead of word counts: of the products that lead the list, each is
read as one line, and the shopper's words are judged as what follows. Added to the other scores it is the P(q | item) of
P(item | q, u) ~ P(q | item) P(item | u).
"""

from collections.abc import Sequence

from daogou.ports import Attempt, Deadline, LanguageModel, log_likelihoods
from daogou.shop.need import ShopperNeed
from daogou.shop.product import Product
from daogou.text.product_line import product_line
from daogou.text.prompts import Task, asked_for, continuation, prompt_for

WEIGHT = 0.06  # of the fit, for a nat: as much as for a nat of the recommender's
TOP = 20  # products that are read for one answer: each is a prompt of its own


class Likelihood:
    """Scores the head of a list within a budget; where the model fails it says nothing, and the order stays."""

    def __init__(
        self, model: LanguageModel, *, attempt: Attempt, weight: float = WEIGHT, top: int = TOP, budget_s: float = 0.2
    ) -> None:
        self.model = model
        self.attempt = attempt
        self.weight = weight  # of the fit, that one nat is worth
        self.top = top
        self.budget_s = budget_s

    def points(self, leading: Sequence[Product], need: ShopperNeed) -> dict[str, float]:
        """Product id -> what it adds to the fit above the least likely of the `top` first; empty where there are no words or no judgement.

        From zero up: a product that is too far down to be read must not overtake one that was.
        """
        head = leading[: self.top]
        if len(head) < 2 or not need.query.strip():
            return {}
        deadline = Deadline.within(self.budget_s)
        logs, _ = self.attempt(lambda: query_likelihoods(self.model, head, need, deadline), deadline)
        if logs is None:
            return {}
        least = min(logs)
        return {product.id: self.weight * (log - least) for product, log in zip(head, logs, strict=True)}


def query_likelihoods(
    model: LanguageModel, products: Sequence[Product], need: ShopperNeed, deadline: Deadline
) -> list[float]:
    """log P(q | product) in nats, for each; BackendError where the model gives no number."""
    words = continuation(need.query)
    logs = []
    for product in products:
        form = asked_for(product_line(product, need.language))
        prompt = prompt_for(Task.ASK, form, instructed=model.instructed, language=need.language)
        [judged] = log_likelihoods(model, prompt, [words], deadline=deadline)
        logs.append(judged.total)
    return logs
