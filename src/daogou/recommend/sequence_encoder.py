"""The encoder of a sequence model on onnxruntime: embedded touches in, what they call for out."""

from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import onnxruntime

READ, CALLED_FOR = "read", "called_for"  # names in the graph


class Encoder(Protocol):
    """Safe to call from several threads."""

    def encode(self, read: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """(n, d) embedded touches, oldest first, 1 <= n <= the model's length -> (d,)."""
        ...


class OnnxEncoder:
    """One file, on one core: there is too little to share out."""

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        self._session = session

    def encode(self, read: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """(n, d) -> (d,)."""
        (called_for,) = self._session.run([CALLED_FOR], {READ: read[None]})
        return np.asarray(called_for[0], dtype=np.float32)


def open_encoder(path: Path) -> OnnxEncoder:
    """The file, opened; ValueError where onnxruntime can't."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    try:
        return OnnxEncoder(onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"]))
    except Exception as wrong:  # onnxruntime's own errors have no common root but this
        raise ValueError(f"onnxruntime can't open {path.name}: {wrong}") from wrong
