"""Small data sets of many kinds: `auto` beside a plain regression and a tutorial's network.

    TELLAPART_BENCH_DATA=… python benchmarks/real_sets.py [--budget 300] [--folder DIR] [NAME …]

By default all of `public_sets`. `--folder` takes a folder of data sets, each a folder with a folder
of images a class, of which a fifth is held out as well. Sets that were measured before keep their
figures when others are named, each with its date.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from measure import RESULTS, RIVALS, save, tellapart
from public_sets import DOWNLOADS, SETS, LabeledImage, PublicSet, make_folders

IMAGES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=f"of {', '.join(SETS)}, or of --folder")
    parser.add_argument("--budget", type=int, default=300, help="seconds for each training")
    parser.add_argument("--folder", type=Path, help="of data sets of your own")
    asked = parser.parse_args()
    DOWNLOADS.mkdir(parents=True, exist_ok=True)
    sets = SETS if asked.folder is None else own_sets(asked.folder)
    figures = known_figures()
    for name in asked.names or sets:
        found = measured(sets[name], asked.budget)
        figures = {
            **{key: value for key, value in figures.items() if not key.startswith(f"{name}.")},
            **{f"{name}.{key}": value for key, value in found.items()},
        }
        save("real_sets", figures)
    print_table(figures)


def own_sets(folder: Path) -> dict[str, PublicSet]:
    folders = sorted(path for path in folder.iterdir() if path.is_dir())
    return {
        path.name: PublicSet(path.name, "own folder", sys.maxsize, partial(_own, path))
        for path in folders
    }


def _own(folder: Path) -> Iterator[LabeledImage]:
    for path in sorted(folder.glob("*/*")):
        if path.suffix.lower() in IMAGES:
            yield LabeledImage(path.parent.name, str(path), path.read_bytes(), path.suffix)


def known_figures() -> dict[str, Any]:
    path = RESULTS / "real_sets.json"
    found: dict[str, Any] = json.loads(path.read_text())["figures"] if path.exists() else {}
    return found


def measured(chosen: PublicSet, budget_s: int) -> dict[str, Any]:
    learn, held = make_folders(chosen)
    figures: dict[str, Any] = {
        "kind": chosen.kind,
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "classes": len(list(learn.iterdir())),
        "learned_from": len(list(learn.glob("*/*"))),
        "held_out": len(list(held.glob("*/*"))),
    }
    with tempfile.TemporaryDirectory() as folder:
        figures |= ours(Path(folder), learn, held, budget_s)
    for name, script in (("regression", "plain_regression"), ("tutorial", "tutorial_network")):
        command = [sys.executable, str(RIVALS / f"{script}.py"), str(learn), str(held)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        found = json.loads(done.stdout.splitlines()[-1])
        figures |= {f"{name}_{key}": value for key, value in found.items()}
    return figures


def ours(workspace: Path, learn: Path, held: Path, budget_s: int) -> dict[str, Any]:
    imported = tellapart(workspace, "import", str(learn))
    trained = tellapart(workspace, "train", "--time-budget", f"{budget_s}s")
    version = trained["model_version"]
    by_version, by_recipe = {}, {}
    for number in trained["versions"]:
        model = tellapart(workspace, "models", "show", str(number))
        found = tellapart(workspace, "evaluate", str(number), "--on", str(held))
        by_version[number] = found["metrics"]["accuracy"]
        by_recipe[model["recipe"]] = round(found["metrics"]["accuracy"], 4)
        if number == version:
            recipe = model["recipe"]
    judged = by_version[version]
    metrics = trained["metrics"]
    low, high = metrics["accuracy_low"], metrics["accuracy_high"]
    return {
        "budget_s": budget_s,
        "auto_seconds": round(imported["seconds"] + trained["seconds"], 1),
        "auto_recipe": recipe,
        "auto_recipes": by_recipe,
        "auto_compared": trained["compared"],
        "auto_said": [round(value, 4) for value in (metrics["accuracy"], low, high)],
        "auto_accuracy": round(judged, 4),
        "interval_holds": low <= judged <= high,
    }


def print_table(figures: dict[str, Any]) -> None:
    names = dict.fromkeys(key.partition(".")[0] for key in figures)
    print(f"\n{'set':16}{'auto':>8}{'regression':>12}{'tutorial':>10}  {'auto said':22}{'s':>6}")
    for name in names:
        of = {key.partition(".")[2]: figures[key] for key in figures if key.startswith(f"{name}.")}
        said, low, high = of["auto_said"]
        print(
            f"{name:16}{of['auto_accuracy']:8.1%}{of['regression_accuracy']:12.1%}"
            f"{of['tutorial_accuracy']:10.1%}  {said:.1%} ({low:.1%} to {high:.1%})"
            f"{'' if of['interval_holds'] else ' missed'}"
            f"{of['auto_seconds']:8.0f}  {of['auto_recipe']} of {of.get('auto_recipes', '?')}"
        )


if __name__ == "__main__":
    main()
