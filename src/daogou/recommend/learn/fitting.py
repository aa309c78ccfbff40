"""Every expert of the mixture, fitted to one log."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import linalg, sparse
from scipy.optimize import minimize

from daogou.recommend.history import ItemTable
from daogou.recommend.learn.interactions import Interactions
from daogou.recommend.models.items import ALIKE, NEXT, Factors, Model, Neighbours, Scores, Vectors, alike, strongest
from daogou.recommend.models.tastes import POPULAR, PRICE, Popular, PopularInKind, Repeats, Taste, Traits, Uniform

LONGEST = 12  # visits back that a history is summed over: 0.6 ** 12 is 0.002
BACKWARD = 0.3  # what came before says so much of what comes next, against what came after


def histories(interactions: Interactions, decay: float) -> sparse.csr_matrix:
    """(n_visits, n_items) what the shopper had done before each visit; the visit before counts 1, older ones `decay` each."""
    visits = interactions.matrix()
    total = sparse.csr_matrix(visits.shape, dtype=np.float32)
    for lag in range(1, LONGEST + 1):
        total = total + decay ** (lag - 1) * (_earlier(interactions, lag) @ visits)
    return total.tocsr()


def shoppers(interactions: Interactions, decay: float) -> sparse.csr_matrix:
    """(n_shoppers, n_items) each shopper's whole history; the newest visit counts 1, older ones `decay` each."""
    count = int(interactions.shopper.max()) + 1 if len(interactions.shopper) else 0
    shares = np.power(decay, interactions.ago).astype(np.float32)
    gather = sparse.csr_matrix(
        (shares, (interactions.shopper_of, np.arange(interactions.n_visits))), (count, interactions.n_visits)
    )
    return (gather @ interactions.matrix()).tocsr()


def similar(interactions: Interactions, *, decay: float, most: int) -> sparse.csr_matrix:
    """(n_items, n_items) the cosine of who wanted them (Sarwar et al. 2001), newest visits first; each row's `most`."""
    hands = shoppers(interactions, decay)
    lengths = np.sqrt(np.asarray(hands.multiply(hands).sum(axis=0)).ravel())
    scaled = hands @ sparse.diags(1 / np.maximum(lengths, 1e-9))
    return strongest(_without_itself(scaled.T @ scaled), most)


def transitions(interactions: Interactions, *, decay: float, most: int) -> sparse.csr_matrix:
    """(n_items, n_items) how often the column's product came after the row's, a visit later 1, two later `decay` ...

    Raw counts: a pair that was seen ten times says more than one that was seen once, and a row's sum says how much is
    known of its product. A long basket counts as much as the root of its length.
    """
    after = histories(interactions, decay).T @ wanted(interactions)
    return strongest(after + BACKWARD * after.T, most)


def wanted(interactions: Interactions) -> sparse.csr_matrix:
    """(n_visits, n_items) each visit's products, together the root of their number."""
    visits = interactions.matrix()
    sizes = np.maximum(np.diff(visits.indptr), 1)
    return sparse.diags(1 / np.sqrt(sizes)) @ visits


def bought_together(interactions: Interactions, *, most: int) -> sparse.csr_matrix:
    """(n_items, n_items) how many different shoppers bought both in one visit; float32, whole numbers."""
    return strongest(_shoppers_with_both(interactions, interactions.purchases()), most)


def chosen_by_the_same(interactions: Interactions, *, most: int) -> sparse.csr_matrix:
    """(n_items, n_items) how many different shoppers wanted both, whenever; float32, whole numbers."""
    hands = shoppers(interactions, 1.0)
    hands.data[:] = 1.0
    return strongest(_without_itself(hands.T @ hands), most)


