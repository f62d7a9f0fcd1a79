"""Errors as answers: problem details (RFC 9457)."""
