"""Feeds: a merchant's file in, products out, every bad row named."""

from daogou.store.feed.mapping import FeedMapping
from daogou.store.feed.mapping_text import mapping_text
from daogou.store.feed.mapping_toml import load_mapping, parse_mapping
from daogou.store.feed.reader import FeedReader, read_feed
from daogou.store.feed.rejects import RejectsFile
from daogou.store.feed.rows import FeedRow

__all__ = [
    "FeedMapping",
    "FeedReader",
    "FeedRow",
    "RejectsFile",
    "load_mapping",
    "mapping_text",
    "parse_mapping",
    "read_feed",
]
