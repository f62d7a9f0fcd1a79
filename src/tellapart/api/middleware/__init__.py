"""What stands before the routes: checks and headers that all requests have in common."""
