"""55,000 images are embedded, 100 labels change: the whole command until a model is judged again.

    TELLAPART_BENCH_DATA=… python benchmarks/retrain_labels.py

The workspace with the embeddings is made once, which takes minutes, and kept in `.cache/`.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from measure import CACHE, RIVALS, data_archive, save, tellapart

from tellapart import Workspace
from tellapart.features.backbones.catalogue import load_backbone
from tellapart.features.embeddings import EmbeddingStore
from tellapart.settings import Settings
from tellapart.store.storage import Storage, open_storage
from tellapart.workflows.training.load_training_set import load_training_set

CHANGED = 100
RIVAL_LIMIT_S = 600


def main() -> None:
    workspace = CACHE / "retrain"
    if not (workspace / "done").exists():
        shutil.rmtree(workspace, ignore_errors=True)
        tellapart(workspace, "import", str(data_archive("cifar10.zip")))
        tellapart(workspace, "train", "--recipe", "probe", "--promote", "always")
        (workspace / "done").touch()
    first = tellapart(workspace, "train", "--recipe", "probe")
    change_labels(workspace)
    again = tellapart(workspace, "train", "--recipe", "probe")
    figures = {
        "labels_changed": CHANGED,
        "retrain_s": round(again["seconds"], 2),
        "accuracy_before": first["metrics"]["accuracy"],
        "accuracy": again["metrics"]["accuracy"],
        "test_pictures": again["metrics"]["total"],
    }
    with tempfile.TemporaryDirectory() as folder:
        figures |= rival(workspace, Path(folder) / "embeddings.npz")
    save("retrain_labels", figures)


def change_labels(workspace: Path) -> None:
    """Give a hundred training images another class, other ones in each run."""
    with Workspace(workspace) as opened:
        names = sorted(opened.insights().class_splits)
        rng = np.random.default_rng()
        ids = (rng.permutation(40_000)[:CHANGED] + 1).tolist()
        opened.change_images(ids, label=str(rng.choice(names)), reason="a benchmark")


def rival(workspace: Path, file: Path) -> dict[str, Any]:
    """scikit-learn on the same matrix, stopped after a while."""
    storage = open_storage(Settings(workspace=workspace))
    try:
        rows = matrices(storage)
    finally:
        storage.close()
    np.savez(file, **rows)
    command = [sys.executable, str(RIVALS / "logistic_regression.py"), str(file)]
    try:
        done = subprocess.run(
            command, check=True, stdout=subprocess.PIPE, text=True, timeout=RIVAL_LIMIT_S
        )
    except subprocess.TimeoutExpired:
        return {"scikit_learn_s": f"stopped after {RIVAL_LIMIT_S}"}
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def matrices(storage: Storage) -> dict[str, Any]:
    _, training_set = load_training_set(storage)
    cache = storage.settings.backbone_cache
    backbone = load_backbone("efficientnet-lite0", cache, training_set.median_side_px)
    store = EmbeddingStore(storage.database, cache)
    found: dict[str, Any] = {}
    for split in ("train", "test"):
        examples = training_set.splits[split]
        rows = np.empty((len(examples), backbone.dimension), np.float32)
        store.read(examples.content_hashes, backbone.embedding_key, rows)
        found |= {f"{split}_x": rows, f"{split}_y": examples.y}
    return found


if __name__ == "__main__":
    main()
