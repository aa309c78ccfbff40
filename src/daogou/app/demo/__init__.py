"""The demo shop: products, prices, shoppers and their tastes, all made up here, the same for the same seed."""
