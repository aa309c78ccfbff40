"""The nouns of a shop, and what is known of them."""
