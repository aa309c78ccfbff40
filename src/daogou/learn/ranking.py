"""`daogou learn ranker`: LambdaMART over the fixed blend, held to a cross-validation against it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from daogou.rank.ranker import FEATURES, Features
from daogou.trial.bootstrap import Gain, paired_gain

FOLDS = 5
K = 10
ROUNDS = 60
GRADES = 4  # labels 0 to 3
PARAMETERS = {
    "objective": "lambdarank",
    "learning_rate": 0.05,
    "num_leaves": 7,
    "min_data_in_leaf": 20,
    "lambda_l2": 5.0,
    "lambdarank_truncation_level": 20,
    "label_gain": [2**grade - 1 for grade in range(GRADES)],
    "verbose": -1,
    "num_threads": 2,
    "deterministic": True,
    "force_row_wise": True,
}


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One query's candidates, best of the blend first, and how good each was found."""

    features: Features  # (n, len(FEATURES))
    grades: npt.NDArray[np.int32]  # (n,) 0 to 3
    positions: npt.NDArray[np.int32] | None = (
        None  # (n,) where each was shown, from 0; None: a person judged, not a click
    )

    @property
    def blend(self) -> npt.NDArray[np.float64]:
        """(n,) what the fixed blend says."""
        return self.features[:, FEATURES.index("blend")].astype(np.float64)


@dataclass(frozen=True, kw_only=True)
class Report:
    """The blend against the blend with corrections, on queries that the corrections were not learnt from."""

    queries: int
    blend: float  # mean NDCG@10
    corrected: float
    gain: Gain


def cross_validated(judged: Sequence[Judged], *, seed: int = 0) -> Report:
    """Whole queries are left out."""
    fold_of = np.random.default_rng(seed).permutation(len(judged)) % FOLDS
    before, after = np.zeros(len(judged)), np.zeros(len(judged))
    for fold in range(FOLDS):
        trees = fit([one for one, own in zip(judged, fold_of, strict=True) if own != fold], seed=seed)
        for number in np.flatnonzero(fold_of == fold).tolist():
            one = judged[number]
            before[number] = _ndcg(one.blend, one.grades)
            after[number] = _ndcg(one.blend + trees.predict(one.features), one.grades)
    return Report(
        queries=len(judged),
        blend=float(before.mean()) if len(judged) else 0.0,
        corrected=float(after.mean()) if len(judged) else 0.0,
        gain=paired_gain(before.tolist(), after.tolist(), seed=seed),
    )


def fit(judged: Sequence[Judged], *, seed: int = 0) -> Any:
    """A lightgbm.Booster of corrections; where clicks tell, the place at which a product was shown is taken out of them.

    Position bias as in unbiased LambdaMART (Hu et al. 2019), in the form that LightGBM has it.
    """
    import lightgbm

    rows = np.concatenate([one.features for one in judged])
    places = [one.positions for one in judged if one.positions is not None]
    data = lightgbm.Dataset(
        rows,
        label=np.concatenate([one.grades for one in judged]),
        group=[len(one.grades) for one in judged],
        init_score=np.concatenate([one.blend for one in judged]),
        feature_name=list(FEATURES),
        free_raw_data=False,
        params={"verbose": -1},
        position=np.concatenate(places) if len(places) == len(judged) else None,
    )
    return lightgbm.train(PARAMETERS | {"seed": seed}, data, num_boost_round=ROUNDS)


def _ndcg(scores: npt.NDArray[np.float64], grades: npt.NDArray[np.int32]) -> float:
    discounts = 1 / np.log2(np.arange(2, K + 2))
    gains = 2.0**grades - 1
    best = np.sort(gains)[::-1][:K]
    found = gains[np.argsort(-scores, kind="stable")][:K]
    ideal = float(best @ discounts[: len(best)])
    return float(found @ discounts[: len(found)]) / ideal if ideal else 0.0
