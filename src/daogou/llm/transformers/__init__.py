"""Any Hugging Face causal model."""
