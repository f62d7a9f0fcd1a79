"""The head of the last probe: the strength of its penalty, and where the next fit may begin."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import onnx
from onnx import numpy_helper

from tellapart.errors import BlobNotFound, NotFound
from tellapart.features.backbones.catalogue import Backbone
from tellapart.package.format import HEAD_BIAS, HEAD_WEIGHTS
from tellapart.package.int8_acceptance import MOST_LOST
from tellapart.package.trained import Int8Verdict
from tellapart.registry.versions import ModelRegistry
from tellapart.runtime.logistic_regression import LinearModel
from tellapart.store.database import Database
from tellapart.store.tables import ModelVersion

# Of fewer training images a search takes a moment, with a head on the last layer alone; fewer still
# where it uses more.
_MANY_IMAGES = 10_000
# So far may the number of images, or the log loss on validation, have moved since.
_IMAGES_MOVED = 0.1
_LOSS_MOVED = 0.1


@dataclass(frozen=True)
class WarmStart:
    """A strength, and the number of training images and the validation loss it was chosen at.

    `columns` is how many of the backbone's numbers the head uses.
    `model` is the head that the last training found with it; None where its file is gone. `int8` is
    the verdict on int8 where that was less accurate: a head that is about the same would be too.
    """

    strength: float
    images: int
    loss: float
    columns: int
    model: LinearModel | None = None
    int8: Int8Verdict | None = None

    def holds(self, loss: float | None) -> bool:
        """Whether a head of this strength is about as good on validation as that one was."""
        return loss is not None and abs(loss - self.loss) <= _LOSS_MOVED * self.loss


def warm_start(
    database: Database,
    read: Callable[[str], bytes],
    class_names: Sequence[str],
    backbone: Backbone,
    images: int,
) -> WarmStart | None:
    """What the last probe of these classes and this backbone has found, where that still holds.

    A search fits four heads or more. Some corrected labels or some more images do not move the
    strength; what it was chosen at is handed on, so that many small moves add up to a search.

    Args:
        database: with the registry.
        read: the bytes of a blob.
        class_names: in the order of the logits.
        backbone: of the probe.
        images: how many there are to train on.
    """
    registry = ModelRegistry(database)
    row = registry.newest("probe", backbone.name)
    if row is None or list(row.class_names) != list(class_names):
        return None
    facts, chosen = row.parameters, row.parameters.get("C_chosen_at")
    if chosen is None or facts.get("embedding_key") != backbone.embedding_key:
        return None
    # Before there was a choice, heads used the last layer.
    columns = facts.get("columns", backbone.dimension)
    if images < _MANY_IMAGES * backbone.dimension / columns:
        return None
    moved = abs(images - chosen["pictures"])
    if moved > _IMAGES_MOVED * chosen["pictures"]:
        return None
    model = _model(registry, read, row)
    refused = _refused_int8(row)
    loss = chosen["validation_loss"]
    return WarmStart(facts["C"], chosen["pictures"], loss, columns, model, refused)


def _model(
    registry: ModelRegistry, read: Callable[[str], bytes], row: ModelVersion
) -> LinearModel | None:
    try:
        data = read(registry.get(row.version).artifact("onnx").content_hash)
    except (BlobNotFound, NotFound):
        return None
    graph = onnx.load_from_string(data).graph
    arrays = {array.name: array for array in graph.initializer}
    weights, bias = (
        numpy_helper.to_array(arrays[name]).astype(np.float64) * row.report["temperature"]
        for name in (HEAD_WEIGHTS, HEAD_BIAS)
    )
    return LinearModel(weights, bias, converged=True)


def _refused_int8(row: ModelVersion) -> Int8Verdict | None:
    facts = row.report.get("exports", {}).get("int8")
    if facts is None or facts["kept"]:
        return None
    verdict = Int8Verdict(**facts)
    accuracy, int8 = verdict.accuracy_fp32, verdict.accuracy_int8
    if accuracy is None or int8 is None or accuracy - int8 <= MOST_LOST:
        return None
    figures = f"{int8:.2%} right after {accuracy:.2%}"
    reason = f"not tried again, it was less accurate when it was tried: {figures} on validation"
    return replace(verdict, reason=reason)
