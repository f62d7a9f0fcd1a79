"""Small images: accuracy on CIFAR-10 by the time allowed, and speed beside PyTorch.

TELLAPART_BENCH_DATA=… python benchmarks/train_small.py [--long]

`--long` adds the training that stays within 45 minutes. Seconds are those of the whole command,
with the start of the interpreter, export, evaluation and the comparison with the champion. The rate
of our loop includes augmentation; the rival's loop has none.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from measure import data_archive, rival, save, tellapart

WIDTH, BATCH_SIZE, STEPS, ROUNDS = 64, 1024, 8, 3
TRAININGS = (("scratch", 4), ("finetune", 4), ("finetune", 44))


def main() -> None:
    if sys.argv[1:] == ["loop"]:
        print(loop())
        return
    figures = speed()
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "workspace"
        tellapart(workspace, "import", str(data_archive("cifar10.zip")))
        for recipe, minutes in TRAININGS[: None if "--long" in sys.argv else -1]:
            figures |= train(workspace, recipe, minutes)
    save("train_small", figures)


def speed() -> dict[str, Any]:
    """Images a second, in turn."""
    ours, theirs = [], []
    for _ in range(ROUNDS):
        command = [sys.executable, __file__, "loop"]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        ours.append(float(done.stdout.splitlines()[-1]))
        words = [str(number) for number in (WIDTH, BATCH_SIZE, STEPS)]
        theirs.append(float(rival("torch", ["torch==2.13.0"], "pytorch_loop.py", *words)))
    return {"pictures_per_s": median(ours), "pytorch_float32_pictures_per_s": median(theirs)}


def loop() -> float:
    """Images a second of the loop of `scratch`, after a first epoch."""
    import numpy as np

    from tellapart.features.keras_library import dtype_policy, load_keras, training_policy
    from tellapart.jobs.progress import NullReporter
    from tellapart.training.augmentation import Augmentation
    from tellapart.training.keras_loop.fitting import Plan, fit
    from tellapart.training.keras_loop.images import ImageArrays
    from tellapart.training.scratch.recipe import training_method
    from tellapart.training.scratch.whitened_network import build_network, initialise

    keras = load_keras()
    rng = np.random.default_rng(0)
    count = BATCH_SIZE * STEPS
    pixels = rng.integers(0, 256, (count, 32, 32, 3), dtype=np.uint8)
    train = ImageArrays(pixels, np.arange(count) % 10, 127.5, 64.0)
    nothing = ImageArrays(pixels[:0], train.y[:0], 127.5, 64.0)
    with dtype_policy(keras, training_policy(keras)):
        network = build_network(keras, side_px=32, classes=10, width=WIDTH)
    initialise(network, train.inputs(slice(1000)))
    method = training_method(
        keras,
        network,
        {"train": train, "validation": nothing},
        Augmentation(shift_px=2, flip=True),
        BATCH_SIZE,
    )
    outcome = fit(keras, method, Plan(epochs=2, batch_size=BATCH_SIZE, seed=0), NullReporter())
    first, second = (entry["seconds"] for entry in outcome.history)
    return count / (second - first)


def train(workspace: Path, recipe: str, minutes: int) -> dict[str, Any]:
    budget = f"{minutes}m"
    trained = tellapart(workspace, "train", "--recipe", recipe, "--time-budget", budget)
    parameters = tellapart(workspace, "models", "show", str(trained["model_version"]))["parameters"]
    facts = {
        "seconds": round(trained["seconds"], 1),
        "accuracy": trained["metrics"]["accuracy"],
        "ece": trained["metrics"]["ece"],
        "epochs": parameters["epochs"],
        "input_side_px": parameters["input_side_px"],
    }
    print(recipe, json.dumps(facts), flush=True)
    return {f"{recipe}_{minutes}_minutes_{name}": value for name, value in facts.items()}


if __name__ == "__main__":
    main()
