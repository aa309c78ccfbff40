"""The text that language models learn from: invented shops in both languages, and real data where it lies."""
