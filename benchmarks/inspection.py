"""Parts under a camera that does not move, good or with a defect: how well small sets are learned.

    python benchmarks/inspection.py          # all sizes of defects and of sets
    python benchmarks/inspection.py --short  # a few, in some minutes

The sets are made here and have no given splits: 320 x 240 px, one background, a plate that is
moved by up to 12 px, noise. A model learns from a set by `probe`, and is judged on 60 other
images of each class.
"""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from measure import save
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from tellapart import Workspace
from tellapart.settings import Settings

WIDTH, HEIGHT = 320, 240
PLATE = (150, 110)
MOVED_PX = 12
NOISE = 3.0
JUDGED = 60


@dataclass(frozen=True)
class Defect:
    """What is wrong with a plate: `size_px` across, this much darker (of 255)."""

    kind: str
    size_px: int
    depth: int

    @property
    def name(self) -> str:
        return f"{self.kind} {self.size_px} px"


HOLES = [Defect("hole", size, 130) for size in (3, 6, 12)]
SCRATCHES = [Defect("scratch", size, 90) for size in (10, 20, 40)]
STAINS = [Defect("stain", size, 18) for size in (10, 20, 40)]
COUNTS = (12, 30, 60, 120)
ALL = [(defect, count) for defect in (*HOLES, *SCRATCHES, *STAINS) for count in COUNTS]
SHORT = [
    *((HOLES[1], count) for count in COUNTS),
    (HOLES[0], 60), (HOLES[2], 60), (SCRATCHES[1], 60), (STAINS[1], 60),
]  # fmt: skip


def main() -> None:
    figures: dict[str, object] = {}
    for defect, count in SHORT if "--short" in sys.argv else ALL:
        with tempfile.TemporaryDirectory() as folder:
            figures[f"{defect.name}, {count} a class"] = measure(Path(folder), defect, count)
        print(f"{defect.name:16}{count:4} a class: {list(figures.values())[-1]}", flush=True)
    save("inspection", figures)


def measure(folder: Path, defect: Defect, count: int) -> str:
    """Accuracy on images that are not in the set, and how the set was split."""
    make_set(folder / "set", defect, range(count))
    make_set(folder / "judged", defect, range(10_000, 10_000 + JUDGED))
    settings = Settings(workspace=folder / "workspace", check_after_import=False)
    with Workspace(settings=settings) as workspace:
        workspace.import_images(folder / "set")
        splits = workspace.insights().class_splits["defect"]
        workspace.train(recipe="probe")
        report = workspace.evaluate(on=str(folder / "judged"))
    low, high = report.accuracy_interval
    given = "/".join(str(splits[split]) for split in ("train", "validation", "test"))
    return f"{report.accuracy:.1%} ({low:.1%} to {high:.1%}), split {given}"


def make_set(folder: Path, defect: Defect, seeds: range) -> None:
    for label, wrong in (("ok", None), ("defect", defect)):
        (folder / label).mkdir(parents=True)
        for seed in seeds:
            draw_part(2 * seed + (wrong is not None), wrong).save(
                folder / label / f"{seed:05d}.jpg", quality=92
            )


def draw_part(seed: int, defect: Defect | None) -> Image.Image:
    rng = np.random.default_rng(seed)
    pixels = _background().copy()
    left = (WIDTH - PLATE[0]) // 2 + int(rng.integers(-MOVED_PX, MOVED_PX + 1))
    top = (HEIGHT - PLATE[1]) // 2 + int(rng.integers(-MOVED_PX, MOVED_PX + 1))
    pixels[top : top + PLATE[1], left : left + PLATE[0]] = 165
    if defect is not None:
        pixels -= defect.depth * _shape(rng, defect, left, top)
    noisy = pixels[:, :, None] + rng.normal(0, NOISE, (HEIGHT, WIDTH, 3))
    return Image.fromarray(noisy.clip(0, 255).astype(np.uint8))


def _background() -> NDArray[np.float64]:
    rough = np.random.default_rng(7).normal(110, 35, (9, 12)).astype(np.float32)
    smooth = Image.fromarray(rough).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    return np.asarray(smooth, np.float64)


def _shape(rng: np.random.Generator, defect: Defect, left: int, top: int) -> NDArray[np.float64]:
    """Where the defect is, 0 to 1, anywhere on the plate."""
    mask = Image.new("L", (WIDTH, HEIGHT))
    draw = ImageDraw.Draw(mask)
    margin = defect.size_px // 2 + 4
    x = left + int(rng.integers(margin, PLATE[0] - margin))
    y = top + int(rng.integers(margin, PLATE[1] - margin))
    half = defect.size_px / 2
    if defect.kind == "scratch":
        angle = rng.uniform(0, np.pi)
        ends = half * np.cos(angle), half * np.sin(angle)
        draw.line((x - ends[0], y - ends[1], x + ends[0], y + ends[1]), fill=255, width=1)
    else:
        draw.ellipse((x - half, y - half, x + half, y + half), fill=255)
    if defect.kind == "stain":
        mask = mask.filter(ImageFilter.GaussianBlur(defect.size_px / 6))
    return np.asarray(mask, np.float64) / 255


if __name__ == "__main__":
    main()
