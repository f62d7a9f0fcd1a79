"""Everything that must last: the database and the blobs."""
