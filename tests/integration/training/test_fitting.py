"""The training loop with a tiny network: what goes wrong, and what ends it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tellapart.errors import JobCancelled, TrainingError
from tellapart.features.keras_library import load_keras
from tellapart.training.keras_loop import fitting, schedule
from tellapart.training.keras_loop.averaged_weights import AveragedWeights
from tellapart.training.keras_loop.batches import Batch
from tellapart.training.keras_loop.checkpoints import Checkpoints
from tellapart.training.keras_loop.fitting import Method, Outcome, Plan, fit
from tests.support.clocks import Clock
from tests.support.models.training_sets import Recorder

RNG = np.random.default_rng(0)
X = RNG.normal(size=(64, 4)).astype(np.float32)
Y = (X[:, 0] > 0).astype(np.int64)
PLAN = Plan(epochs=6, batch_size=16, seed=0)


def batch(rows: NDArray[np.int64], epoch: int, rng: np.random.Generator) -> Batch:
    return X[rows], np.eye(2, dtype=np.float32)[Y[rows]], None


def make(**changes: Any) -> Method:
    """A linear network that tells positive from negative."""
    keras = load_keras()
    keras.utils.set_random_seed(0)
    inputs = keras.Input((4,))
    network = keras.Model(inputs, keras.layers.Dense(2, name="logits")(inputs))
    standard = {
        "network": network,
        "count": len(X),
        "batch": batch,
        "optimizer": keras.optimizers.SGD,
        "learning_rate": lambda share: 0.5 * (1 - share),
        "judge": lambda: np.asarray(network.predict_on_batch(X)),
        "validation_y": Y,
    }
    return Method(**(standard | changes))


def run(
    method: Method,
    plan: Plan = PLAN,
    log: Recorder | None = None,
    checkpoints: Checkpoints | None = None,
) -> Outcome:
    return fit(load_keras(), method, plan, log or Recorder(), checkpoints)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """What the loop goes by."""
    made = Clock()
    made.put_into(monkeypatch, fitting, schedule)
    return made


def steps_of(clock: Clock, seconds: float) -> Callable[[float], float]:
    """A learning rate, which is asked for once a step; each step takes so long."""

    def learning_rate(share: float) -> float:
        clock.tick(seconds)
        return 0.5 * (1 - share)

    return learning_rate


def accuracy(method: Method) -> float:
    return float((np.asarray(method.network.predict_on_batch(X)).argmax(axis=1) == Y).mean())


def test_it_learns_and_tells_how() -> None:
    method, log = make(), Recorder()
    outcome = run(method, log=log)
    assert accuracy(method) > 0.9
    assert (outcome.epochs, outcome.stopped_by, outcome.batch_size) == (6, "epochs", 16)
    assert set(log.figures[0]) == {
        "epoch", "epochs", "loss", "accuracy", "validation_loss", "validation_accuracy",
        "learning_rate", "seconds",
    }  # fmt: skip
    assert [entry["epoch"] for entry in outcome.history] == [1, 2, 3, 4, 5, 6]
    assert log.messages[-1] == "Epoch 6 of 6"


def test_the_figures_of_an_epoch_are_those_of_all_its_batches() -> None:
    method, log = make(learning_rate=lambda _: 0.0), Recorder()
    run(method, Plan(epochs=1, batch_size=16, seed=0), log)
    assert log.figures[0]["accuracy"] == pytest.approx(accuracy(method))
    assert 0 < log.figures[0]["accuracy"] < 1


def test_memory_that_runs_out_halves_the_batch() -> None:
    def greedy(rows: NDArray[np.int64], epoch: int, rng: np.random.Generator) -> Batch:
        if len(rows) > 8:
            raise MemoryError
        return batch(rows, epoch, rng)

    method, log = make(batch=greedy), Recorder()
    assert run(method, log=log).batch_size == 8
    assert log.messages[0] == "Memory ran out; training anew with 8 pictures at a time."
    assert accuracy(method) > 0.9


def test_what_a_larger_batch_took_is_of_the_time_budget(clock: Clock) -> None:
    def greedy(rows: NDArray[np.int64], epoch: int, rng: np.random.Generator) -> Batch:
        if len(rows) > 8:
            clock.now = 3.0
            raise MemoryError
        return batch(rows, epoch, rng)

    plan = Plan(epochs=100_000, batch_size=16, seed=0, time_budget_s=5, patience=2.0)
    outcome = run(make(batch=greedy, learning_rate=steps_of(clock, 0.01)), plan)
    assert (outcome.batch_size, outcome.stopped_by) == (8, "time")
    assert clock.now == pytest.approx(5, abs=0.2)


def test_memory_that_is_never_enough_is_an_error() -> None:
    def greedy(rows: NDArray[np.int64], epoch: int, rng: np.random.Generator) -> Batch:
        raise MemoryError

    with pytest.raises(TrainingError, match="even with 8 pictures"):
        run(make(batch=greedy))


def test_a_loss_that_is_no_number_stops_it_at_once() -> None:
    def broken(rows: NDArray[np.int64], epoch: int, rng: np.random.Generator) -> Batch:
        inputs, targets, weights = batch(rows, epoch, rng)
        return np.full_like(inputs, np.nan), targets, weights

    with pytest.raises(TrainingError, match=r"loss is nan in epoch 1.*another seed"):
        run(make(batch=broken))


def test_it_stops_when_validation_grows_worse() -> None:
    # Validation says the contrary of training.
    outcome = run(make(validation_y=1 - Y), Plan(epochs=50, batch_size=16, seed=0))
    assert outcome.stopped_by == "validation"
    assert 34 <= outcome.epochs < 40


def test_without_validation_the_last_weights_stay() -> None:
    outcome = run(make(validation_y=np.array([], np.int64)))
    assert outcome.best_epoch == 6
    assert "validation_loss" not in outcome.history[0]


def test_a_start_that_nothing_beats_is_kept() -> None:
    method = make()
    head = [np.zeros((4, 2), np.float32), np.zeros(2, np.float32)]
    head[0][0] = (-5, 5)
    method.network.set_weights(head)
    # It learns the contrary.
    wrong = replace(method, batch=lambda rows, _epoch, _rng: (-X[rows], *batch(rows, 1, RNG)[1:]))
    outcome = run(wrong, replace(PLAN, keep_start=True))
    assert outcome.best_epoch == 0
    assert accuracy(method) == 1.0


@pytest.mark.parametrize(("by_loss", "best_epoch"), [(False, 2), (True, 1)])
def test_weights_are_chosen_by_accuracy_or_by_loss(by_loss: bool, best_epoch: int) -> None:
    # First two of ten are nearly right and the others surely; then one is surely wrong.
    margins = iter([[-0.1, -0.1, *[5.0] * 8], [-5.0, *[0.1] * 9]])
    method = make(
        judge=lambda: np.array([(margin, 0) for margin in next(margins)], np.float32),
        validation_y=np.zeros(10, np.int64),
    )
    plan = replace(PLAN, epochs=2, settled=0.0, patience=2.0, by_loss=by_loss)
    assert run(method, plan).best_epoch == best_epoch


def test_a_time_budget_is_kept(clock: Clock) -> None:
    plan = Plan(epochs=100_000, batch_size=16, seed=0, time_budget_s=3.0, patience=2.0)
    method = make(learning_rate=steps_of(clock, 0.01))
    outcome = run(method, plan)
    assert outcome.stopped_by == "time"
    assert clock.now == pytest.approx(3, abs=0.1)
    assert outcome.history[-1]["learning_rate"] < outcome.history[0]["learning_rate"] / 2
    assert accuracy(method) > 0.9


def test_averaged_weights_are_judged_and_kept() -> None:
    method = make(validation_y=np.array([], np.int64))
    average = AveragedWeights(method.network, lambda _share: 0.9)
    run(replace(method, average=lambda: average))
    kept = method.network.get_weights()
    assert all(np.array_equal(one, two) for one, two in zip(kept, average.weights, strict=True))


def test_it_stops_when_asked() -> None:
    with pytest.raises(JobCancelled):
        run(make(), log=Recorder(cancel_at=2))


def learner(clock: Clock) -> Method:
    """With momentum and averaged weights, so that much is to be kept; a step takes 1 s."""
    keras = load_keras()
    method = make(
        optimizer=lambda: keras.optimizers.SGD(momentum=0.9), learning_rate=steps_of(clock, 1.0)
    )
    average = AveragedWeights(method.network, lambda share: share, every=3, lookahead=True)
    return replace(method, average=lambda: average)


# Four steps are an epoch. The checkpoint of an epoch is saved before the next one begins.
@pytest.mark.parametrize(("stopped_at", "kept"), [(4, 0), (6, 1), (24, 5)])
def test_what_was_interrupted_comes_to_the_same_end(
    clock: Clock, tmp_path: Path, stopped_at: int, kept: int
) -> None:
    whole = learner(clock)
    outcome = run(whole)
    log = Recorder()
    checkpoints = Checkpoints(tmp_path, "tiny", {"seed": PLAN.seed}, log)
    with pytest.raises(JobCancelled):
        run(learner(clock), log=Recorder(cancel_at=stopped_at), checkpoints=checkpoints)
    again = learner(clock)
    resumed = run(again, log=log, checkpoints=checkpoints)
    assert (f"Going on after epoch {kept}." in log.messages) is (kept > 0)
    assert resumed.best_epoch == outcome.best_epoch
    assert [each["loss"] for each in resumed.history] == [each["loss"] for each in outcome.history]
    for one, two in zip(again.network.get_weights(), whole.network.get_weights(), strict=True):
        assert np.array_equal(one, two)

    # A checkpoint of the very end leaves nothing to do.
    began = clock.now
    assert run(learner(clock), checkpoints=checkpoints).epochs == PLAN.epochs
    assert clock.now == began


def test_a_checkpoint_of_another_network_is_not_used(clock: Clock, tmp_path: Path) -> None:
    log = Recorder()
    checkpoints = Checkpoints(tmp_path, "tiny", {}, log)
    run(learner(clock), checkpoints=checkpoints)
    plain = make(learning_rate=steps_of(clock, 1.0), optimizer=load_keras().optimizers.Adam)
    assert run(plain, log=log, checkpoints=checkpoints).epochs == PLAN.epochs
    assert "of another network" in log.messages[0]
