"""P(item | shopper), each by one model."""
