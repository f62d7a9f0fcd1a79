"""Versions of the model, and what is known of each."""
