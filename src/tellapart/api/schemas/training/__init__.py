"""Training, and the pseudo-labels that go into it."""
