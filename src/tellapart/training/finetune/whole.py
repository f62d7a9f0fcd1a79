"""Fine-tuning on small images: all of EfficientNet-Lite0 learns, from the pixels on.

Nothing is computed ahead: at the small size that these images are looked at, a step takes little
longer than what could be kept of it, and each image can be shown changed.
"""

import time
from dataclasses import asdict, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tellapart.dataset.training_set import TrainingSet
from tellapart.features.backbones.catalogue import built_in_spec
from tellapart.features.backbones.efficientnet_lite0 import keras_builder
from tellapart.features.backbones.efficientnet_lite0.weights import load_weights
from tellapart.features.keras_library import load_keras
from tellapart.images.preprocessing import PreprocessingSpec, prepare
from tellapart.jobs.progress import ProgressReporter
from tellapart.package.build import images_asked
from tellapart.package.keras_network import LOGITS
from tellapart.runtime.cpu_budget import usable_cores
from tellapart.training.augmentation import choose_augmentation
from tellapart.training.finetune.plan import fine_tuning, partly_frozen
from tellapart.training.keras_loop.checkpoints import training_checkpoints
from tellapart.training.keras_loop.fitting import Plan, fit
from tellapart.training.keras_loop.images import LazyImages
from tellapart.training.keras_loop.keras_model import KerasModel, training_facts
from tellapart.training.keras_loop.schedule import time_left_s
from tellapart.training.options import TrainingContext, TrainingOptions

# By so many it is seen whether images have colour.
_LOOKED_AT = 256
# The largest side is best at which so many images can be seen, or all of them so often.
_SIDES_PX = (64, 96, 128)
_LEAST_SEEN, _LEAST_EPOCHS = 20_000, 2
# What a core does in a second, of images of 64 px: a rough guess, only to choose the side by.
_IMAGES_PER_CORE_S = 80
_BATCH_SIZE = 64
_PEAK_LEARNING_RATE = 2.5e-4
_WEIGHT_DECAY = 0.02
_LABEL_SMOOTHING = 0.1
_EPOCHS = (3, 30)
_IMAGES_SEEN = 100_000


def train_whole(
    training_set: TrainingSet,
    options: TrainingOptions,
    context: TrainingContext,
    reporter: ProgressReporter,
) -> KerasModel:
    """Train the network with a new head.

    Raises:
        MissingDependency: Keras, its backend or the weights are not installed.
        TrainingError: the training diverged.
        InvalidImage: an image cannot be decoded.
        JobCancelled: the reporter said so.
    """
    started = time.monotonic()
    count = len(training_set.splits["train"])
    spec = built_in_spec(input_side_px(count, options.time_budget_s))
    spec = replace(spec, resize_mode=options.resize_mode or spec.resize_mode)

    def prepared(name: str) -> NDArray[np.uint8]:
        return prepare(training_set.read(name), spec, max_pixels=context.max_pixels)

    images = {
        split: LazyImages(examples, prepared, spec)
        for split, examples in training_set.splits.items()
    }
    train = images["train"]
    augmentation = choose_augmentation(train.pixels(slice(_LOOKED_AT)), strong=True)
    reporter.stage("Loading Keras", None)
    keras = load_keras()
    keras.utils.set_random_seed(options.seed)
    network = _network(keras, spec, len(training_set.class_names))

    def inputs(
        rows: NDArray[np.int64], epoch: int, rng: np.random.Generator
    ) -> NDArray[np.float32]:
        return augmentation.apply(train.inputs(rows), rows, epoch, rng)

    plan = _plan(training_set, options, time.monotonic() - started, reporter)
    with partly_frozen(network):
        outcome = fit(
            keras,
            fine_tuning(
                keras,
                network,
                inputs,
                train,
                images["validation"],
                peak_rate=_PEAK_LEARNING_RATE,
                weight_decay=_WEIGHT_DECAY,
                label_smoothing=_LABEL_SMOOTHING,
            ),
            plan,
            reporter,
            # By its side, which follows from the time that was left: weights would fit any other.
            training_checkpoints(
                keras, f"finetune-{spec.width_px}", training_set, options, context, reporter
            ),
        )
    return KerasModel(
        recipe="finetune",
        backbone=options.backbone,
        keras=keras,
        network=network,
        asked=network,
        spec=spec,
        class_names=training_set.class_names,
        parameters={
            **training_facts(keras, outcome, options, spec, started),
            "trained_from": "pixels",
            "augmentation": asdict(augmentation),
            "weights": network.count_params(),
        },
        splits=images,
        history=outcome.history,
    )


def input_side_px(images: int, time_budget_s: float | None) -> int:
    """The side at which so many training images are looked at: a larger one if time allows."""
    smallest, *larger = _SIDES_PX
    if time_budget_s is None:
        return smallest
    for side in reversed(larger):
        per_second = _IMAGES_PER_CORE_S * usable_cores() * (smallest / side) ** 2
        if time_budget_s * per_second >= min(_LEAST_SEEN, _LEAST_EPOCHS * images):
            return side
    return smallest


def _network(keras: Any, spec: PreprocessingSpec, classes: int) -> Any:
    """From normalised images to logits, which are all 0 at first."""
    backbone = keras_builder.build(keras, load_weights(), spec.width_px)
    normalised = backbone.get_layer("normalise").output
    body = keras.Model(normalised, backbone.output, name="body")
    inputs = keras.Input(normalised.shape[1:], name="normalised")
    head = keras.layers.Dense(classes, kernel_initializer="zeros", name=LOGITS)
    return keras.Model(inputs, head(body(inputs)), name="network")


def _plan(
    training_set: TrainingSet, options: TrainingOptions, spent_s: float, reporter: ProgressReporter
) -> Plan:
    count = len(training_set.splits["train"])
    least, most = _EPOCHS
    epochs = min(most, max(least, round(_IMAGES_SEEN / count)))
    if options.time_budget_s is not None and options.fill_budget:
        epochs = most
    return Plan(
        epochs=options.epochs or epochs,
        batch_size=min(count, _BATCH_SIZE),
        seed=options.seed,
        time_budget_s=time_left_s(options.time_budget_s, spent_s, reporter),
        asked_later=images_asked(training_set),
    )
