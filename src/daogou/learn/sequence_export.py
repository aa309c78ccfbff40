"""A trained sequence model becomes what serving loads, and only if onnxruntime says what torch says."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from daogou.errors import DaogouError
from daogou.learn.sequence_graph import encoder_graph
from daogou.learn.sequence_network import BIAS, PROJECTION, STRONG, Weights, encoded
from daogou.recommend.sequence import SequenceModel, save
from daogou.recommend.sequence_encoder import Encoder, OnnxEncoder

if TYPE_CHECKING:
    from daogou.learn.sequence_settings import SequenceSettings
    from daogou.learn.sequence_stock import Stock

MOST_DIFFERENCE = 1e-4  # of one number of what is called for


def served(
    weights: Weights, stock: Stock, settings: SequenceSettings, *, temperature: float, reads: tuple[str, ...]
) -> SequenceModel:
    """Without torch; DaogouError where the two disagree."""
    arrays = {name: value.detach().cpu().numpy() for name, value in weights.items()}
    model = SequenceModel(
        encoder=OnnxEncoder(encoder_graph(arrays, settings).SerializeToString()),
        items=stock.served(weights).cpu().numpy(),
        bias=arrays[BIAS],
        projection=arrays.get(PROJECTION, np.zeros((0, settings.dimensions), dtype=np.float32)),
        strong=arrays[STRONG],
        temperature=temperature,
        length=settings.length,
        newcomer=stock.newcomer,
        reads=reads,
    )
    if (off := largest_difference(model.encoder, weights, settings)) > MOST_DIFFERENCE:
        raise DaogouError(f"the sequence model was not exported: onnxruntime differs from torch by {off:.2g}")
    return model


def export_sequence(folder: Path, model: SequenceModel) -> Path:
    """The folder, whole or as it was before."""
    fresh = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    save(fresh, model)
    shutil.rmtree(folder, ignore_errors=True)
    return fresh.rename(folder)


def largest_difference(encoder: Encoder, weights: Weights, settings: SequenceSettings) -> float:
    """Between the two, over histories of every length, drawn at random."""
    import torch

    dice = np.random.default_rng(0)
    found = []
    for length in range(1, settings.length + 1):
        read = dice.normal(size=(length, settings.dimensions)).astype(np.float32)
        with torch.no_grad():
            given = torch.from_numpy(read)[None].to(weights[STRONG].device)
            by_torch = encoded(weights, given, settings, training=False)[0, -1].cpu().numpy()
        found.append(float(np.abs(encoder.encode(read) - by_torch).max()))
    return max(found)
