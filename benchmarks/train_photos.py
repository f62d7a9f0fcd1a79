"""Photos of cats and dogs: import and train, beside a Keras network trained from nothing.

TELLAPART_BENCH_DATA=… python benchmarks/train_photos.py
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from measure import data_archive, save, tellapart


def main() -> None:
    archive = data_archive("cats-vs-dogs.zip")
    with tempfile.TemporaryDirectory() as folder:
        figures = ours(Path(folder) / "workspace", archive)
        figures |= rival(Path(folder) / "workspace")
    save("train_photos", figures)


def ours(workspace: Path, archive: Path) -> dict[str, Any]:
    imported = tellapart(workspace, "import", str(archive))
    trained = tellapart(workspace, "train", "--recipe", "probe")
    again = tellapart(workspace, "train", "--recipe", "probe", "--seed", "1")
    return {
        "pictures": imported["added"],
        "import_s": round(imported["seconds"], 1),
        "train_s": round(trained["seconds"], 1),
        "total_s": round(imported["seconds"] + trained["seconds"], 1),
        "accuracy": trained["metrics"]["accuracy"],
        "accuracy_interval": [
            trained["metrics"]["accuracy_low"],
            trained["metrics"]["accuracy_high"],
        ],
        "five_fold_accuracy": round(five_fold_accuracy(workspace), 4),
        "test_pictures": trained["metrics"]["total"],
        "ece": trained["metrics"]["ece"],
        "retrain_s": round(again["seconds"], 1),
    }


def five_fold_accuracy(workspace: Path) -> float:
    """Of heads on the kept embeddings, each tried on images that it has not seen.

    The mean over five ways to part the images.
    """
    import numpy as np

    from tellapart.jobs.progress import NullReporter
    from tellapart.quality.checks import current_images
    from tellapart.quality.out_of_fold import predict_out_of_fold
    from tellapart.settings import Settings
    from tellapart.store.storage import open_storage
    from tellapart.workflows.data.embed_images import embed_images

    storage = open_storage(Settings(workspace=workspace))
    with storage.database.reading() as session:
        images = current_images(session)
    embeddings = embed_images(storage, images, NullReporter())
    shares = [
        (predict_out_of_fold(embeddings, y, seed=seed).argmax(axis=1) == y).mean()
        for y in [np.unique(images.class_ids, return_inverse=True)[1]]
        for seed in range(5)
    ]
    return float(np.mean(shares))


def rival(workspace: Path) -> dict[str, Any]:
    script = Path(__file__).parent / "rivals" / "keras_from_nothing.py"
    done = subprocess.run(
        [sys.executable, str(script), str(workspace)], check=True, stdout=subprocess.PIPE, text=True
    )
    found = json.loads(done.stdout.splitlines()[-1])
    return {f"keras_from_nothing_{key}": value for key, value in found.items()}


if __name__ == "__main__":
    main()
