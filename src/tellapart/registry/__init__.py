"""Model versions, and which of them is in service."""
