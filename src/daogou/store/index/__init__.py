"""The search index: arrays that answer in memory, vectors kept in LanceDB."""
