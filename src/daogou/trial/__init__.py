"""Does it work? Measurements of the whole way and of each step."""
