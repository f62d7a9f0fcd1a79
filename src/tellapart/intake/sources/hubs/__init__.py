"""Data sets that others publish."""
