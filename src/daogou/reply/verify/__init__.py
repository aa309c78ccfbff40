"""What is said is borne out by a row."""
