"""The training loop: killed at any moment, it goes on from its last checkpoint as if nothing had been.

`kill -9` between two writes leaves the older checkpoint whole: a new one is written beside it and moved over it.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from daogou_training.checkpoint import CHECKPOINT, keep
from daogou_training.language.batches import choice_batch, text_batch
from daogou_training.language.examples import Encoded
from daogou_training.language.losses import choice_loss, text_loss

if TYPE_CHECKING:
    import torch
    from transformers import LlamaForCausalLM

RECORD = "record.jsonl"


@dataclass(frozen=True, kw_only=True)
class Course:
    """How the training goes."""

    steps: int
    learning_rate: float
    seed: int = 0
    rows: int = 12  # of text in one step
    length: int = 256  # tokens in one row
    choices: int = 10  # in one step; 0: texts alone
    choice_weight: float = 0.2  # nats of a wrong choice against nats per token
    right_weight: float = 0.5  # nats per token of the right answers
    alone: float = 0.15  # share of the steps, at first, in which texts alone are read
    warm_up: float = 0.03  # share of the steps
    every_s: float = 60.0  # seconds between two checkpoints
    half: bool = True  # bfloat16 where the arithmetic allows it
    device: str = "cpu"


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One step as it was."""

    step: int
    text: float  # nats per token
    listwise: float  # nats per choice
    correct: float  # share of choices
    tokens: int  # seen so far
    took_s: float  # so far, all runs together


def train(
    model: LlamaForCausalLM,
    encoded: Encoded,
    course: Course,
    folder: Path,
    *,
    on_step: Callable[[Moment, int], None] = lambda moment, steps: None,
) -> list[Moment]:
    """Trains the model in place; every step's figures, those of killed runs before it too."""
    import torch

    optimizer = torch.optim.AdamW(_groups(model), lr=course.learning_rate, betas=(0.9, 0.95), fused=True)
    moments = _resume(model, optimizer, folder)
    saved = started = time.monotonic()
    before_s = moments[-1].took_s if moments else 0.0
    model.train()
    for step in range(len(moments), course.steps):
        figures = _one_step(model, optimizer, encoded, course, step)
        seen = moments[-1].tokens if moments else 0
        took_s = before_s + time.monotonic() - started
        moments.append(Moment(step=step, tokens=seen + int(figures.pop("tokens")), took_s=took_s, **figures))
        on_step(moments[-1], course.steps)
        if time.monotonic() - saved > course.every_s or step + 1 == course.steps:
            _save(model, optimizer, moments, folder)
            saved = time.monotonic()
    model.eval()
    return moments


def learning_rate(step: int, course: Course) -> float:
    """Up in a line, held, then down in a line over the last third (Hägele et al. 2024: as good as a cosine, and may be cut short)."""
    rising = max(1, int(course.steps * course.warm_up))
    falling = max(1, int(course.steps * 0.35))
    return course.learning_rate * min(1.0, (step + 1) / rising, (course.steps - step) / falling)


def _one_step(
    model: LlamaForCausalLM, optimizer: torch.optim.Optimizer, encoded: Encoded, course: Course, step: int
) -> dict[str, Any]:
    import torch

    dice = np.random.default_rng([course.seed, step])
    for group in optimizer.param_groups:
        group["lr"] = learning_rate(step, course)
    texts = text_batch(encoded, dice, rows=course.rows, length=course.length)
    figures = {"text": 0.0, "listwise": math.nan, "correct": math.nan, "tokens": texts.tokens.size}
    with torch.autocast(course.device, dtype=torch.bfloat16, enabled=course.half):
        loss = text_loss(model, texts)
    figures["text"] = float(loss.detach())
    loss.backward()
    if course.choices and encoded.choices and step >= course.alone * course.steps:
        choices = choice_batch(encoded, dice, choices=course.choices, most_tokens=model.config.max_position_embeddings)
        with torch.autocast(course.device, dtype=torch.bfloat16, enabled=course.half):
            chosen = choice_loss(model, choices)
        (course.choice_weight * chosen.listwise + course.right_weight * chosen.right).backward()
        figures |= {"listwise": float(chosen.listwise.detach()), "correct": chosen.correct}
        figures["tokens"] += int(choices.lengths.sum())
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return figures


def _groups(model: LlamaForCausalLM) -> list[dict[str, Any]]:
    """Matrices shrink a little with every step; norms don't."""
    matrices = [parameter for parameter in model.parameters() if parameter.dim() >= 2]
    others = [parameter for parameter in model.parameters() if parameter.dim() < 2]
    return [{"params": matrices, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}]


def _save(model: LlamaForCausalLM, optimizer: torch.optim.Optimizer, moments: list[Moment], folder: Path) -> None:
    state = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "moments": [asdict(it) for it in moments],
    }
    keep(folder, state)
    (folder / RECORD).write_text("".join(json.dumps(asdict(it)) + "\n" for it in moments), encoding="utf-8")


def _resume(model: LlamaForCausalLM, optimizer: torch.optim.Optimizer, folder: Path) -> list[Moment]:
    import torch

    if not (folder / CHECKPOINT).exists():
        return []
    state = torch.load(folder / CHECKPOINT, map_location=model.device, weights_only=True)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    return [Moment(**moment) for moment in state["moments"]]
