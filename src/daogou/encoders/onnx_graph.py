"""An ONNX graph in the making: nodes, constants, and matrices stored in 32 or 8 bits.

In 8 bits a matrix is stored as bytes around 128, with a scale for every 32 of them; onnxruntime makes floats of them once, as it
opens the file. Only the storage is small, the sums are exact: with the activations in bytes as well, scoring took four fifths of
the time, and one in ten of the closest choices fell out differently.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

MIDDLE = 128  # the byte that means 0
LARGEST = 127
BLOCK = 32  # values that share a scale
Array = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]


class Graph:
    """Nodes and constants by name; every method returns the name of what it made."""

    def __init__(self, *, int8: bool = False) -> None:
        self.int8 = int8
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}
        self._matrices: dict[str, str] = {}

    def constant(self, name: str, value: npt.NDArray[Any] | np.generic) -> str:
        """A tensor; the same name means the same tensor."""
        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def node(
        self,
        operator: str,
        inputs: Sequence[str],
        output: str,
        *more: str,
        fused: bool = False,
        **attributes: Any,
    ) -> str:
        """An operator; `more` names further outputs, `fused` takes it from onnxruntime's own."""
        domain = "com.microsoft" if fused else ""
        outputs = [output, *more]
        self._nodes.append(helper.make_node(operator, inputs, outputs, name=output, domain=domain, **attributes))
        return output

    def reshape(self, tensor: str, shape: Sequence[int], output: str) -> str:
        """0 keeps a size, -1 is what is left."""
        wanted = self.constant("shape." + "_".join(map(str, shape)), np.array(shape, dtype=np.int64))
        return self.node("Reshape", [tensor, wanted], output)

    def norm(self, name: str, gain: Array, hidden: str, *, epsilon: float) -> str:
        """RMS norm over the last axis."""
        inputs = [hidden, self.constant(f"{name}.weight", gain)]
        return self.node("SimplifiedLayerNormalization", inputs, name, axis=-1, epsilon=epsilon)

    def lookup(self, name: str, table: Array, ids: str) -> str:
        """The rows (..., dimensions) of those ids."""
        return self.node("Gather", [self._matrix(name, table), ids], f"{name}.rows")

    def linear(self, name: str, weights: Array, inputs: str) -> str:
        """inputs (..., in) times weights (out, in), transposed; the same name as a lookup's shares its table."""
        turned = self.node("Transpose", [self._matrix(name, weights)], f"{name}.turned", perm=[1, 0])
        return self.node("MatMul", [inputs, turned], f"{name}.product")

    def model(
        self, name: str, inputs: Sequence[onnx.ValueInfoProto], outputs: Sequence[onnx.ValueInfoProto]
    ) -> onnx.ModelProto:
        """The finished model."""
        graph = helper.make_graph(self._nodes, name, inputs, outputs, list(self._constants.values()))
        opsets = [helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="daogou")

    def _matrix(self, name: str, matrix: Array) -> str:
        """(rows, columns) floats, of what the file holds."""
        if not self.int8:
            return self.constant(name, matrix)
        if name not in self._matrices:
            stored, scales = quantized(matrix)
            parts = self.node("Cast", [self.constant(f"{name}.bytes", stored)], f"{name}.cast", to=TensorProto.FLOAT)
            parts = self.node("Sub", [parts, self.constant("middle", np.float32(MIDDLE))], f"{name}.signed")
            parts = self.node("Mul", [parts, self.constant(f"{name}.scales", scales)], f"{name}.blocks")
            self._matrices[name] = self.reshape(parts, matrix.shape, name)
        return self._matrices[name]


def quantized(matrix: Array) -> tuple[Bytes, Array]:
    """Bytes (rows, blocks, block) and scales (rows, blocks, 1): value = (byte - 128) * scale."""
    rows, columns = matrix.shape
    blocks = matrix.reshape(rows, -1, math.gcd(BLOCK, columns))
    scales = np.maximum(np.abs(blocks).max(axis=2, keepdims=True), 1e-12) / LARGEST
    return (np.rint(blocks / scales) + MIDDLE).astype(np.uint8), scales.astype(np.float32)
