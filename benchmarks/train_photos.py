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
    trained = tellapart(workspace, "train")
    again = tellapart(workspace, "train", "--seed", "1")
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
        "test_pictures": trained["metrics"]["total"],
        "ece": trained["metrics"]["ece"],
        "retrain_s": round(again["seconds"], 1),
    }


def rival(workspace: Path) -> dict[str, Any]:
    script = Path(__file__).parent / "rivals" / "keras_from_nothing.py"
    done = subprocess.run(
        [sys.executable, str(script), str(workspace)], check=True, stdout=subprocess.PIPE, text=True
    )
    found = json.loads(done.stdout.splitlines()[-1])
    return {f"keras_from_nothing_{key}": value for key, value in found.items()}


if __name__ == "__main__":
    main()
