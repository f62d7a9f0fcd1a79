"""Commands on jobs, and the worker that runs them."""
