"""An ONNX graph in the making: nodes, constants, and matrices in 32 or 8 bits.

In 8 bits a matrix has one scale for each output (per channel), and each token's vector one of its own, found as it comes:
what a token gets doesn't depend on the others in its batch. Bytes are unsigned around 128, for which every processor has exact sums.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from daogou.language.builtin_weights import Array

MIDDLE = 128  # the byte that means 0
LARGEST = 127
Bytes = npt.NDArray[np.uint8]


class Graph:
    """Nodes and constants by name; every method returns the name of what it made."""

    def __init__(self, *, int8: bool) -> None:
        self.int8 = int8
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

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
        if not self.int8:
            return self.node("Gather", [self.constant(name, table), ids], f"{name}.rows")
        stored, scales = self._stored_rows(name, table)
        rows = self.node("Gather", [stored, ids], f"{name}.bytes")
        scale = self.node("Gather", [scales, ids], f"{name}.scale")
        rows = self.node("Cast", [rows], f"{name}.cast", to=TensorProto.FLOAT)
        rows = self.node("Sub", [rows, self.constant("middle", np.float32(MIDDLE))], f"{name}.signed")
        scale = self.node("Unsqueeze", [scale, self.constant("last", np.array([-1]))], f"{name}.scale_column")
        return self.node("Mul", [rows, scale], f"{name}.rows")

    def linear(self, name: str, weights: Array, inputs: str) -> str:
        """inputs (..., in) times weights (out, in), transposed; the same name as a lookup's shares its table."""
        if not self.int8:
            return self.node("MatMul", [inputs, self._turned(name, self.constant(name, weights))], f"{name}.product")
        stored, scales = self._stored_rows(name, weights)
        tokens, sizes = self._bytes(inputs)
        product = self.node(
            "MatMulIntegerToFloat",
            [
                tokens,
                self._turned(name, stored),
                self.constant("one_127th", np.float32(1 / LARGEST)),
                scales,
                self.constant("zero", np.uint8(MIDDLE)),
                self.constant(f"{name}.zeros", np.full(len(weights), MIDDLE, dtype=np.uint8)),
            ],
            f"{name}.scaled",
            fused=True,
        )
        return self.node("Mul", [product, sizes], f"{name}.product")

    def model(self, inputs: Sequence[onnx.ValueInfoProto], outputs: Sequence[onnx.ValueInfoProto]) -> onnx.ModelProto:
        """The finished model."""
        graph = helper.make_graph(self._nodes, "llama", inputs, outputs, list(self._constants.values()))
        opsets = [helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="daogou")

    def _stored_rows(self, name: str, table: Array) -> tuple[str, str]:
        stored, scales = quantized(table)
        return self.constant(name, stored), self.constant(f"{name}.scales", scales)

    def _turned(self, name: str, stored: str) -> str:
        """(in, out); onnxruntime does it once, at load, so the file holds a shared table once."""
        return self.node("Transpose", [stored], f"{name}.turned", perm=[1, 0])

    def _bytes(self, inputs: str) -> tuple[str, str]:
        """Each token's vector in bytes, and its largest value (..., 1)."""
        sizes = self.node("Abs", [inputs], f"{inputs}.abs")
        sizes = self.node("ReduceMax", [sizes, self.constant("last", np.array([-1]))], f"{inputs}.max", keepdims=1)
        sizes = self.node("Max", [sizes, self.constant("tiny", np.float32(1e-12))], f"{inputs}.size")
        even = self.node("Div", [inputs, sizes], f"{inputs}.even")
        scale = self.constant("one_127th", np.float32(1 / LARGEST))
        zero = self.constant("zero", np.uint8(MIDDLE))
        return self.node("QuantizeLinear", [even, scale, zero], f"{inputs}.bytes"), sizes


def quantized(table: Array) -> tuple[Bytes, Array]:
    """Bytes (rows, columns) and scales (rows,): value = (byte - 128) * scale."""
    scales = np.maximum(np.abs(table).max(axis=1), 1e-12) / LARGEST
    stored = np.rint(table / scales[:, None]) + MIDDLE
    return stored.astype(np.uint8), scales.astype(np.float32)
