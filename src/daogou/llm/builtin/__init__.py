"""The model of the package, on onnxruntime."""
