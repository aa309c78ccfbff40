"""A trained sequence model becomes the folder that serving loads, and only if onnxruntime says what torch says."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from daogou.errors import DaogouError
from daogou.learn.sequence_graph import encoder_graph
from daogou.learn.sequence_network import PROJECTION, STRONG, Weights, encoded
from daogou.recommend.sequence import ENCODER, ITEMS, NOTE
from daogou.recommend.sequence import PROJECTION as PROJECTION_FILE
from daogou.recommend.sequence import STRONG as STRONG_FILE
from daogou.recommend.sequence_encoder import open_encoder

if TYPE_CHECKING:
    from daogou.learn.sequence_settings import SequenceSettings
    from daogou.learn.sequence_stock import Stock

MOST_DIFFERENCE = 1e-4  # of one number of what is called for


def export_sequence(
    folder: Path, weights: Weights, stock: Stock, settings: SequenceSettings, temperature: float
) -> Path:
    """The folder, whole or as it was before; DaogouError where the two disagree."""
    fresh = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    _write(fresh, weights, stock, settings, temperature)
    if (off := largest_difference(fresh, weights, settings)) > MOST_DIFFERENCE:
        raise DaogouError(f"the sequence model was not exported: onnxruntime differs from torch by {off:.2g}")
    shutil.rmtree(folder, ignore_errors=True)
    return fresh.rename(folder)


def _write(folder: Path, weights: Weights, stock: Stock, settings: SequenceSettings, temperature: float) -> None:
    arrays = {name: value.detach().cpu().numpy() for name, value in weights.items()}
    nothing = np.zeros((0, settings.dimensions), dtype=np.float32)
    (folder / ENCODER).write_bytes(encoder_graph(arrays, settings).SerializeToString())
    np.save(folder / ITEMS, stock.served(weights).cpu().numpy())
    np.save(folder / PROJECTION_FILE, arrays.get(PROJECTION, nothing))
    np.save(folder / STRONG_FILE, arrays[STRONG])
    note = {"temperature": temperature, "length": settings.length}
    (folder / NOTE).write_text(json.dumps(note), encoding="utf-8")


def largest_difference(folder: Path, weights: Weights, settings: SequenceSettings) -> float:
    """Between the two, over histories of every length, drawn at random."""
    import torch

    encoder, dice = open_encoder(folder / ENCODER), np.random.default_rng(0)
    found = []
    for length in range(1, settings.length + 1):
        read = dice.normal(size=(length, settings.dimensions)).astype(np.float32)
        with torch.no_grad():
            at = weights[STRONG].device
            torch_says = encoded(weights, torch.from_numpy(read)[None].to(at), settings, training=False)[0, -1]
        found.append(float(np.abs(encoder.encode(read) - torch_says.cpu().numpy()).max()))
    return max(found)
