"""Step 2, 召回: need -> candidates."""
