"""The command line: one file a command, by noun; it parses, calls a workflow, prints."""
