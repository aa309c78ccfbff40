"""Training, each resumable, each with a model card: language, recommender, weights of fit."""
