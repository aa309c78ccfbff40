"""Any GGUF, through llama.cpp."""
