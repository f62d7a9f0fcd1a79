"""Small data sets to import."""
