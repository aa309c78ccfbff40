"""Daogou (导购): an open shopping guide for any product catalogue."""

__version__ = "0.1.0"
