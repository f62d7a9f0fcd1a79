"""A training whose process is killed goes on from its checkpoint, to the same end, bit for bit.

What else becomes of an interrupted training is in `test_fitting`, with a tiny network.
"""

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tellapart.training.options import TrainingContext, TrainingOptions
from tellapart.training.scratch import recipe
from tellapart.training.scratch.recipe import train_scratch
from tests.integration.training.conftest import SMALL_BATCH
from tests.support.models.training_sets import Recorder, digits

ROOT = Path(__file__).parents[3]
EPOCHS, SEED, WIDTH = 4, 5, 4
COUNTS = '{"train": 48, "validation": 20, "test": 20}'
# It waits once a checkpoint is there, until it is killed.
PROGRAM = f"""
import sys
import time
from pathlib import Path
from tellapart.features.keras_library import load_keras
load_keras()
# It takes seconds, for nothing that is used.
assert not {{"sklearn", "jax"}} & sys.modules.keys()
from tellapart.training.scratch import recipe
from tellapart.training.keras_loop import images
from tellapart.training.options import TrainingContext, TrainingOptions
from tests.support.models.training_sets import Recorder, digits

class Waits(Recorder):
    def check_cancelled(self):
        if (folder / "scratch.checkpoint").exists():
            time.sleep(600)

folder = Path(sys.argv[1])
recipe.NARROW, images._ANSWER_BATCH = {WIDTH}, {SMALL_BATCH}
context = TrainingContext(None, Path(), 10_000, 64, checkpoints=folder)
options = TrainingOptions(epochs={EPOCHS}, seed={SEED})
recipe.train_scratch(digits({COUNTS}), options, context, Waits())
"""
OPTIONS = TrainingOptions(epochs=EPOCHS, seed=SEED)
FEW = digits({"train": 48, "validation": 20, "test": 20})


def kill_after_a_checkpoint(folder: Path) -> None:
    """Begin the training in another process, and end that by SIGKILL after its first epoch."""
    with subprocess.Popen([sys.executable, "-c", PROGRAM, str(folder)], cwd=ROOT) as process:
        while not (folder / "scratch.checkpoint").exists() and process.poll() is None:
            time.sleep(0.05)
        process.kill()
    assert process.returncode == -9


@pytest.mark.slow("loads Keras in a process of its own, to kill it, and trains twice")
def test_a_killed_training_comes_to_the_same_end(
    training_context: TrainingContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipe, "NARROW", WIDTH)
    kill_after_a_checkpoint(tmp_path)
    log = Recorder()
    context = replace(training_context, checkpoints=tmp_path)
    resumed = train_scratch(FEW, OPTIONS, context, log)
    assert log.messages[0] == "Going on after epoch 1."
    unbroken = train_scratch(FEW, OPTIONS, training_context, Recorder())
    assert np.array_equal(resumed.logits("test"), unbroken.logits("test"))
    losses = [[epoch["loss"] for epoch in model.history] for model in (resumed, unbroken)]
    assert losses[0] == losses[1]
    assert len(losses[0]) == EPOCHS
