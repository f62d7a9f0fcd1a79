"""Fine-tuning on photos: the top of a trained network learns too, from where a probe ends.

What lies below is frozen: its features are computed once, and an epoch is then short.
"""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tellapart.dataset.training_set import TrainingSet
from tellapart.features.backbones.catalogue import load_backbone
from tellapart.features.keras_library import load_keras
from tellapart.jobs.progress import ProgressReporter, SubProgress
from tellapart.store.tables import Split
from tellapart.store.temporary_files import temporary_folder
from tellapart.training.finetune.frozen_features import FeatureReader, Features
from tellapart.training.finetune.plan import fine_tuning, partly_frozen
from tellapart.training.finetune.reading import (
    ANSWERED_LATER_S,
    choose_reading,
    trainable_networks,
)
from tellapart.training.keras_loop.checkpoints import training_checkpoints
from tellapart.training.keras_loop.fitting import Plan, fit
from tellapart.training.keras_loop.images import answers
from tellapart.training.keras_loop.keras_model import KerasModel, training_facts
from tellapart.training.keras_loop.schedule import time_left_s
from tellapart.training.options import TrainingContext, TrainingOptions
from tellapart.training.probe.logistic_head import LogisticHead, fit_head

# With a tenth of it, a few epochs end where they began.
_PEAK_LEARNING_RATE = 1e-3
_WEIGHT_DECAY = 0.05
_LABEL_SMOOTHING = 0.05
_EPOCHS = (4, 20)
_IMAGES_SEEN = 12_000
_FEATURES_SHARE = 0.5


def train_top(
    training_set: TrainingSet,
    options: TrainingOptions,
    context: TrainingContext,
    reporter: ProgressReporter,
) -> KerasModel:
    """Read features, fit a head on the last layer, train the top of the backbone with that head.

    Raises:
        BackboneUnavailable: it cannot be had as a Keras network.
        MissingDependency: Keras, its backend or the weights are not installed.
        TrainingError: the training diverged, or there is no room for the features.
        JobCancelled: the reporter said so.
    """
    started = time.monotonic()
    reporter.stage("Loading Keras", None)
    keras = load_keras()
    keras.utils.set_random_seed(options.seed)
    backbone = load_backbone(options.backbone, context.cache_dir)
    spec = replace(backbone.spec, resize_mode=options.resize_mode or backbone.spec.resize_mode)
    with temporary_folder() as folder:
        # A mapped file is readable for as long as it is used, even after it was removed.
        place = context.checkpoints or folder
        reading = choose_reading(
            trainable_networks(keras, options, spec),
            lambda networks, cut: FeatureReader(
                networks.bottom(cut), training_set, networks.spec, context.max_pixels, place
            ),
            training_set,
            options,
            started,
            reporter,
        )
        splits = reading.read(SubProgress(reporter, 0.0, _FEATURES_SHARE))
    networks, cut = reading.networks, reading.cut
    reporter.stage("Fitting the head", None)
    head = _starting_head(networks.upper(cut), splits, reporter)
    # In float32: bfloat16 makes depthwise convolutions slower.
    top = networks.top(cut, head)
    later_s = ANSWERED_LATER_S * sum(len(splits[name].y) for name in ("validation", "test"))
    spent_s = time.monotonic() - started + later_s
    plan = _plan(len(splits["train"].y), options, spent_s, reporter)
    with partly_frozen(top):
        outcome = fit(
            keras,
            fine_tuning(
                keras,
                top,
                lambda rows, _epoch, rng: splits["train"].mixed(rows, rng),
                splits["train"],
                splits["validation"],
                peak_rate=_PEAK_LEARNING_RATE,
                weight_decay=_WEIGHT_DECAY,
                label_smoothing=_LABEL_SMOOTHING,
            ),
            plan,
            SubProgress(reporter, _FEATURES_SHARE, 1.0),
            # By the side, which follows from the time that was left: weights would fit any other.
            training_checkpoints(
                keras,
                f"finetune-{networks.spec.width_px}",
                training_set,
                options,
                context,
                reporter,
            ),
        )
    return KerasModel(
        recipe="finetune",
        keras=keras,
        network=networks.whole(top),
        asked=top,
        backbone=backbone.name,
        spec=networks.spec,
        class_names=training_set.class_names,
        parameters={
            **training_facts(keras, outcome, options, networks.spec, started),
            "C": head.inverse_regularization,
            "trained_from": cut,
            "trained_pictures": len(splits["train"].y),
            "mirrored": splits["train"].mirrored is not None,
            "weights": top.count_params(),
        },
        splits=splits,
        history=outcome.history,
        # Epoch 0 is what it began with.
        gained=outcome.best_epoch > 0,
    )


def _starting_head(
    upper: Any, splits: Mapping[Split, Features], reporter: ProgressReporter
) -> LogisticHead:
    """A probe's, on the last layer: the part that is trained further begins with it."""
    train, validation = (
        (answers(upper, splits[name])[0], splits[name].y) for name in ("train", "validation")
    )
    return fit_head(
        train,
        validation,
        report=lambda _strength, _loss: reporter.check_cancelled(),
        parts=(train[0].shape[1],),
    )


def _plan(count: int, options: TrainingOptions, spent_s: float, reporter: ProgressReporter) -> Plan:
    least, most = _EPOCHS
    return Plan(
        epochs=options.epochs or min(most, max(least, round(_IMAGES_SEEN / count))),
        batch_size=32,
        seed=options.seed,
        time_budget_s=time_left_s(options.time_budget_s, spent_s, reporter),
        settled=0.5,
        patience=0.5,
        keep_start=True,
        by_loss=True,
    )
