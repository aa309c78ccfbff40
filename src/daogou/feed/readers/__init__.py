"""Any export as rows."""
