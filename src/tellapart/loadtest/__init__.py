"""How many people a server can answer at once: Locust's users, and the run that they come in."""
