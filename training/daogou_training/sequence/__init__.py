"""What the order of a shopper's touches calls for next: SASRec, from a log to the files that the recommender reads."""
