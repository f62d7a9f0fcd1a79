"""Locust users: three predictions, one look at the insights, no pause. Run by serve_photos.py."""

import os
import random
from pathlib import Path

from locust import FastHttpUser, task

PHOTOS = [path.read_bytes() for path in sorted(Path(os.environ["FLOOD_PHOTOS"]).rglob("*.jpg"))]
INSIGHTS = bool(os.environ["FLOOD_INSIGHTS"])


class Visitor(FastHttpUser):  # type: ignore[misc] # locust has no types
    """A visitor who does not wait."""

    @task  # type: ignore[untyped-decorator] # likewise
    def visit(self) -> None:
        for _ in range(3):
            photo = random.choice(PHOTOS)
            headers = {"Content-Type": "image/jpeg"}
            self.client.post("/api/predict", data=photo, headers=headers, name="predict")
        if INSIGHTS:
            self.client.get("/api/data-insights", name="insights")
