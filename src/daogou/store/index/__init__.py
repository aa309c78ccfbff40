"""The search index: arrays that answer in memory, and vectors in bytes."""
