"""How one picture becomes an answer."""
