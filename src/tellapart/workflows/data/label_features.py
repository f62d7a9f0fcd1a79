"""The features by which labels are judged: those that training found to tell the classes apart."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tellapart.errors import BackboneUnavailable, MissingDependency, NoChampion
from tellapart.features.backbones.catalogue import Backbone, load_backbone
from tellapart.features.embeddings import EmbeddingStore, embed
from tellapart.jobs.contracts import BUILT_IN_BACKBONE
from tellapart.jobs.progress import ProgressReporter
from tellapart.quality.checks import CurrentImages
from tellapart.quality.out_of_fold import even_parts
from tellapart.registry.versions import ModelRegistry
from tellapart.runtime.cpu_budget import usable_cores
from tellapart.store.storage import Storage
from tellapart.store.tables import ModelVersion

LAST_LAYER = "last layer"


@dataclass(frozen=True)
class LabelFeatures:
    """Features float32 [N, D], and which layers they are of."""

    vectors: NDArray[np.float32]
    layers: str


def label_features(
    storage: Storage,
    images: CurrentImages,
    rows: NDArray[np.int64],
    embeddings: NDArray[np.float32],
    reporter: ProgressReporter,
) -> LabelFeatures:
    """What a probe has chosen: the champion, or the last one where that is no probe.

    A network that was trained whole has learned the labels of its training images by heart, and
    says of no wrong one that it is; what it was trained from is a better judge.

    Args:
        storage: has the versions and the vectors.
        images: all images.
        rows: those whose labels are judged, int64 [N].
        embeddings: of all images by the last layer, where nothing was trained.
        reporter: told of the progress, asked whether to stop.

    Raises:
        JobCancelled: the reporter said so.
    """
    last = LabelFeatures(embeddings[rows], LAST_LAYER)
    probe = _probe(storage)
    if probe is None:
        return last
    backbone = _backbone(storage, probe, images.sides_px[rows])
    columns = probe.parameters.get("columns")
    if backbone is None or not isinstance(columns, int):
        return last
    vectors = embed(
        [images.content_hashes[row] for row in rows],
        storage.blobs.read,
        backbone,
        EmbeddingStore(storage.database, storage.settings.backbone_cache),
        max_pixels=storage.settings.max_image_pixels,
        threads=usable_cores(),
        reporter=reporter,
        columns=columns,
    )
    layers = str(probe.parameters.get("layers") or LAST_LAYER)
    if columns > backbone.dimension:
        even_parts(vectors, backbone.parts(columns))
    return LabelFeatures(vectors, layers)


def _probe(storage: Storage) -> ModelVersion | None:
    registry = ModelRegistry(storage.database)
    try:
        champion = registry.get(registry.champion()).row
    except NoChampion:
        return None
    if champion.recipe == "probe":
        return champion
    return registry.newest("probe", BUILT_IN_BACKBONE)


def _backbone(
    storage: Storage, probe: ModelVersion, sides_px: NDArray[np.int64]
) -> Backbone | None:
    """That of a probe; None where it is not there, or gives other numbers by now."""
    parameters: dict[str, Any] = probe.parameters
    name, mode = probe.backbone or BUILT_IN_BACKBONE, parameters.get("resize_mode")
    median_side_px = int(np.median(sides_px.max(axis=1)))
    try:
        found = load_backbone(name, storage.settings.backbone_cache, median_side_px)
    except (BackboneUnavailable, MissingDependency):
        return None
    if mode is not None:
        found = replace(found, spec=replace(found.spec, resize_mode=mode))
    return found if found.embedding_key == parameters.get("embedding_key") else None
