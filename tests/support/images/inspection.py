"""Images of parts under a camera that does not move: all alike, but for what decides."""

import numpy as np
from PIL import Image, ImageDraw

_SIZE = (120, 90)


def part_image(seed: int, *, defect: bool) -> Image.Image:
    """A plate before an uneven background, moved by a few pixels; with a hole, if defect."""
    rng = np.random.default_rng(seed)
    scene = np.random.default_rng(99).normal(120, 40, (6, 8)).astype(np.float32)
    image = Image.fromarray(scene).resize(_SIZE, Image.Resampling.BILINEAR).convert("RGB")
    draw = ImageDraw.Draw(image)
    left, top = (int(side + rng.integers(-4, 5)) for side in (40, 30))
    draw.rectangle((left, top, left + 38, top + 30), fill=(170, 170, 180))
    if defect:
        x, y = left + int(rng.integers(6, 30)), top + int(rng.integers(6, 22))
        draw.ellipse((x, y, x + 6, y + 6), fill=(20, 20, 20))
    pixels = np.asarray(image, np.float32) + rng.normal(0, 3, (_SIZE[1], _SIZE[0], 3))
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
