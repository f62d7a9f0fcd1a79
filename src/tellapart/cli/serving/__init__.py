"""Commands on servers: serve, demo, load test, keys."""
