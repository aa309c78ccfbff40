"""Step 4, 回复: shortlist -> Response."""
