"""The index as arrays, mapped from files."""
