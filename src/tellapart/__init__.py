"""Tellapart."""
