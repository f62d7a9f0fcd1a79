"""The training loop of the recipes that train a Keras network, on any backend of Keras.

The recipe says what is learned and how (`Method`), the loop does it: it keeps the time budget and
the best weights, saves checkpoints and goes on from them, and survives a batch that is too large.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tellapart.errors import TrainingError
from tellapart.evaluation.calibration import fit_temperature, softmax
from tellapart.evaluation.metrics import log_loss
from tellapart.jobs.failures import is_out_of_memory
from tellapart.jobs.progress import ProgressReporter
from tellapart.training.keras_loop.averaged_weights import AveragedWeights
from tellapart.training.keras_loop.batches import MakeBatch, epoch_batches
from tellapart.training.keras_loop.checkpoints import Checkpoint, Checkpoints
from tellapart.training.keras_loop.schedule import TrainingSchedule

_REPORT_INTERVAL_S = 0.5
# Epochs that are shorter than this are not worth a checkpoint each.
_SAVE_INTERVAL_S = 1.0
_SMALLEST_BATCH = 8
# Judging goes forward only: about a third of the work of a step.
_JUDGING = 1 / 3


@dataclass(frozen=True)
class Plan:
    """How long to train.

    Attributes:
        epochs: most passes over the training images; fewer when the time budget is spent.
        batch_size: images in a step; halved when memory runs out.
        seed: of the order, and of what a batch is made with.
        time_budget_s: seconds from the beginning of the loop until the images of `asked_later`
            are answered; None for no limit.
        asked_later: how many images the network is asked about once it is trained.
        settled: weights from this share of the training on may be kept. What looks good on a small
            validation split while the learning rate is high is mostly luck.
        patience: the training ends when the loss on validation has not become less for this share
            of it, but not before `settled`: while the learning rate is high a pause says nothing.
        keep_start: whether the network as it comes is judged too, and kept when nothing beats it.
            Patience does not count from it: at first a network that was fitted gets worse.
        by_loss: whether weights are chosen by the log loss on validation, after calibration, and
            not by the accuracy. On few images it says more.
    """

    epochs: int
    batch_size: int
    seed: int
    time_budget_s: float | None = None
    asked_later: int = 0
    settled: float = 2 / 3
    patience: float = 0.3
    keep_start: bool = False
    by_loss: bool = False


@dataclass(frozen=True)
class Method:
    """What is learned, and how.

    Attributes:
        network: a Keras model whose output are logits [n, K]; it is trained in place.
        count: training images.
        batch: makes a batch; see `MakeBatch`.
        optimizer: makes a new Keras optimizer; its rate is set before each step.
        learning_rate: by the share of the training that is done, 0 to 1, for `Plan.batch_size`; it
            falls with a batch that was halved (Goyal et al. 2017).
        judge: the network's logits [M, K] for the validation images.
        validation_y: their classes [M]; may be empty.
        label_smoothing: share of each target that is spread over all classes.
        average: makes the average that is judged and kept in the place of the last weights.
    """

    network: Any
    count: int
    batch: MakeBatch
    optimizer: Callable[[], Any]
    learning_rate: Callable[[float], float]
    judge: Callable[[], NDArray[np.float32]]
    validation_y: NDArray[np.int64]
    label_smoothing: float = 0.0
    average: Callable[[], AveragedWeights] | None = None


@dataclass(frozen=True)
class Outcome:
    """What the training came to. `best_epoch` counts from 1; its weights are the network's.

    It is 0 when the network stayed as it came.
    """

    epochs: int
    best_epoch: int
    stopped_by: str
    batch_size: int
    history: Sequence[dict[str, float]]


def fit(
    keras: Any,
    method: Method,
    plan: Plan,
    reporter: ProgressReporter,
    checkpoints: Checkpoints | None = None,
) -> Outcome:
    """Train `method.network` in place; it is left with the weights that were best on validation.

    Of equal ones, the last; without a validation split, the last of all. A training that was
    interrupted goes on from its checkpoint, to the same end.

    Raises:
        TrainingError: the loss is no longer a number, or memory ran out with the smallest batch.
        JobCancelled: the reporter said so.
    """
    saved = None if checkpoints is None else checkpoints.load()
    initial = method.network.get_weights()
    batch_size = min(plan.batch_size, method.count)
    if saved is not None:
        batch_size = saved.facts["batch_size"]
    began = time.monotonic()
    while True:
        spent_s = time.monotonic() - began
        try:
            run = _Run(keras, method, plan, reporter, checkpoints, batch_size, spent_s)
            return run.to_end(saved)
        except Exception as error:
            if not is_out_of_memory(error):
                raise
            batch_size = _smaller(batch_size, error)
        reporter.log(f"Memory ran out; training anew with {batch_size} pictures at a time.")
        method.network.set_weights(initial)
        saved = None


def _smaller(batch_size: int, error: Exception) -> int:
    if batch_size <= _SMALLEST_BATCH:
        raise TrainingError(
            f"Memory ran out even with {batch_size} pictures at a time. Close other programs, or "
            "train with the probe recipe."
        ) from error
    return max(_SMALLEST_BATCH, batch_size // 2)


@dataclass
class _Run:
    keras: Any
    method: Method
    plan: Plan
    reporter: ProgressReporter
    checkpoints: Checkpoints | None
    batch_size: int
    # Of the time budget, by tries that ran out of memory.
    spent_s: float = 0.0
    step: int = 0
    epoch: int = 0
    best: dict[str, float] = field(default_factory=lambda: {"score": 0.0, "epoch": 0})
    least_loss: tuple[float, float] = (np.inf, 0.0)
    best_weights: list[NDArray[Any]] | None = None
    history: list[dict[str, float]] = field(default_factory=list)
    reported: float = 0.0
    saved: float = -np.inf

    def __post_init__(self) -> None:
        method = self.method
        self.network = method.network
        self.optimizer = method.optimizer()
        self.network.compile(
            self.optimizer,
            self.keras.losses.CategoricalCrossentropy(
                from_logits=True, label_smoothing=method.label_smoothing
            ),
            metrics=["accuracy"],
            # Compiling for one CPU takes longer than it saves; JAX does nothing without.
            jit_compile=self.keras.backend.backend() == "jax",
        )
        self.optimizer.build(self.network.trainable_variables)
        self.average = None if method.average is None else method.average()
        self.steps_per_epoch = max(1, method.count // self.batch_size)

    def to_end(self, saved: Checkpoint | None) -> Outcome:
        if saved is not None and not self._suits(saved):
            self.reporter.log("The checkpoint is of another network; the training starts anew.")
            saved = None
        self.schedule = TrainingSchedule(
            self.plan.epochs * self.steps_per_epoch,
            self.steps_per_epoch,
            budget_s=self.plan.time_budget_s,
            judging_steps=_JUDGING * len(self.method.validation_y) / self.batch_size,
            closing_steps=_JUDGING * self.plan.asked_later / self.batch_size,
            spent_s=self.spent_s,
            facts=None if saved is None else saved.facts["cycle"],
        )
        if saved is not None:
            self._restore(saved)
        elif self.plan.keep_start:
            self._keep_if_best(self._answers())
        while not self.stopped_by:
            self._train_epoch()
        if self.best_weights is not None:
            self.network.set_weights(self.best_weights)
        best_epoch = int(self.best["epoch"])
        return Outcome(self.epoch, best_epoch, self.stopped_by, self.batch_size, self.history)

    @property
    def share(self) -> float:
        return self.schedule.share(self.step)

    @property
    def stopped_by(self) -> str:
        if self.step and self.share >= 1:
            return "time" if self.step < self.schedule.most_steps else "epochs"
        stale = self.share - self.least_loss[1] >= self.plan.patience
        settled = self.share >= self.plan.settled
        return "validation" if len(self.method.validation_y) and stale and settled else ""

    def _train_epoch(self) -> None:
        self.epoch += 1
        figures = self._steps()
        ended = time.monotonic()
        with self.average.in_place() if self.average else nullcontext():
            logits = self._answers()
            figures |= self._judged(logits)
            if self.share >= self.plan.settled:
                self._keep_if_best(logits)
        self._report_epoch(figures)
        self._save()
        self.schedule.after_judging(time.monotonic() - ended)

    def _steps(self) -> dict[str, float]:
        """Train for an epoch, or what is left of the training; its mean loss and accuracy."""
        method, figures = self.method, []
        self.schedule.before_steps()
        slower = self.batch_size / min(self.plan.batch_size, method.count)
        batches = epoch_batches(
            method.batch, method.count, self.batch_size, self.epoch, self.plan.seed
        )
        for inputs, targets, weights in batches:
            self.optimizer.learning_rate.assign(slower * method.learning_rate(self.share))
            # Of this batch alone.
            loss, accuracy = self.network.train_on_batch(inputs, targets, sample_weight=weights)
            figures.append((float(loss), float(accuracy)))
            self._check(float(loss))
            self.step += 1
            if self.average is not None:
                self.average.after_step(self.step, self.share)
            self.schedule.after_step(self.step)
            self._report_step()
            if self.share >= 1:
                break
        loss, accuracy = np.mean(figures, axis=0)
        return {"loss": float(loss), "accuracy": float(accuracy)}

    def _check(self, loss: float) -> None:
        if not np.isfinite(loss):
            raise TrainingError(
                f"The loss is {loss} in epoch {self.epoch}: the training diverged. "
                "Train again with another seed, or with the probe recipe."
            )

    def _answers(self) -> NDArray[np.float32] | None:
        """Of the validation images, where there are any."""
        return self.method.judge() if len(self.method.validation_y) else None

    def _judged(self, logits: NDArray[np.float32] | None) -> dict[str, float]:
        if logits is None:
            return {}
        y, probabilities = self.method.validation_y, softmax(logits)
        loss = log_loss(probabilities, y)
        if loss < self.least_loss[0]:
            self.least_loss = (loss, self.share)
        accuracy = float((probabilities.argmax(axis=1) == y).mean())
        return {"validation_loss": loss, "validation_accuracy": accuracy}

    def _keep_if_best(self, logits: NDArray[np.float32] | None) -> None:
        score = 0.0 if logits is None else self._score(logits)
        if score >= self.best["score"]:
            self.best = {"score": score, "epoch": self.epoch}
            self.best_weights = self.network.get_weights()

    def _score(self, logits: NDArray[np.float32]) -> float:
        """The share that is right; by loss, the geometric mean of what the right class was given.

        Both from 0 to 1.
        """
        y = self.method.validation_y
        if not self.plan.by_loss:
            return float((logits.argmax(axis=1) == y).mean())
        return float(np.exp(-log_loss(softmax(logits, fit_temperature(logits, y)), y)))

    def _report_step(self) -> None:
        self.reporter.check_cancelled()
        now = time.monotonic()
        if now - self.reported > _REPORT_INTERVAL_S:
            self.reported = now
            self.reporter.stage("Training", self.share)

    def _report_epoch(self, figures: dict[str, float]) -> None:
        epochs = -(-self.schedule.steps // self.steps_per_epoch)
        rate = float(np.asarray(self.optimizer.learning_rate))
        seconds = round(self.schedule.elapsed_s, 3)
        figures = {"epoch": self.epoch, **figures, "learning_rate": rate, "seconds": seconds}
        self.history.append(figures)
        self.reporter.log(f"Epoch {self.epoch} of {epochs}", epochs=epochs, **figures)

    def _save(self) -> None:
        now = time.monotonic()
        if self.checkpoints is None or now - self.saved < _SAVE_INTERVAL_S:
            return
        self.saved = now
        arrays = {
            "network": _values(self.network.variables),
            "optimizer": _values(self.optimizer.variables),
            "average": self.average.weights if self.average else [],
            "best": self.best_weights or [],
        }
        facts = {
            "step": self.step, "epoch": self.epoch, "batch_size": self.batch_size,
            "best": self.best, "least_loss": self.least_loss, "history": self.history,
            "cycle": self.schedule.facts,
        }  # fmt: skip
        self.checkpoints.save(Checkpoint(arrays, facts))

    def _suits(self, saved: Checkpoint) -> bool:
        shapes = [tuple(variable.shape) for variable in self._variables()]
        values = [*saved.arrays["network"], *saved.arrays["optimizer"]]
        return shapes == [value.shape for value in values]

    def _variables(self) -> list[Any]:
        return [*self.network.variables, *self.optimizer.variables]

    def _restore(self, saved: Checkpoint) -> None:
        arrays, facts = saved.arrays, saved.facts
        values = [*arrays["network"], *arrays["optimizer"]]
        for variable, value in zip(self._variables(), values, strict=True):
            variable.assign(value)
        if self.average is not None:
            self.average.weights = list(arrays["average"])
        self.best_weights = list(arrays["best"]) or None
        self.step, self.epoch, self.best = facts["step"], facts["epoch"], facts["best"]
        loss, share = facts["least_loss"]
        self.least_loss = (loss, share)
        self.history = facts["history"]
        self.reporter.log(f"Going on after epoch {self.epoch}.")


def _values(variables: Sequence[Any]) -> list[NDArray[Any]]:
    return [np.asarray(variable) for variable in variables]
