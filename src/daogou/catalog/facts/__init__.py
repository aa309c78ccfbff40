"""Facts of a row made comparable."""
