"""What each place in the shop asks the experts: instead of this, with this, after this."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from daogou.catalog.products.carousel import Place
from daogou.recommend.history import History
from daogou.recommend.knowledge import Knowledge
from daogou.recommend.mixture import MixedScores
from daogou.recommend.models.contract import Scores, probabilities

PAIR = 2  # shoppers who bought both, from which on it is no accident
OTHER_KIND = 0.25  # of a product of another kind where something is wanted instead
SAME_KIND = 0.3  # of one of the same kind where something is wanted beside
PERSONAL = 0.5  # of the shopper's own lift, where a product is what the rail is about
FILLED = 1e-3  # of what anybody would see: it fills a rail that nothing else speaks for
TOGETHER, OTHERWISE = "bought together", "popular"

Parts = dict[str, Scores]  # by voice: (n_items,) its share of the score


def scores_at(place: Place, knowledge: Knowledge, history: History, about: Sequence[int]) -> MixedScores:
    """What ranks there, and each model's part of it, at least 0; `about` are the rows of the product, the cart, the purchase."""
    if place is Place.HOME or not about:
        return knowledge.mixture.mixed(history) if history else knowledge.stranger
    found = _instead(knowledge, about) if place is Place.SIMILAR else _beside(knowledge, about)
    if not history:
        return MixedScores.of(found)
    bent = np.exp(PERSONAL * knowledge.lift(history))
    return MixedScores.of({name: part * bent for name, part in found.items()})


def _instead(knowledge: Knowledge, about: Sequence[int]) -> Parts:
    """What reads alike, and what the same shoppers looked at; then what is popular among its kind."""
    near = np.where(_of_their_kinds(knowledge, about), 1.0, OTHER_KIND).astype(np.float32)
    return {
        "alike": 0.6 * knowledge.alike(about) * near,
        "similar": 0.4 * knowledge.scores_of("similar", about) * near,
        OTHERWISE: FILLED * knowledge.stranger.total * (near == 1.0),
    }


def _beside(knowledge: Knowledge, about: Sequence[int]) -> Parts:
    """What was bought with them, and after them; where nobody bought anything, what everybody buys."""
    far = np.where(_of_their_kinds(knowledge, about), SAME_KIND, 1.0).astype(np.float32)
    return {
        TOGETHER: 0.7 * _bought_with(knowledge, about) * far,
        "next": 0.3 * knowledge.scores_of("next", about) * far,
        OTHERWISE: FILLED * knowledge.stranger.total * far,
    }


def _bought_with(knowledge: Knowledge, about: Sequence[int]) -> Scores:
    """n_ij / sqrt(n_i n_j), added up: what goes with little else counts more than what goes with everything."""
    found = np.zeros(len(knowledge.table), dtype=np.float32)
    for row in about:
        pairs = knowledge.together(row)
        found += np.where(pairs >= PAIR, pairs, 0.0) / np.sqrt(np.maximum(knowledge.buyers[row] * knowledge.buyers, 1))
    return probabilities(found)


def _of_their_kinds(knowledge: Knowledge, about: Sequence[int]) -> npt.NDArray[np.bool_]:
    return np.isin(knowledge.kinds, [kind for kind in knowledge.kinds[list(about)] if kind >= 0])
