"""Which backbones can learn on."""

from pathlib import Path

from tellapart.errors import BackboneUnavailable
from tellapart.jobs.contracts import BUILT_IN_BACKBONE


def check_can_learn(backbone: str) -> None:
    """Make sure that a backbone can learn on.

    Raises:
        BackboneUnavailable: it is an ONNX file, or its file is not there.
    """
    name, _, file = backbone.partition(":")
    if name == "onnx":
        raise BackboneUnavailable(
            f"{backbone} is an ONNX file, which cannot be trained: finetune works with "
            f"{BUILT_IN_BACKBONE} and the networks of Keras. Choose one of those, or the "
            "probe recipe."
        )
    if file and not Path(file).is_file():
        raise BackboneUnavailable(
            f"There is no file {file}. To train {name} on, give the file of its weights: "
            f"{name}:/path/to/weights.h5."
        )
