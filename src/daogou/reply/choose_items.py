"""What the recommender says of a response: log P(items | shopper), the factor that joins behaviour to language."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from daogou.reply.publish import capital
from daogou.shop.conversation import Response

ItemPrior: TypeAlias = Callable[[Sequence[str]], float]  # of product ids, the mean


def no_prior(product_ids: Sequence[str]) -> float:
    """Nothing is known of what this shopper likes."""
    return 0.0


def shares_prior(log_shares: Callable[[Sequence[str]], Mapping[str, float]]) -> ItemPrior:
    """What the shopper is likely to want, as the recommender tells it: the mean over the products."""

    def prior(product_ids: Sequence[str]) -> float:
        logs = log_shares(product_ids).values()
        return sum(logs) / len(logs) if logs else 0.0

    return prior


def spoken_of(response: Response) -> list[str]:
    """The products that the text speaks of, in its order: the shelf is the same for every response of a turn."""
    shown = {(one.product.id, reason.text) for one in response.recommendations for reason in one.reasons}
    told = [claim.product_id for claim in response.claims if (claim.product_id, capital(claim.text)) not in shown]
    return list(dict.fromkeys(told or [one.product.id for one in response.recommendations]))
