"""The encoder of a sequence model on onnxruntime: embedded touches in, what they call for out."""

from typing import Protocol

import numpy as np
import numpy.typing as npt
import onnxruntime

READ, CALLED_FOR = "read", "called_for"  # names in the graph


class Encoder(Protocol):
    """Safe to call from several threads."""

    @property
    def graph(self) -> bytes:
        """The ONNX file that it is."""
        ...

    def encode(self, read: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """(n, d) embedded touches, oldest first, 1 <= n <= the model's length -> (d,)."""
        ...


class OnnxEncoder:
    """One graph, on one core: there is too little to share out. ValueError where onnxruntime can't open it."""

    def __init__(self, graph: bytes) -> None:
        self.graph = graph
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        try:
            self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        except Exception as wrong:  # onnxruntime's own errors have no common root but this
            raise ValueError(f"onnxruntime can't open the encoder: {wrong}") from wrong

    def encode(self, read: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """(n, d) -> (d,)."""
        (called_for,) = self._session.run([CALLED_FOR], {READ: read[None]})
        return np.asarray(called_for[0], dtype=np.float32)
