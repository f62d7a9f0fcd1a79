"""Tiny networks, packages and what they are trained on."""
