"""Is every statement borne out by the rows? Checkers that share no code with the writer."""
