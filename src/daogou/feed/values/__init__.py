"""Numbers, currencies, moments and texts as cells write them."""
