"""Who may ask: keys, and what each may do."""
