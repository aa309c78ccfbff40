"""Words, numbers and names in the shopper's language."""
