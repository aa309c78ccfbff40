"""Engines that propose."""
