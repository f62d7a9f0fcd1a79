"""What to label next, and whether more labels would help."""
