"""Real servers on this machine, and a browser."""
