"""The words of vocabulary.toml: what columns and their values are called, in six languages."""

import functools
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any


@functools.cache
def table() -> Mapping[str, Any]:
    """The whole file."""
    return tomllib.loads(files("daogou.feed.values").joinpath("vocabulary.toml").read_text(encoding="utf-8"))


@functools.cache
def words(place: str) -> Mapping[str, int]:
    """A list of words by its place ("price.now"): each word and how far behind in the list it stands."""
    section, name = place.split(".")
    listed = (word.strip() for word in table()[section][name].split(","))
    return {word: rank for rank, word in reversed(list(enumerate(listed)))}
