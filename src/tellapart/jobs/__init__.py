"""Long work: a row with a lease, run in its own process."""
