"""Rounds of training until the newest visits are foretold no better; killed, it goes on from its last round."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from daogou_training.checkpoint import CHECKPOINT, keep
from daogou_training.sequence.loss import training_loss
from daogou_training.sequence.network import FREE, Weights
from daogou_training.sequence.windows import Batch, Places, Windows, batch_of

if TYPE_CHECKING:
    import torch

    from daogou_training.sequence.network import SequenceSettings
    from daogou_training.sequence.windows import Stock

WARM_UP = 100  # steps


@dataclass(frozen=True, eq=False, kw_only=True)
class Lesson:
    """What is learnt from, and how."""

    stock: Stock
    windows: Windows
    settings: SequenceSettings
    seed: int

    @cached_property
    def mark(self) -> str:
        """What a checkpoint must have been made from to be gone on with."""
        told, windows = hashlib.sha256(f"{self.settings} {self.seed}".encode()), self.windows
        content = [] if self.stock.content is None else [self.stock.content.cpu().numpy()]
        for array in (windows.interactions.row, windows.interactions.strength, windows.ends, windows.visits, *content):
            told.update(np.ascontiguousarray(array).tobytes())
        return told.hexdigest()


def run_rounds(
    weights: Weights,
    lesson: Lesson,
    folder: Path,
    *,
    rounds: int,
    surprise: Callable[[Weights], float] | None = None,
    on_round: Callable[[int], None] = lambda number: None,
) -> Run:
    """`rounds` of them, or fewer where `surprise` of the held-out visits stops falling; without it every round is the best."""
    import torch

    settings = lesson.settings
    run = Run(weights=weights, optimizer=torch.optim.AdamW(_groups(weights, settings), lr=settings.learning_rate))
    run.average = copied(weights)
    resume_run(run, folder, lesson.mark)
    saved = time.monotonic()
    while len(run.surprises) < rounds and len(run.surprises) - run.best_round < settings.patience:
        _one_round(run, lesson)
        run.surprises.append(surprise(run.average) if surprise else -float(len(run.surprises)))
        if run.best_round == len(run.surprises):
            run.best = copied(run.average)
        if time.monotonic() - saved > settings.every_s:
            save_run(run, folder, lesson.mark)
            saved = time.monotonic()
        on_round(len(run.surprises))
    save_run(run, folder, lesson.mark)
    return run


def _one_round(run: Run, lesson: Lesson) -> None:
    """Every window once, or as many as the most steps hold."""
    import torch

    settings, number = lesson.settings, len(run.surprises)
    batches = _batches(lesson.windows, settings, np.random.default_rng([lesson.seed, number]))[: settings.most_steps]
    with torch.random.fork_rng(devices=[lesson.stock.rivals.device] if lesson.stock.rivals.is_cuda else []):
        torch.manual_seed(int(np.random.default_rng([lesson.seed, number, 1]).integers(2**31)))
        for step, chosen in enumerate(batches):
            batch = batch_of(lesson.windows, chosen, ahead=settings.ahead)
            _one_step(run, lesson.stock, batch, settings, number * len(batches) + step)


def _batches(windows: Windows, settings: SequenceSettings, dice: np.random.Generator) -> list[Places]:
    """Windows about as long as each other together, for they are filled up to the longest."""
    lengths = (windows.ends - windows.starts) * dice.uniform(1.0, 1.5, len(windows))
    order = np.argsort(lengths)
    batches = [np.sort(order[start : start + settings.batch]) for start in range(0, len(order), settings.batch)]
    return [batches[number] for number in dice.permutation(len(batches))]


def _one_step(run: Run, stock: Stock, batch: Batch, settings: SequenceSettings, done: int) -> None:
    import torch

    for group in run.optimizer.param_groups:
        group["lr"] = settings.learning_rate * min(1.0, (done + 1) / WARM_UP)
    training_loss(run.weights, stock, batch, settings).backward()
    torch.nn.utils.clip_grad_norm_(run.weights.values(), 1.0)
    run.optimizer.step()
    run.optimizer.zero_grad(set_to_none=True)
    with torch.no_grad():
        for name, value in run.weights.items():
            run.average[name].lerp_(value, 1 - settings.average)


def _groups(weights: Weights, settings: SequenceSettings) -> list[dict[str, Any]]:
    """The products' free parts shrink: what their texts say need not be said again."""
    rest = [value for name, value in weights.items() if name != FREE]
    return [{"params": [weights[FREE]], "weight_decay": settings.weight_decay}, {"params": rest, "weight_decay": 0.0}]


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
