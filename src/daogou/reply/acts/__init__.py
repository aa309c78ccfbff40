"""A writer for each act."""
