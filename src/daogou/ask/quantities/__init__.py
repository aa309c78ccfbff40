"""Numbers with their comparison and unit, and what they measure."""
