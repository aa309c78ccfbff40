"""Everyday English words that are never taken for a misspelt product: banana is no bandana."""

from importlib import resources

ENGLISH = frozenset(resources.files("daogou.ask").joinpath("english.txt").read_text(encoding="utf-8").split())
