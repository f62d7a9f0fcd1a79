"""Rival: the network of the usual tutorial, from nothing, ten epochs or a minute.

Prints one line of JSON.

    python benchmarks/rivals/tutorial_network.py LEARN HELD
"""

import json
import sys
import time

from keras.callbacks import LambdaCallback
from keras.utils import image_dataset_from_directory
from keras_from_nothing import EPOCHS, SIDE, network

LIMIT_S = 60


def main(learn: str, held: str) -> None:
    began = time.perf_counter()
    options = {"image_size": (SIDE, SIDE), "batch_size": 32, "verbose": False}
    train = image_dataset_from_directory(learn, seed=0, **options)
    names = train.class_names
    model = network(len(names))

    def stop_in_time(*_: object) -> None:
        model.stop_training = time.perf_counter() - began > LIMIT_S

    limit = LambdaCallback(on_epoch_end=stop_in_time)
    history = model.fit(train, epochs=EPOCHS, verbose=0, callbacks=[limit])
    test = image_dataset_from_directory(held, shuffle=False, class_names=names, **options)
    accuracy = model.evaluate(test, verbose=0)[1]
    figures = {"accuracy": round(accuracy, 4), "epochs": len(history.epoch)}
    print(json.dumps({**figures, "seconds": round(time.perf_counter() - began, 1)}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
