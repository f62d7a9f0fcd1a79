"""Run all files of a folder of odd inputs through import and predict, and print one line each.

    python scripts/try_inputs.py FOLDER [--train]

Each file or sub-folder is imported into a workspace of its own, and shown to a small model. With
`--train` a probe is also trained on what came in. Refusals are answers; the exit code is 1 when
something else was raised, which is a fault of the product.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from tellapart import Workspace
from tellapart.errors import TellapartError
from tellapart.settings import Settings

ARCHIVES = frozenset((".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".parquet"))
COLOURS = {"red": (200, 40, 40), "blue": (40, 40, 200)}
IMAGES = 12
# How the error of a job begins that nobody foresaw.
UNEXPECTED = "An unexpected error"


def main() -> None:
    arguments = [argument for argument in sys.argv[1:] if argument != "--train"]
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        sys.exit(__doc__)
    crashed = 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with Workspace(settings=settings_of(folder, "model")) as model:
            model.import_images(make_images(folder / "colours"))
            model.train(recipe="probe")
            for number, path in enumerate(sorted(Path(arguments[0]).iterdir())):
                began = time.monotonic()
                settings = settings_of(folder, f"{number}")
                with Workspace(settings=settings) as workspace:
                    parts = [f"import: {attempt(partial(imported, workspace, path))}"]
                    if "--train" in sys.argv and workspace.insights().class_splits:
                        parts.append(f"train: {attempt(partial(trained, workspace))}")
                if path.is_file() and path.suffix.lower() not in ARCHIVES:
                    parts.append(f"predict: {attempt(partial(predicted, model, path))}")
                seconds = time.monotonic() - began
                crashed += any("CRASHED" in part for part in parts)
                print(f"{path.name} ({seconds:.1f} s) | {' | '.join(parts)}", flush=True)
    sys.exit(1 if crashed else 0)


def settings_of(folder: Path, name: str) -> Settings:
    return Settings(workspace=folder / name, check_after_import=False, cache_dir=folder / "cache")


def make_images(folder: Path) -> Path:
    """Two classes that any model tells apart."""
    rng = np.random.default_rng(0)
    for label, colour in COLOURS.items():
        (folder / label).mkdir(parents=True)
        for number in range(IMAGES):
            pixels = rng.normal(colour, 25, (48, 48, 3)).clip(0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(folder / label / f"{number}.png")
    return folder


def attempt(act: Callable[[], str]) -> str:
    try:
        return act()
    except TellapartError as error:
        if str(error).startswith(UNEXPECTED):
            return f"CRASHED: {error}"
        return f"refused ({error.code}): {error}"
    except Exception as error:  # that is what is looked for
        return f"CRASHED: {type(error).__name__}: {error}"


def imported(workspace: Workspace, path: Path) -> str:
    single = path.is_file() and path.suffix.lower() not in ARCHIVES
    if single:  # an image by itself comes in as one of a folder
        folder = workspace.settings.workspace.parent / f"{workspace.settings.workspace.name}-file"
        folder.mkdir()
        (folder / path.name).write_bytes(path.read_bytes())
        path = folder
    found = workspace.import_images(path, unlabeled=single)
    splits = workspace.insights().class_splits
    classes = ", ".join(
        f"{name} {'/'.join(str(counts[split]) for split in ('train', 'validation', 'test'))}"
        for name, counts in splits.items()
    )
    parts = [f"{found.added} added", f"classes {classes}" if classes else "no classes"]
    parts += [f"{count} {kind}" for kind, count in found.issues.items()]
    parts += [f"skipped {count} {kind}" for kind, count in found.skipped.items()]
    parts += [f"quarantined {found.quarantined}"] * (found.quarantined > 0)
    return "; ".join(parts)


def trained(workspace: Workspace) -> str:
    found = workspace.train(recipe="probe")
    return f"accuracy {found.metrics.accuracy:.1%} of {found.metrics.total}"


def predicted(model: Workspace, path: Path) -> str:
    found = model.predict(path)
    label, score = found.scores[0]
    return f"{label} {score:.2f}{' (abstains)' if found.abstained else ''}"


if __name__ == "__main__":
    main()
