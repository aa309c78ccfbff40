"""What a shop learns from its own log and from judgements, without torch: the recommender, weights of fit; each with a model card."""
