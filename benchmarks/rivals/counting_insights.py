"""The usual way to show what is in a data set: count its rows whenever somebody asks.

python benchmarks/rivals/counting_insights.py WORKSPACE PORT
"""

import sqlite3
import sys
from typing import Any

import uvicorn
from fastapi import FastAPI

_CLASSES = """
    SELECT classes.name, split, count(*) FROM dataset_entries
    JOIN classes ON classes.id = class_id WHERE removed_in IS NULL GROUP BY class_id, split
"""
_SIZES = """
    SELECT min(width_px), max(width_px), avg(width_px), min(height_px), max(height_px),
           avg(height_px), count(*) FROM images
    JOIN dataset_entries ON image_id = images.id WHERE removed_in IS NULL
"""


def create(workspace: str) -> FastAPI:
    app = FastAPI()

    @app.get("/readyz")
    def readyz() -> str:
        return "ready"

    @app.get("/api/data-insights")
    def insights() -> dict[str, Any]:
        connection = sqlite3.connect(f"{workspace}/tellapart.db")
        try:
            classes: dict[str, int] = {}
            for name, _, count in connection.execute(_CLASSES):
                classes[name] = classes.get(name, 0) + count
            sizes = connection.execute(_SIZES).fetchone()
        finally:
            connection.close()
        return {"class_distribution": classes, "image_dimensions": sizes}

    return app


if __name__ == "__main__":
    uvicorn.run(create(sys.argv[1]), port=int(sys.argv[2]), log_level="warning")
