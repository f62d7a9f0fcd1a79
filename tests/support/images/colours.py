"""A data set whose test images are plain colours, which the models of `packages` can name."""

from pathlib import Path

from tellapart.workspace import Workspace
from tests.support.images.builders import make_folder
from tests.support.models.packages import COLOURS, colour_image

OF_EACH = 4


def import_colours(workspace: Workspace, folder: Path) -> None:
    """Four test images each of red, green and blue."""
    files = {
        f"{name}/{side}.png": colour_image(name, side)
        for name in COLOURS
        for side in range(20, 20 + OF_EACH)
    }
    workspace.import_images(make_folder(folder, files), split="test")
