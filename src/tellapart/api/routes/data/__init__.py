"""Images, the versions of the data set, and what is found in it."""
