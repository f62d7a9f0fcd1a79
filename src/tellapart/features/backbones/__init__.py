"""Frozen networks that turn an image into one feature vector."""
