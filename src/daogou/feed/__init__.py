"""Feeds: a merchant's file in, products out, every bad row named."""

from daogou.feed.mapping.mapping import FeedMapping, mapping_text
from daogou.feed.mapping.toml import load_mapping, parse_mapping
from daogou.feed.reader import FeedReader, read_feed
from daogou.feed.rejects import FeedRow, RejectsFile

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
