"""A log of what shoppers did."""
