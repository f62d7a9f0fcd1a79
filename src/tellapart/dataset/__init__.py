"""What is there: versions of the data set, their entries, edits, history, splits and statistics."""
