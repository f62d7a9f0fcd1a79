"""Images in, looked at as a whole, and what to add next."""
