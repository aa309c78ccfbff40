"""Training of language and sequence models, each run resumable: commands of `daogou learn`, with the extra `daogou[train]`; no service imports it."""
