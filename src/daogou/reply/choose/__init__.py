"""Several responses, and the best of them."""
