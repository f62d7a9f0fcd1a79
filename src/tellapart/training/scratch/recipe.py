"""The `scratch` recipe: a compact network for small images, trained from nothing."""

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tellapart.dataset.training_set import TrainingSet
from tellapart.features.keras_library import dtype_policy, load_keras, training_policy
from tellapart.images.preprocessing import PreprocessingSpec, ResizeMode, prepare
from tellapart.jobs.progress import ProgressReporter, SubProgress
from tellapart.package.build import images_asked
from tellapart.runtime.cpu_budget import usable_cores
from tellapart.store.tables import SPLITS, Split
from tellapart.training.augmentation import Augmentation, choose_augmentation
from tellapart.training.keras_loop.averaged_weights import AveragedWeights
from tellapart.training.keras_loop.batches import Batch
from tellapart.training.keras_loop.checkpoints import training_checkpoints
from tellapart.training.keras_loop.fitting import Method, Plan, fit
from tellapart.training.keras_loop.images import ImageArrays, answers, class_weights
from tellapart.training.keras_loop.keras_model import KerasModel, training_facts
from tellapart.training.keras_loop.schedule import time_left_s
from tellapart.training.options import TrainingContext, TrainingOptions
from tellapart.training.scratch.scaled_sgd import scaled_sgd
from tellapart.training.scratch.whitened_network import (
    NARROW,
    WIDE,
    build_network,
    initialise,
    input_side_px,
    rate_scales,
)

# For the mean loss of a batch, by its images. These five are of airbench (Jordan 2024).
_PEAK_RATE_PER_IMAGE = 11.5 / 7850
_MOMENTUM = 0.85
_WEIGHT_DECAY = 0.0153 / 11.5
_LABEL_SMOOTHING = 0.2
# The learning rate rises for this share of the training, then falls (Smith 2018).
_WARM_UP, _FIRST_RATE, _LAST_RATE = 0.23, 0.2, 0.07
# The network goes on from the average of its weights every few steps (Zhang et al. 2019).
_LOOKAHEAD_STEPS = 5
# The loss on validation falls to the very end, with the learning rate.
_PATIENCE = 0.5
_EPOCHS = 10
_MOST_EPOCHS = 60
# A small data set is seen more often, until this many images were looked at.
_IMAGES_SEEN = 30_000
_STEPS_PER_EPOCH = 40
_SMALLEST_BATCH, _LARGEST_BATCH = 16, 1024
# The wide network needs this many images, and time for so many epochs, to be the better one.
_WIDE_IMAGES, _WIDE_EPOCHS = 5_000, 6
# What a core does in a second, of images of 32 px: a rough guess, only to choose the width by.
_WIDE_IMAGES_PER_CORE_S = 130
_WHITENED_IMAGES = 5_000
_READING_SHARE = 0.05
_IMAGES_PER_STAGE = 512


def train_scratch(
    training_set: TrainingSet,
    options: TrainingOptions,
    context: TrainingContext,
    reporter: ProgressReporter,
) -> KerasModel:
    """Read the images, train the network.

    Raises:
        MissingDependency: Keras or TensorFlow is not installed.
        TrainingError: the training diverged.
        JobCancelled: the reporter said so.
    """
    started = time.monotonic()
    side_px = input_side_px(training_set.median_side_px)
    shape = _plain_spec(side_px, options.resize_mode or "stretch")
    pixels = _read(
        training_set, shape, context.max_pixels, SubProgress(reporter, 0.0, _READING_SHARE)
    )
    spec = _normalisation(shape, pixels["train"])
    reporter.stage("Loading Keras", None)
    keras = load_keras()
    keras.utils.set_random_seed(options.seed)
    images = {
        split: ImageArrays(part, training_set.splits[split].y, spec.mean[0], spec.std[0])
        for split, part in pixels.items()
    }
    plan = _plan(training_set, options, time.monotonic() - started, reporter)
    sizes = {
        "side_px": side_px,
        "classes": len(training_set.class_names),
        "width": _width(len(pixels["train"]), side_px, plan.time_budget_s),
    }
    policy = training_policy(keras)
    with dtype_policy(keras, policy):
        learner = build_network(keras, **sizes, batch_size=plan.batch_size)
    initialise(learner, images["train"].inputs(slice(_WHITENED_IMAGES)))
    augmentation = choose_augmentation(pixels["train"])
    outcome = fit(
        keras,
        training_method(keras, learner, images, augmentation, plan.batch_size),
        plan,
        SubProgress(reporter, _READING_SHARE, 1.0),
        training_checkpoints(keras, "scratch", training_set, options, context, reporter),
    )
    network = build_network(keras, **sizes)
    network.set_weights(learner.get_weights())
    return KerasModel(
        recipe="scratch",
        backbone=None,
        keras=keras,
        network=network,
        asked=network,
        spec=spec,
        class_names=training_set.class_names,
        parameters={
            **training_facts(keras, outcome, options, spec, started),
            "augmentation": asdict(augmentation),
            "width": sizes["width"],
            "weights": network.count_params(),
            "dtype": policy,
        },
        splits=images,
        history=outcome.history,
    )


