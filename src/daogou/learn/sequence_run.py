"""How far a training of the sequence model has come, in memory and as a checkpoint."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from daogou.learn.checkpoint import CHECKPOINT, keep
from daogou.learn.sequence_network import FREE, Weights

if TYPE_CHECKING:
    import torch


@dataclass(kw_only=True)
class Run:
    """How far a training has come."""

    weights: Weights
    optimizer: torch.optim.Optimizer
    surprises: list[float] = field(default_factory=list)  # of what was held out, after each round; nats per visit
    average: Weights = field(default_factory=dict)  # over the last steps (Polyak & Juditsky 1992)
    best: Weights = field(default_factory=dict)  # the average of the best round

    @property
    def best_round(self) -> int:
        """Counted from 1; 0 before the first."""
        return int(np.argmin(self.surprises)) + 1 if self.surprises else 0


def save_run(run: Run, folder: Path, mark: str) -> None:
    """Beside the older checkpoint, then over it: a kill between two writes leaves that one whole."""
    folder.mkdir(parents=True, exist_ok=True)
    state = {
        "mark": mark,
        "weights": {name: value.detach() for name, value in run.weights.items()},
        "optimizer": run.optimizer.state_dict(),
        "surprises": run.surprises,
        "average": run.average,
        "best": run.best,
    }
    keep(folder, state)


def resume_run(run: Run, folder: Path, mark: str) -> None:
    """From the folder's checkpoint, unless that was of another log or other settings."""
    import torch

    if not (folder / CHECKPOINT).exists():
        return
    device = run.weights[FREE].device
    state = torch.load(folder / CHECKPOINT, map_location=device, weights_only=True)
    if state["mark"] != mark:
        return
    with torch.no_grad():
        for name, value in run.weights.items():
            value.copy_(state["weights"][name])
    run.optimizer.load_state_dict(state["optimizer"])
    run.surprises, run.average, run.best = state["surprises"], state["average"], state["best"]


def copied(weights: Weights) -> Weights:
    """As they are now."""
    return {name: value.detach().clone() for name, value in weights.items()}