def _shoppers_with_both(interactions: Interactions, visits: sparse.csr_matrix) -> sparse.csr_matrix:
    """Pairs of one visit, each shopper once: products are paired inside a visit, then (shopper, pair) made unique."""
    sizes = np.diff(visits.indptr)
    pairs: list[np.ndarray] = []
    for visit in np.flatnonzero(sizes > 1):
        items = visits.indices[visits.indptr[visit] : visits.indptr[visit + 1]].astype(np.int64)
        left, right = np.repeat(items, len(items)), np.tile(items, len(items))
        codes = (interactions.shopper_of[visit] * interactions.n_items + left) * interactions.n_items + right
        pairs.append(codes[left != right])
    unique = np.unique(np.concatenate(pairs)) if pairs else np.zeros(0, dtype=np.int64)
    both = unique % (interactions.n_items**2)
    ones = np.ones(len(both), dtype=np.float32)
    shape = (interactions.n_items, interactions.n_items)
    return sparse.csr_matrix((ones, (both // interactions.n_items, both % interactions.n_items)), shape=shape)


def _earlier(interactions: Interactions, lag: int) -> sparse.csr_matrix:
    """(n_visits, n_visits) 1 where the column's visit is the same shopper's, `lag` visits before the row's."""
    later = np.arange(lag, interactions.n_visits)
    later = later[interactions.shopper_of[later] == interactions.shopper_of[later - lag]]
    ones = np.ones(len(later), dtype=np.float32)
    return sparse.csr_matrix((ones, (later, later - lag)), shape=(interactions.n_visits, interactions.n_visits))


def _without_itself(weights: sparse.csr_matrix) -> sparse.csr_matrix:
    weights = weights.tolil() if weights.shape[0] < 2 else weights
    return (weights - sparse.diags(weights.diagonal())).tocsr()


MOST_ITEMS = 6_000  # a dense solve of that many rows takes some seconds; beyond that transitions speak alone
GRAM_RIDGE = 10.0
N_FACTORS = 64
ITERATIONS = 15
ALPHA = 10.0
REGULARIZATION = 1.0  # of the factors; alternating least squares is implicit's (MIT)
DECAY = 0.8


def ridge(interactions: Interactions, *, decay: float, most: int) -> sparse.csr_matrix:
    """(n_items, n_items) B of argmin |Y - X B|^2 + lambda |B|^2, X the histories, Y the visits after them.

    The item-to-item regression of session-based recommendation (SLIST: Choi et al. 2021), with recency in X.
    """
    before, after = histories(interactions, decay), wanted(interactions)
    gram = (before.T @ before).toarray() + np.float32(GRAM_RIDGE) * np.eye(interactions.n_items, dtype=np.float32)
    solved = linalg.solve(gram, (before.T @ after).toarray(), assume_a="pos", overwrite_a=True, overwrite_b=True)
    return strongest(sparse.csr_matrix(np.where(solved > solved.max() * 1e-4, solved, 0.0)), most)


def factorise(interactions: Interactions, *, seed: int = 0, n_factors: int = N_FACTORS) -> Factors:
    """Item factors of the shoppers' histories."""
    from implicit.als import AlternatingLeastSquares
    from threadpoolctl import threadpool_limits

    hands = shoppers(interactions, DECAY)
    with threadpool_limits(1, "blas"):  # its own threads fight with those of BLAS
        model = AlternatingLeastSquares(
            factors=min(n_factors, max(1, min(hands.shape) - 1)),
            alpha=ALPHA,
            regularization=REGULARIZATION,
            iterations=ITERATIONS,
            random_state=seed,
        )
        model.fit(hands, show_progress=False)
    return Factors(model.item_factors, ALPHA, REGULARIZATION, DECAY)


HALF_LIFE_DAYS = 30.0
MOST = 300  # neighbours of one product
HISTORY_DECAY = 0.6  # of what the shopper did a visit earlier
SIMILAR_DECAY = 0.7
TASTE_DECAY = 0.95  # tastes last
MakeModel: TypeAlias = Callable[[Interactions], Model]
Further: TypeAlias = Sequence[MakeModel]
LAG_DECAY = 0.5  # of a pair that is a visit farther apart


@dataclass(frozen=True, kw_only=True)
class ItemData:
    """What the models may know of the products themselves, row by row."""

    table: ItemTable
    kinds: Sequence[str] = ()  # (n_items,) product types
    vectors: Mapping[str, Vectors] = field(default_factory=dict)  # by encoder: (n_items, dimensions)
    traits: Traits | None = None


def fit_models(interactions: Interactions, item_data: ItemData, further: Further = ()) -> list[Model]:
    """All of them, and `further` ones made of the same traces; the first is what a stranger is shown."""
    counts = popularity(interactions)
    found: list[Model] = [Popular(counts), Uniform(interactions.n_items), Repeats(interactions.n_items, HISTORY_DECAY)]
    if len(set(item_data.kinds)) > 1:
        found.append(PopularInKind.of(counts, item_data.kinds, HISTORY_DECAY))
    found += [
        Neighbours("similar", similar(interactions, decay=SIMILAR_DECAY, most=MOST), SIMILAR_DECAY),
        Neighbours(NEXT, transitions(interactions, decay=LAG_DECAY, most=MOST), HISTORY_DECAY),
        factorise(interactions),
    ]
    if interactions.n_items <= MOST_ITEMS:
        found.append(Neighbours("ridge", ridge(interactions, decay=HISTORY_DECAY, most=MOST), HISTORY_DECAY))
    if item_data.traits is not None:
        found.append(taste(interactions, item_data.traits, counts, decay=TASTE_DECAY))
    found += [Neighbours(f"{ALIKE}{name}", alike(some), HISTORY_DECAY) for name, some in item_data.vectors.items()]
    return [*found, *(make(interactions) for make in further)]


def popularity(interactions: Interactions, half_life_days: float = HALF_LIFE_DAYS) -> Scores:
    """(n_items,) how strongly each was wanted, as of the newest visit; one half-life earlier counts half."""
    if not len(interactions.day):
        return np.zeros(interactions.n_items, dtype=np.float32)
    fresh = 0.5 ** ((interactions.day.max() - interactions.day) / half_life_days)
    return np.bincount(interactions.row, interactions.strength * fresh, minlength=interactions.n_items).astype(
        np.float32
    )


VISITS = 1_500  # that the weights are fitted on
OTHERS = 300  # products drawn for each, among which the chosen one must be found
RIDGE = 1e-3  # on the squared weights, for each visit


def taste(
    interactions: Interactions, traits: Traits, counts: npt.NDArray[np.float32], *, decay: float, seed: int = 0
) -> Taste:
    """Fitted to what returning shoppers wanted next."""
    names = [*traits.codes, PRICE, POPULAR]
    unfitted = Taste(traits, counts, dict.fromkeys(names, 1.0), decay)
    features = _features(interactions, unfitted, names, np.random.default_rng(seed))
    if not len(features):
        return unfitted
    found = minimize(_loss, np.ones(len(names)), args=(features,), jac=True, method="L-BFGS-B")
    return replace(unfitted, weights=dict(zip(names, map(float, found.x), strict=True)))


def _features(
    interactions: Interactions, unfitted: Taste, names: list[str], dice: np.random.Generator
) -> npt.NDArray[np.float64]:
    """(n_visits, 1 + OTHERS, n_features): what was chosen stands first."""
    returning = np.flatnonzero(np.append(False, interactions.shopper_of[1:] == interactions.shopper_of[:-1]))
    visits = dice.choice(returning, min(VISITS, len(returning)), replace=False)
    found = []
    for visit in visits:
        rows, shares = interactions.before(int(visit)).weights(unfitted.decay)
        told = unfitted.features(rows, shares)
        chosen = dice.choice(interactions.wanted(int(visit)))
        drawn = np.append(chosen, dice.integers(interactions.n_items, size=OTHERS))
        found.append(np.stack([told[name][drawn] for name in names], axis=1))
    return np.array(found, dtype=np.float64)


def _loss(weights: npt.NDArray[np.float64], features: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
    """Minus the mean log P(chosen), and its gradient."""
    logits = features @ weights  # (n_visits, 1 + OTHERS)
    logits -= logits.max(axis=1, keepdims=True)
    chances = np.exp(logits)
    chances /= chances.sum(axis=1, keepdims=True)
    loss = -np.log(np.maximum(chances[:, 0], 1e-300)).mean() + RIDGE * weights @ weights
    expected = np.einsum("vi,vif->vf", chances, features)
    gradient = (expected - features[:, 0]).mean(axis=0) + 2 * RIDGE * weights
    return float(loss), gradient
