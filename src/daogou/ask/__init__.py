"""Step 1, 理解: message + session -> ShopperNeed."""
