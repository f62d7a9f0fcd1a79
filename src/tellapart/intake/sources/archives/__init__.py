"""ZIP and tar files, which may come from anybody."""
