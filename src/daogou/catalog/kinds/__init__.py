"""What kind of thing each product is."""
