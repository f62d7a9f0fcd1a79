"""Processes that are killed, or race each other."""
