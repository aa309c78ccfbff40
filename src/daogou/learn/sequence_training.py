"""Rounds of training until the newest visits are foretold no better; killed, it goes on from its last round."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from daogou.learn.sequence_loss import training_loss
from daogou.learn.sequence_network import FREE, Weights
from daogou.learn.sequence_windows import Places, Windows, batch_of

if TYPE_CHECKING:
    import torch

    from daogou.learn.sequence_settings import SequenceSettings
    from daogou.learn.sequence_stock import Stock

CHECKPOINT = "checkpoint.pt"
WARM_UP = 100  # steps


@dataclass(kw_only=True)
class Run:
    """How far a training has come."""

    weights: Weights
    optimizer: torch.optim.Optimizer
    surprises: list[float] = field(default_factory=list)  # of what was held out, after each round; nats per visit
    best: Weights = field(default_factory=dict)  # of the best round

    @property
    def best_round(self) -> int:
        """Counted from 1; 0 before the first."""
        return int(np.argmin(self.surprises)) + 1 if self.surprises else 0


def run_rounds(
    weights: Weights,
    stock: Stock,
    windows: Windows,
    settings: SequenceSettings,
    seed: int,
    folder: Path,
    *,
    rounds: int,
    surprise: Callable[[Weights], float] | None = None,
    on_round: Callable[[int], None] = lambda number: None,
) -> Run:
    """`rounds` of them, or fewer where `surprise` of the held-out visits stops falling; without it every round is the best."""
    import torch

    run = Run(weights=weights, optimizer=torch.optim.AdamW(_groups(weights, settings), lr=settings.learning_rate))
    mark = _mark(windows, settings, seed)
    _resume(run, folder, mark)
    saved = time.monotonic()
    while len(run.surprises) < rounds and len(run.surprises) - run.best_round < settings.patience:
        number = len(run.surprises)
        _one_round(run, stock, windows, settings, seed, number)
        run.surprises.append(surprise(run.weights) if surprise else -float(number))
        if run.best_round == number + 1:
            run.best = {name: value.detach().clone() for name, value in run.weights.items()}
        if time.monotonic() - saved > settings.every_s:
            _save(run, folder, mark)
            saved = time.monotonic()
        on_round(number + 1)
    _save(run, folder, mark)
    return run


def _one_round(run: Run, stock: Stock, windows: Windows, settings: SequenceSettings, seed: int, number: int) -> None:
    """Every window once, or as many as the most steps hold."""
    import torch

    batches = _batches(windows, settings, np.random.default_rng([seed, number]))
    with torch.random.fork_rng(devices=[stock.rivals.device] if stock.rivals.is_cuda else []):
        torch.manual_seed(int(np.random.default_rng([seed, number, 1]).integers(2**31)))
        for step, chosen in enumerate(batches[: settings.most_steps]):
            done = number * min(len(batches), settings.most_steps) + step
            _one_step(run, stock, windows, chosen, settings, min(1.0, (done + 1) / WARM_UP))


def _batches(windows: Windows, settings: SequenceSettings, dice: np.random.Generator) -> list[Places]:
    """Windows about as long as each other together, for they are filled up to the longest."""
    lengths = (windows.ends - windows.starts) * dice.uniform(1.0, 1.5, len(windows))
    order = np.argsort(lengths)
    batches = [np.sort(order[start : start + settings.batch]) for start in range(0, len(order), settings.batch)]
    return [batches[number] for number in dice.permutation(len(batches))]


def _one_step(
    run: Run, stock: Stock, windows: Windows, chosen: Places, settings: SequenceSettings, warmth: float
) -> None:
    import torch

    for group in run.optimizer.param_groups:
        group["lr"] = settings.learning_rate * warmth
    training_loss(run.weights, stock, batch_of(windows, chosen, ahead=settings.ahead), settings).backward()
    torch.nn.utils.clip_grad_norm_(run.weights.values(), 1.0)
    run.optimizer.step()
    run.optimizer.zero_grad(set_to_none=True)


def _groups(weights: Weights, settings: SequenceSettings) -> list[dict[str, Any]]:
    """The products' free parts shrink: what their texts say need not be said again."""
    rest = [value for name, value in weights.items() if name != FREE]
    return [
        {"params": [weights[FREE]], "weight_decay": settings.weight_decay},
        {"params": rest, "weight_decay": 0.0},
    ]


def _mark(windows: Windows, settings: SequenceSettings, seed: int) -> str:
    """What a checkpoint must have been made from to be gone on with."""
    told = hashlib.sha256(f"{settings} {seed}".encode())
    for array in (windows.traces.row, windows.traces.strength, windows.starts, windows.ends, windows.visits):
        told.update(np.ascontiguousarray(array).tobytes())
    return told.hexdigest()


def _save(run: Run, folder: Path, mark: str) -> None:
    import torch

    folder.mkdir(parents=True, exist_ok=True)
    state = {
        "mark": mark,
        "weights": {name: value.detach() for name, value in run.weights.items()},
        "optimizer": run.optimizer.state_dict(),
        "surprises": run.surprises,
        "best": run.best,
    }
    fresh = folder / f"{CHECKPOINT}.new"
    with fresh.open("wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(folder / CHECKPOINT)


def _resume(run: Run, folder: Path, mark: str) -> None:
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
    run.surprises, run.best = state["surprises"], state["best"]
