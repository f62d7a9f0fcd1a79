"""Ask a version, and put a server under load."""
