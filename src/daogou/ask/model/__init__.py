"""A language model as second reader."""
