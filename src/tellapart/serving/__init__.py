"""How one image becomes an answer."""
