"""Numbers about predictions: arrays in, numbers out; nothing here knows a file or a database."""
