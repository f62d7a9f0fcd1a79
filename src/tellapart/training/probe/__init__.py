"""The `probe` recipe: a logistic head on frozen embeddings."""
