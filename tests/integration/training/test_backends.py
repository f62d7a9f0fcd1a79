"""Keras on other backends than TensorFlow, which `test_scratch` has, trains and exports alike."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TORCH = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None,
    reason="not installed: its package for Linux brings gigabytes that a CPU has no use for",
)
PROGRAM = """
import sys
from pathlib import Path
import numpy as np
from tellapart.evaluation.calibration import softmax
from tellapart.features.keras_library import load_keras
from tellapart.training.keras_loop import images
from tellapart.training.scratch import recipe
from tellapart.training.options import TrainingContext, TrainingOptions
from tellapart.runtime.session import InferenceSession
from tests.support.models.training_sets import Recorder, digits

load_keras()
# It takes seconds, for nothing that is used.
assert "sklearn" not in sys.modules
recipe.NARROW, images._ANSWER_BATCH = 4, 40
few = digits({"train": 128, "validation": 40, "test": 40})
context = TrainingContext(None, Path(), 10_000, 64)
model = recipe.train_scratch(few, TrainingOptions(epochs=3), context, Recorder())
logits = model.logits("test")
found = InferenceSession(model.to_onnx(1.5)).run(model.splits["test"].pixels)
assert np.abs(found["probabilities"] - softmax(logits, 1.5)).max() < 1e-4
assert found["features"].shape == (40, 16)
assert found["activation_maps"].shape[:2] == (40, 10)
first, *_, last = model.history
print(model.parameters["keras_backend"], last["accuracy"] > first["accuracy"])
"""


@pytest.mark.slow("another process loads the backend, and TensorFlow to export")
@pytest.mark.parametrize("backend", ["jax", pytest.param("torch", marks=TORCH)])
def test_each_backend_trains_and_exports(backend: str) -> None:
    # Compiling well would take longer than all the rest.
    flags = "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true"
    environment = os.environ | {"KERAS_BACKEND": backend, "XLA_FLAGS": flags}
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [backend, "True"]
