"""Frozen networks that turn a picture into one feature vector."""
