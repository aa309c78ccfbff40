"""Which column is which field: written, or guessed."""
