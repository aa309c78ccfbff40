"""A message as tokens, chunks and cues."""
