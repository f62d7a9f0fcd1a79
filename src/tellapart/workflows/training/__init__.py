"""From labelled images to a new version, also with pseudo-labels."""
