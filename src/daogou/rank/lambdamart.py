"""LambdaMART (Burges, 2010): gradient-boosted trees (LightGBM, MIT) that go on from the fixed blend."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from daogou.errors import ShopError
from daogou.rank.ranker import FEATURES, Features

MODEL = "ranker.txt"


class LambdaMart:
    """The trees of a folder that `daogou learn ranker` wrote."""

    def __init__(self, folder: Path, *, name: str) -> None:
        import lightgbm

        try:
            self._trees = lightgbm.Booster(model_file=str(folder / MODEL))
        except lightgbm.basic.LightGBMError as error:
            raise ShopError(f"{folder / MODEL} is damaged ({error}); run: daogou learn ranker, or roll back") from error
        if tuple(self._trees.feature_name()) != FEATURES:
            raise ShopError(f"{folder / MODEL} was learnt by another Daogou; run: daogou learn ranker")
        self._name = name

    @property
    def name(self) -> str:
        """What `ranked_by` calls it."""
        return self._name

    def corrections(self, features: Features) -> npt.NDArray[np.float64]:
        """(n_candidates,) points to add to the blend."""
        if not len(features):
            return np.zeros(0)
        return np.asarray(self._trees.predict(features, num_threads=1), dtype=np.float64)
