"""Rival: a logistic regression on the last layer of the network that the product carries.

At 224 px, the side that the network was trained at, cut from the middle; the strength is chosen by
scikit-learn, by three folds. Prints one line of JSON.

    python benchmarks/rivals/plain_regression.py LEARN HELD
"""

import json
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image, ImageOps
from sklearn.linear_model import LogisticRegressionCV

from tellapart.features.backbones.efficientnet_lite0.onnx_builder import build
from tellapart.features.backbones.efficientnet_lite0.weights import load_weights

SIDE_PX = 224
BATCH = 32


def main(learn: Path, held: Path) -> None:
    warnings.simplefilter("ignore")  # it says that it has not converged
    began = time.perf_counter()
    network = build(load_weights(), SIDE_PX).SerializeToString()
    session = onnxruntime.InferenceSession(network, providers=["CPUExecutionProvider"])
    x, y = features(session, learn)
    model = LogisticRegressionCV(Cs=(0.001, 0.01, 0.1, 1), cv=3).fit(x, y)
    accuracy = float(model.score(*features(session, held)))
    seconds = round(time.perf_counter() - began, 1)
    print(json.dumps({"accuracy": round(accuracy, 4), "seconds": seconds}))


def features(
    session: onnxruntime.InferenceSession, folder: Path
) -> tuple[NDArray[np.float32], list[str]]:
    """Vectors [N, 1280] and the classes of the images in the folders of classes."""
    paths = sorted(path for path in folder.glob("*/*") if path.is_file())
    parts = []
    for start in range(0, len(paths), BATCH):
        batch = np.stack([pixels(path) for path in paths[start : start + BATCH]])
        parts.append(session.run(["embedding"], {"images": batch})[0])
    return np.concatenate(parts), [path.parent.name for path in paths]


def pixels(path: Path) -> NDArray[np.uint8]:
    with Image.open(path) as image:
        return np.asarray(
            ImageOps.fit(image.convert("RGB"), (SIDE_PX, SIDE_PX), Image.Resampling.BICUBIC)
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
