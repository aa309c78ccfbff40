"""A small language model, from its corpus to the files that the guide reads."""
