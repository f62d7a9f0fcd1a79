"""The training loop of `scratch`: one rise and fall of the learning rate, best weights kept."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tellapart.errors import TrainingError
from tellapart.evaluation.calibration import softmax
from tellapart.evaluation.metrics import log_loss
from tellapart.jobs.monitor import Monitor
from tellapart.models.augmentation import Augmentation
from tellapart.models.training_data import UNEQUAL

_PEAK_LEARNING_RATE = 2e-3
_WEIGHT_DECAY = 0.05
_LABEL_SMOOTHING = 0.05
# The learning rate rises for this share of the training, then falls to 0 (Smith 2018).
_WARM_UP = 0.25
_ANSWER_BATCH = 256
_CANCEL_CHECK_S = 0.5
# Only weights from the last third of the cycle are kept: what looks good on a small validation
# split while the learning rate is high is mostly luck.
_SETTLED = 2 / 3


@dataclass(frozen=True)
class Plan:
    """How to train. The time is in seconds from `begin`; without one the epochs decide."""

    epochs: int
    batch_size: int
    seed: int
    augmentation: Augmentation
    time_budget_s: float | None = None


@dataclass(frozen=True)
class Pictures:
    """Pictures uint8 [N, S, S, 3] with their classes int64 [N].

    They are normalised when they are used: as float32 they would take four times the memory.
    """

    pixels: NDArray[np.uint8]
    y: NDArray[np.int64]
    mean: float
    std: float

    def normalised(self, rows: slice | NDArray[np.int64]) -> NDArray[np.float32]:
        """Some of them, as the network takes them: float32 [n, S, S, 3]."""
        pixels = self.pixels[rows].astype(np.float32)
        return (pixels - np.float32(self.mean)) / np.float32(self.std)


@dataclass(frozen=True)
class Outcome:
    """What the training came to. `best_epoch` counts from 1; its weights are the network's."""

    epochs: int
    best_epoch: int
    stopped_by: str


def fit(
    keras: Any,
    network: Any,
    train: Pictures,
    validation: Pictures,
    plan: Plan,
    monitor: Monitor,
) -> Outcome:
    """Train `network` in place; it is left with the weights of the best validation accuracy.

    Of equal ones, the last; without a validation split, the last of all. With a time budget the
    learning rate has fallen to 0 when the time is up, however many epochs that was.

    Raises:
        TrainingError: the loss is no longer a number.
        JobCancelled: the monitor said so.
    """
    run = _Run(keras, network, train, plan, monitor)
    best, best_epoch, best_weights, epoch = 0.0, 0, None, 0
    while not run.finished:
        epoch += 1
        figures = run.epoch(epoch)
        if len(validation.y):
            figures |= _judge(network, validation)
        monitor.log(f"Epoch {epoch} of {plan.epochs}", epoch=epoch, **figures)
        accuracy = figures.get("validation_accuracy", 0.0)
        if accuracy >= best and run.progress >= _SETTLED:
            best, best_epoch, best_weights = accuracy, epoch, network.get_weights()
    if best_weights is not None:
        network.set_weights(best_weights)
    return Outcome(epoch, best_epoch, "time" if run.out_of_time else "epochs")


def answers(network: Any, pictures: Pictures, output: int | None = None) -> NDArray[np.float32]:
    """The network's logits float32 [N, K], or that of its outputs.

    In batches of one size, so that the network is traced once.
    """
    parts = []
    for start in range(0, max(1, len(pictures.y)), _ANSWER_BATCH):
        part = pictures.normalised(slice(start, start + _ANSWER_BATCH))
        filler = np.zeros((_ANSWER_BATCH - len(part), *part.shape[1:]), part.dtype)
        found = network.predict_on_batch(np.concatenate([part, filler]))
        parts.append(np.asarray(found if output is None else found[output])[: len(part)])
    return np.concatenate(parts)


@dataclass
class _Run:
    keras: Any
    network: Any
    train: Pictures
    plan: Plan
    monitor: Monitor
    step: int = 0
    begin: float = field(default_factory=time.monotonic)
    checked: float = 0.0

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(self.plan.seed)
        self.steps_per_epoch = max(1, len(self.train.y) // self.plan.batch_size)
        classes = self.network.output_shape[-1]
        self.targets = np.eye(classes, dtype=np.float32)[self.train.y]
        self.weights = _class_weights(self.train.y)
        optimizer = self.keras.optimizers.AdamW(_PEAK_LEARNING_RATE, weight_decay=_WEIGHT_DECAY)
        optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
        self.network.compile(
            optimizer,
            self.keras.losses.CategoricalCrossentropy(
                from_logits=True, label_smoothing=_LABEL_SMOOTHING
            ),
            metrics=["accuracy"],
            # Compiling for one CPU takes longer than it saves.
            jit_compile=False,
        )

    @property
    def progress(self) -> float:
        done = self.step / (self.steps_per_epoch * self.plan.epochs)
        budget = self.plan.time_budget_s
        return done if budget is None else max(done, (time.monotonic() - self.begin) / budget)

    @property
    def finished(self) -> bool:
        return self.step > 0 and self.progress >= 1

    @property
    def out_of_time(self) -> bool:
        return self.step < self.steps_per_epoch * self.plan.epochs

    def epoch(self, number: int) -> dict[str, float]:
        figures = []
        for batch in self._batches():
            self.network.optimizer.learning_rate.assign(_learning_rate(self.progress))
            loss_and_accuracy = self.network.train_on_batch(
                self.plan.augmentation.apply(self.train.normalised(batch), self.rng),
                self.targets[batch],
                sample_weight=None if self.weights is None else self.weights[batch],
            )
            figures.append(loss_and_accuracy)
            self.step += 1
            self._report()
            if self.finished:
                break
        loss, accuracy = (float(mean) for mean in np.mean(figures, axis=0))
        if not np.isfinite(loss):
            raise TrainingError(
                f"The loss is {loss} in epoch {number}: the training has run off. "
                "Train again with another seed, or with the probe recipe."
            )
        return {"loss": loss, "accuracy": accuracy}

    def _batches(self) -> Iterator[NDArray[np.int64]]:
        # What does not fill the last batch has its turn in another epoch.
        order = self.rng.permutation(len(self.train.y))
        for index in range(self.steps_per_epoch):
            yield order[index * self.plan.batch_size : (index + 1) * self.plan.batch_size]

    def _report(self) -> None:
        now = time.monotonic()
        if now - self.checked > _CANCEL_CHECK_S:
            self.checked = now
            self.monitor.stage("Training", min(1.0, self.progress))
            self.monitor.check_cancelled()


def _judge(network: Any, validation: Pictures) -> dict[str, float]:
    probabilities = softmax(answers(network, validation))
    return {
        "validation_loss": log_loss(probabilities, validation.y),
        "validation_accuracy": float((probabilities.argmax(axis=1) == validation.y).mean()),
    }


def _learning_rate(progress: float) -> float:
    share = progress / _WARM_UP if progress < _WARM_UP else (1 - progress) / (1 - _WARM_UP)
    return _PEAK_LEARNING_RATE * max(share, 0.01)


def _class_weights(y: NDArray[np.int64]) -> NDArray[np.float32] | None:
    """A weight for each picture that makes all classes count the same; None when they do."""
    counts = np.bincount(y)
    if counts.max() < UNEQUAL * counts.min():
        return None
    return (len(y) / (len(counts) * counts))[y].astype(np.float32)
