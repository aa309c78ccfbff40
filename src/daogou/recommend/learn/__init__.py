"""Fits models and weights to what shoppers did."""
