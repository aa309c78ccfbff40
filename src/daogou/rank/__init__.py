"""Step 3, 排序: candidates -> shortlist."""
