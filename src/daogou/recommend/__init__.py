"""P(item | shopper), 推荐: what a shopper did -> which products come next."""
