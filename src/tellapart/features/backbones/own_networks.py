"""Networks of the operator's own, which lie in a folder and are asked for by their names."""

from pathlib import Path

from tellapart.features.keras_backend import KERAS_BACKBONES
from tellapart.jobs.contracts import BUILT_IN_BACKBONE, ONNX_SCHEME


def backbones_in(folder: Path) -> list[str]:
    """Names of the networks in a folder: NAME.onnx is NAME.

    A file that has the name of another backbone is not among them.
    """
    taken = {BUILT_IN_BACKBONE, *KERAS_BACKBONES}
    return sorted({path.stem for path in folder.glob("*.onnx") if path.is_file()} - taken)


def backbone_address(name: str, folder: Path) -> str:
    """What `load_backbone` understands, from that or from the name of a network in a folder."""
    if name in backbones_in(folder):
        return f"{ONNX_SCHEME}{folder.absolute() / f'{name}.onnx'}"
    return name
