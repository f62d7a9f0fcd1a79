"""Images that are records of a few large files."""
