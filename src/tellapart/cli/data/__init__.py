"""Commands on the data set: import, insights, versions, review."""
