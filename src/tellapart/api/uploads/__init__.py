"""Bodies of requests: read within limits, taken apart as they arrive, kept for their job."""
