"""Products as objects within objects, in the words of schema.org and of headless shops, made plain before they become rows."""
