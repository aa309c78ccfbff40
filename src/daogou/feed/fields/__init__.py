"""The cells of a row, read."""
