"""`make bench`: every benchmark, one after another, and a table of their figures at the end."""

import json
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
BENCHMARKS = (
    "import_speed", "plant_faults", "check_scale", "retrain_labels", "insights_speed",
    "train_photos", "train_small", "exports", "strange_images", "serve_photos",
    "demo_from_nothing", "pseudo_label_batch", "review_speed", "log_price", "monitoring_speed",
    "classic_load", "drift", "real_sets",
)  # fmt: skip


def main() -> None:
    chosen = sys.argv[1:] or BENCHMARKS
    for name in chosen:
        print(f"--- {name}", flush=True)
        subprocess.run([sys.executable, str(FOLDER / f"{name}.py")], check=True)
    print()
    for name in chosen:
        document = json.loads((FOLDER / "results" / f"{name}.json").read_text())
        for key, value in document["figures"].items():
            print(f"{name:22}{key:48}{value}")


if __name__ == "__main__":
    main()