def training_method(
    keras: Any,
    network: Any,
    images: Mapping[Split, ImageArrays],
    augmentation: Augmentation,
    batch_size: int,
) -> Method:
    """How a network of `build_network` learns from the train split, judged on validation."""
    train, validation = images["train"], images["validation"]
    targets = np.eye(network.output_shape[-1], dtype=np.float32)[train.y]
    weights = class_weights(train.y)

    def batch(rows: NDArray[np.int64], epoch: int, rng: np.random.Generator) -> Batch:
        changed = augmentation.apply(train.inputs(rows), rows, epoch, rng)
        return changed, targets[rows], None if weights is None else weights[rows]

    def optimizer() -> Any:
        scales = rate_scales(network)
        return scaled_sgd(keras, scales, momentum=_MOMENTUM, decay=_WEIGHT_DECAY)

    def average() -> AveragedWeights:
        return AveragedWeights(network, _lookahead_decay, every=_LOOKAHEAD_STEPS, lookahead=True)

    return Method(
        network=network,
        count=len(train.y),
        batch=batch,
        optimizer=optimizer,
        learning_rate=lambda done: _PEAK_RATE_PER_IMAGE * batch_size * _rate_share(done),
        judge=lambda: answers(network, validation)[0],
        validation_y=validation.y,
        label_smoothing=_LABEL_SMOOTHING,
        average=average,
    )


def _rate_share(done: float) -> float:
    if done < _WARM_UP:
        return _FIRST_RATE + (1 - _FIRST_RATE) * done / _WARM_UP
    return 1 - (1 - _LAST_RATE) * (done - _WARM_UP) / (1 - _WARM_UP)


def _lookahead_decay(done: float) -> float:
    # Next to nothing is kept at first, more and more of it towards the end.
    decay: float = 0.95**_LOOKAHEAD_STEPS * done**3
    return decay


def _plan(
    training_set: TrainingSet, options: TrainingOptions, spent_s: float, reporter: ProgressReporter
) -> Plan:
    count = len(training_set.splits["train"])
    # A time budget that was asked for is used to the end.
    epochs = _MOST_EPOCHS
    if options.time_budget_s is None or not options.fill_budget:
        epochs = min(_MOST_EPOCHS, max(_EPOCHS, round(_IMAGES_SEEN / count)))
    batch_size = 2 ** int(np.log2(max(1, count // _STEPS_PER_EPOCH)))
    return Plan(
        epochs=options.epochs or epochs,
        batch_size=min(count, max(_SMALLEST_BATCH, min(_LARGEST_BATCH, batch_size))),
        seed=options.seed,
        patience=_PATIENCE,
        time_budget_s=time_left_s(options.time_budget_s, spent_s, reporter),
        asked_later=images_asked(training_set),
    )


def _width(count: int, side_px: int, budget_s: float | None) -> int:
    if count < _WIDE_IMAGES:
        return NARROW
    if budget_s is None:
        return WIDE
    per_second = _WIDE_IMAGES_PER_CORE_S * usable_cores() * (32 / side_px) ** 2
    return WIDE if budget_s * per_second / count >= _WIDE_EPOCHS else NARROW


def _plain_spec(side_px: int, resize_mode: ResizeMode) -> PreprocessingSpec:
    return PreprocessingSpec(side_px, side_px, resize_mode, interpolation="bilinear")


def _normalisation(shape: PreprocessingSpec, pixels: NDArray[np.uint8]) -> PreprocessingSpec:
    # Only the plain sum and squares of whole numbers: no float copy of all images.
    counts = np.bincount(pixels.reshape(-1), minlength=256)
    values = np.arange(256)
    mean = float(np.average(values, weights=counts))
    std = float(np.sqrt(np.average((values - mean) ** 2, weights=counts)))
    mean, std = round(mean, 3), round(max(std, 1.0), 3)
    return PreprocessingSpec(
        shape.width_px,
        shape.height_px,
        shape.resize_mode,
        mean=(mean, mean, mean),
        std=(std, std, std),
        interpolation=shape.interpolation,
    )


def _read(
    training_set: TrainingSet, spec: PreprocessingSpec, max_pixels: int, reporter: ProgressReporter
) -> dict[Split, NDArray[np.uint8]]:
    def read(name: str) -> NDArray[np.uint8]:
        return prepare(training_set.read(name), spec, max_pixels=max_pixels)

    total = sum(len(training_set.splits[split]) for split in SPLITS)
    done, pixels = 0, {}
    with ThreadPoolExecutor(usable_cores(), thread_name_prefix="read") as pool:
        for split in SPLITS:
            names = training_set.splits[split].content_hashes
            pixels[split] = np.empty((len(names), spec.height_px, spec.width_px, 3), np.uint8)
            for index, image in enumerate(pool.map(read, names)):
                pixels[split][index] = image
                done += 1
                reporter.check_cancelled()
                if done % _IMAGES_PER_STAGE == 0:
                    reporter.stage("Reading pictures", done / total)
    return pixels
