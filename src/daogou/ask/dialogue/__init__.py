"""How a message changes what was said before."""
