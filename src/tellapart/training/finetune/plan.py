"""How a network that was trained elsewhere learns on: what both ways of fine-tuning share."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tellapart.training.keras_loop.batches import Batch
from tellapart.training.keras_loop.fitting import Method
from tellapart.training.keras_loop.images import Labelled, answers, class_weights

_WARM_UP = 0.1
_LAST_RATE = 0.01

# The inputs float32 [n, …] of these rows in this epoch, with this source of chance.
Inputs = Callable[[NDArray[np.int64], int, np.random.Generator], NDArray[np.float32]]


def fine_tuning(
    keras: Any,
    network: Any,
    inputs: Inputs,
    train: Labelled,
    validation: Labelled,
    *,
    peak_rate: float,
    weight_decay: float,
    label_smoothing: float,
) -> Method:
    """AdamW (Loshchilov & Hutter 2019); its rate rises for a tenth of the training, then falls."""
    targets = np.eye(network.output_shape[-1], dtype=np.float32)[train.y]
    weights = class_weights(train.y)

    def batch(rows: NDArray[np.int64], epoch: int, rng: np.random.Generator) -> Batch:
        return inputs(rows, epoch, rng), targets[rows], None if weights is None else weights[rows]

    def optimizer() -> Any:
        made = keras.optimizers.AdamW(peak_rate, weight_decay=weight_decay)
        made.exclude_from_weight_decay(var_names=["bias"])
        return made

    return Method(
        network=network,
        count=len(train.y),
        batch=batch,
        optimizer=optimizer,
        learning_rate=lambda done: peak_rate * _rate_share(done),
        judge=lambda: answers(network, validation)[0],
        validation_y=validation.y,
        label_smoothing=label_smoothing,
    )


@contextmanager
def partly_frozen(network: Any) -> Iterator[None]:
    """Within the block, depthwise kernels and normalisation stay as they are.

    The gradient of a depthwise kernel takes longer on a CPU than all the rest, and they are a
    fiftieth of the weights. Statistics of normalisation were found on more images than are here.
    Afterwards all is as it was: Keras writes what is trained in another order than the rest.
    """
    parts: list[Any] = []
    for layer in _layers(network):
        kind = layer.__class__.__name__
        if kind == "BatchNormalization":
            parts.append(layer)
        elif kind == "DepthwiseConv2D":
            parts.append(layer.kernel)
        elif kind == "SeparableConv2D":
            parts.append(layer.depthwise_kernel)
    kept = [part.trainable for part in parts]
    for part in parts:
        part.trainable = False
    try:
        yield
    finally:
        for part, trainable in zip(parts, kept, strict=True):
            part.trainable = trainable


def _rate_share(done: float) -> float:
    rising = min(1.0, done / _WARM_UP)
    return rising * max(_LAST_RATE, 0.5 * (1 + float(np.cos(np.pi * done))))


def _layers(network: Any) -> list[Any]:
    """The layers of a Keras model, and of the models that it is made of."""
    found = []
    for layer in network.layers:
        found += _layers(layer) if hasattr(layer, "layers") else [layer]
    return found
