"""The shop's memory: feed, database, index."""
