"""What is asked for: kinds, names, numbers of products, several things at once."""
