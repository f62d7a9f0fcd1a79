"""Answers, their log, and how the server copes."""
