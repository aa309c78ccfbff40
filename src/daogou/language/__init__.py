"""Models of language: encoders, and causal language models that write and judge."""
