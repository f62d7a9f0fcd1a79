"""What is done with versions: judge, compare, promote, export."""
