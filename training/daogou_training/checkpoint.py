"""The state of a run, whole on the disk or the one before: kill -9 at any moment loses a minute at most."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

CHECKPOINT = "checkpoint.pt"


def keep(folder: Path, state: Mapping[str, Any]) -> None:
    """Write it with torch, durably, in the place of the last one."""
    import torch

    fresh = folder / f"{CHECKPOINT}.new"
    with fresh.open("wb") as file:
        torch.save(dict(state), file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(folder / CHECKPOINT)
