"""The usual tutorial: a convolutional network from nothing, ten epochs, on the same split.

Prints one line of JSON. Run by `benchmarks/train_photos.py` with a workspace that has the data.
"""

import json
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from tellapart import Workspace
from tellapart.images.preprocessing import PreprocessingSpec, prepare
from tellapart.store.tables import Split
from tellapart.workflows.training.load_training_set import load_training_set

SIDE = 128
EPOCHS = 10


def main(path: str) -> None:
    with Workspace(path) as workspace:
        _, data = load_training_set(workspace.storage)
        began = time.perf_counter()
        spec = PreprocessingSpec(SIDE, SIDE, resize_mode="stretch")

        def images(split: Split) -> NDArray[np.uint8]:
            hashes = data.splits[split].content_hashes
            return np.stack([prepare(data.read(h), spec, max_pixels=10**8) for h in hashes])

        train, test = images("train"), images("test")
        model = network(len(data.class_names))
        model.fit(train, data.splits["train"].y, epochs=EPOCHS, batch_size=32, verbose=0)
        _, accuracy = model.evaluate(test, data.splits["test"].y, verbose=0)
    seconds = round(time.perf_counter() - began, 1)
    print(json.dumps({"accuracy": round(accuracy, 4), "seconds": seconds, "epochs": EPOCHS}))


def network(classes: int) -> keras.Model:
    model = keras.Sequential([keras.Input((SIDE, SIDE, 3)), layers.Rescaling(1 / 255)])
    for filters in (32, 64, 128, 128):
        model.add(layers.Conv2D(filters, 3, activation="relu"))
        model.add(layers.MaxPooling2D())
    model.add(layers.Flatten())
    model.add(layers.Dropout(0.5))
    model.add(layers.Dense(512, activation="relu"))
    model.add(layers.Dense(classes, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


if __name__ == "__main__":
    main(sys.argv[1])
