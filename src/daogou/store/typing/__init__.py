"""What kind of thing a product is: reading titles, mining phrases, guessing from what else is known."""
