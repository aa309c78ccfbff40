"""P(text | text): language models."""
