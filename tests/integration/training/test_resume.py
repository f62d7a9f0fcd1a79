"""A training that is killed goes on from its checkpoint, to the same end, bit for bit."""

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tellapart.dataset.training_set import TrainingContext, TrainingOptions
from tellapart.errors import JobCancelled
from tellapart.training.scratch.recipe import train_scratch
from tests.support.training_sets import Recorder, digits

ROOT = Path(__file__).parents[3]
EPOCHS, SEED = 16, 5
PROGRAM = f"""
import sys
from pathlib import Path
from tellapart.training.scratch.recipe import train_scratch
from tellapart.dataset.training_set import TrainingContext, TrainingOptions
from tests.support.training_sets import Recorder, digits

context = TrainingContext(None, Path(), 10_000, 64, checkpoints=Path(sys.argv[1]))
few = digits({{"train": 96, "validation": 20, "test": 20}})
train_scratch(few, TrainingOptions(epochs={EPOCHS}, seed={SEED}), context, Recorder())
"""
OPTIONS = TrainingOptions(epochs=EPOCHS, seed=SEED)
FEW = digits({"train": 96, "validation": 20, "test": 20})


def kill_after_a_checkpoint(folder: Path) -> None:
    """Begin the training in another process, and end that by SIGKILL after its first epoch."""
    with subprocess.Popen([sys.executable, "-c", PROGRAM, str(folder)], cwd=ROOT) as process:
        while not (folder / "scratch.checkpoint").exists() and process.poll() is None:
            time.sleep(0.01)
        process.kill()
    assert process.returncode == -9


@pytest.mark.timeout(300)
def test_a_killed_training_comes_to_the_same_end(
    training_context: TrainingContext, tmp_path: Path
) -> None:
    kill_after_a_checkpoint(tmp_path / "job")
    log = Recorder()
    context = replace(training_context, checkpoints=tmp_path / "job")
    resumed = train_scratch(FEW, OPTIONS, context, log)
    assert log.messages[0].startswith("Going on after epoch ")
    unbroken = train_scratch(FEW, OPTIONS, training_context, Recorder())
    assert np.array_equal(resumed.logits("test"), unbroken.logits("test"))
    assert len(resumed.history) == len(unbroken.history) == EPOCHS
    losses = [[epoch["loss"] for epoch in model.history] for model in (resumed, unbroken)]
    assert losses[0] == losses[1]

    # A checkpoint of the very end leaves nothing to do.
    again = train_scratch(FEW, OPTIONS, context, Recorder())
    assert np.array_equal(again.logits("test"), unbroken.logits("test"))

    # One of other data is not used.
    other = digits({"train": 80, "validation": 20, "test": 20})
    log = Recorder()
    train_scratch(other, replace(OPTIONS, epochs=1), context, log)
    assert "set aside" in log.messages[0]


def test_a_cancelled_training_keeps_its_checkpoint(
    training_context: TrainingContext, tmp_path: Path
) -> None:
    context = replace(training_context, checkpoints=tmp_path)
    with pytest.raises(JobCancelled):
        train_scratch(FEW, OPTIONS, context, Recorder(cancel_at=145))
    log = Recorder()
    model = train_scratch(FEW, replace(OPTIONS), context, log)
    assert log.messages[0].startswith("Going on after epoch ")
    assert len(model.history) == EPOCHS
