"""Product descriptions."""
