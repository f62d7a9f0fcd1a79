"""The review queue: which images people see next, who has which, and what they decide."""
