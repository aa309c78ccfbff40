"""A shop's own weights of fit, learnt."""
