"""The sequence model as one further expert: learnt anew for each part of a log that experts are fitted to."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from daogou.learn.experts import Goods
from daogou.learn.sequence import train_sequence
from daogou.learn.sequence_settings import SequenceSettings
from daogou.learn.traces import Traces
from daogou.recommend.sequence import SequenceModel, load
from daogou.store.progress import Progress, silent


@dataclass(frozen=True, kw_only=True)
class SequenceExpert:
    """Call it with traces; a run that was killed goes on where the folder's checkpoints end."""

    goods: Goods
    folder: Path
    settings: SequenceSettings = field(default_factory=SequenceSettings)
    seed: int = 0
    on_progress: Progress = silent

    def __call__(self, traces: Traces) -> SequenceModel:
        """Trained on those traces, in a subfolder named after what they are."""
        vectors = np.hstack(list(self.goods.vectors.values())) if self.goods.vectors else None
        name = f"{traces.n_visits}-{int(traces.row.sum())}-{self.seed}"
        made = train_sequence(
            traces,
            vectors,
            self.folder / name,
            reads=tuple(self.goods.vectors),
            settings=self.settings,
            seed=self.seed,
            on_progress=self.on_progress,
        )
        return load(made)
