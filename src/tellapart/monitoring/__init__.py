"""Predictions that were served: their log, its roll-ups, and what people say of them."""
