"""How a row answers a wish: met, near, unknown, broken."""
