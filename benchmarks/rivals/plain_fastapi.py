"""The usual way to serve a model: its float32 file, FastAPI, a `def` endpoint, default threads.

python benchmarks/rivals/plain_fastapi.py WORKSPACE PORT
"""

import sys
from io import BytesIO
from typing import Annotated, Any

import numpy as np
import onnxruntime
import uvicorn
from fastapi import Body, FastAPI
from PIL import Image

from tellapart import Workspace


def create(path: str) -> FastAPI:
    with Workspace(path) as workspace:
        champion = workspace.registry.get(workspace.registry.champion())
        onnx = workspace.storage.blobs.read(champion.artifact("onnx").content_hash)
        names = champion.row.class_names
    session = onnxruntime.InferenceSession(onnx)
    _, height, width, _ = session.get_inputs()[0].shape
    app = FastAPI()

    @app.get("/readyz")
    def readyz() -> str:
        return "ready"

    @app.post("/api/predict")
    def predict(photo: Annotated[bytes, Body(media_type="image/jpeg")]) -> dict[str, Any]:
        pixels = Image.open(BytesIO(photo)).convert("RGB").resize((width, height))
        scores = session.run(["probabilities"], {"images": np.asarray(pixels)[None]})[0][0]
        best = int(scores.argmax())
        return {"label": names[best], "confidence": float(scores[best])}

    return app


if __name__ == "__main__":
    uvicorn.run(create(sys.argv[1]), port=int(sys.argv[2]), log_level="warning")
