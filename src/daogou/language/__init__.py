"""Models of language: encoders today, causal language models next."""
