"""Tables: any file as rows of cells, and what its columns are called."""
