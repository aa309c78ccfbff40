"""The sequence model as one further expert: learnt anew for each part of a log that experts are fitted to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from daogou.errors import MissingExtra, UserError
from daogou.progress import Progress, silent
from daogou.recommend.learn.fitting import ItemData
from daogou.recommend.learn.interactions import Interactions, Mask
from daogou.recommend.models.items import Vectors
from daogou.recommend.models.sequence import SequenceModel, load
from daogou_training.sequence.export import export_sequence, served
from daogou_training.sequence.loss import surprise_of, temperature_of
from daogou_training.sequence.network import SequenceSettings, Weights, new_weights
from daogou_training.sequence.training import Lesson, Run, run_rounds
from daogou_training.sequence.windows import Stock, Windows, newest, stock_of, windows_of

MODEL, SEARCH, WHOLE = "model", "search", "whole"  # folders
FEWEST = 10  # visits that had another before them


@dataclass(frozen=True, kw_only=True)
class SequenceExpert:
    """Call it with traces; a run that was killed goes on where the folder's checkpoints end."""

    item_data: ItemData
    folder: Path
    settings: SequenceSettings = field(default_factory=SequenceSettings)
    seed: int = 0
    on_progress: Progress = silent

    def __call__(self, interactions: Interactions) -> SequenceModel:
        """Trained on those traces, in a subfolder named after what they are."""
        vectors = np.hstack(list(self.item_data.vectors.values())) if self.item_data.vectors else None
        name = f"{interactions.n_visits}-{int(interactions.row.sum())}-{self.seed}"
        made = train_sequence(
            interactions,
            vectors,
            self.folder / name,
            reads=tuple(self.item_data.vectors),
            settings=self.settings,
            seed=self.seed,
            on_progress=self.on_progress,
        )
        return load(made)


def train_sequence(
    interactions: Interactions,
    vectors: Vectors | None,
    folder: Path,
    *,
    reads: tuple[str, ...] = (),
    settings: SequenceSettings | None = None,
    seed: int = 0,
    on_progress: Progress = silent,
) -> Path:
    """Trains, and writes what recommend/models/sequence.py loads: the subfolder `model`, whose path is returned.

    `vectors` (n_items, dimensions): what each product reads like, `reads` names the encoders, side by side. The checkpoints beside it let a killed run go on.
    UserError where hardly a shopper ever came back; MissingExtra without torch.
    """
    if find_spec("torch") is None:
        raise MissingExtra("torch, which learns sequences,", "train")
    settings = settings or SequenceSettings()
    windows = windows_of(interactions, settings.length)
    if len(windows.visits) < FEWEST:
        raise UserError(f"{len(windows.visits)} visits had another before them; a sequence model needs {FEWEST}")
    course = _Course(windows=windows, vectors=vectors, settings=settings, seed=seed, on_progress=on_progress)
    rounds, temperature = course.search(folder / SEARCH)
    weights, stock = course.learn_all(folder / WHOLE, rounds)
    return export_sequence(folder / MODEL, served(weights, stock, settings, temperature=temperature, reads=reads))


@dataclass(frozen=True, eq=False, kw_only=True)
class _Course:
    """One log, and how to learn from it."""

    windows: Windows
    vectors: Vectors | None
    settings: SequenceSettings
    seed: int
    on_progress: Progress

    def search(self, folder: Path) -> tuple[int, float]:
        """How many rounds foretell the newest visits best, and the temperature that suits them then."""
        settings = self.settings
        held = newest(self.windows, settings.held_out, settings.most_held_out)
        lesson, late = self._lesson(held), self.windows.only(held)

        def surprise(weights: Weights) -> float:
            return surprise_of(weights, lesson.stock, late, settings)

        run = self._run(lesson, folder, settings.rounds, surprise)
        return run.best_round, temperature_of(run.best, lesson.stock, late, settings)

    def learn_all(self, folder: Path, rounds: int) -> tuple[Weights, Stock]:
        """From every visit."""
        lesson = self._lesson(np.zeros(self.windows.interactions.n_visits, dtype=bool))
        return self._run(lesson, folder, rounds, None).best, lesson.stock

    def _lesson(self, left_out: Mask) -> Lesson:
        """Of the log without those visits (n_visits,)."""
        interactions = self.windows.interactions
        return Lesson(
            stock=stock_of(interactions, left_out, self.vectors, self.settings.device),
            windows=self.windows.only(~left_out),
            settings=self.settings,
            seed=self.seed,
        )

    def _run(self, lesson: Lesson, folder: Path, rounds: int, surprise: Callable[[Weights], float] | None) -> Run:
        content = 0 if self.vectors is None else self.vectors.shape[1]
        return run_rounds(
            new_weights(lesson.stock.bias, content, self.settings, self.seed),
            lesson,
            folder,
            rounds=rounds,
            surprise=surprise,
            on_round=lambda number: self.on_progress(f"sequences, {folder.name}", number, rounds),
        )
