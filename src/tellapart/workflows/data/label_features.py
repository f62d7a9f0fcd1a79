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
from tellapart.workflows.data.embed_images import check_backbone

LAST_LAYER = "last layer"


@dataclass(frozen=True)
class LabelFeatures:
    """Features float32 [N, D], of which layers they are, and the key of these."""

    vectors: NDArray[np.float32]
    layers: str
    key: str


@dataclass(frozen=True)
class ChosenFeatures:
    """The first `columns` numbers of a backbone, which a probe was fitted on."""

    backbone: Backbone
    columns: int
    layers: str

    @property
    def key(self) -> str:
        """Names what decides the features of an image apart from the image."""
        return _key(self.backbone.embedding_key, self.columns)


def label_features(
    storage: Storage,
    images: CurrentImages,
    rows: NDArray[np.int64],
    embeddings: NDArray[np.float32],
    reporter: ProgressReporter,
) -> LabelFeatures:
    """Those that a probe has chosen; before the first training, or where it fails, the last layer.

    Args:
        storage: has the versions and the vectors.
        images: all images.
        rows: those whose labels are judged, int64 [N].
        embeddings: of all images by the last layer, where nothing was trained.
        reporter: told of the progress, asked whether to stop.

    Raises:
        JobCancelled: the reporter said so.
    """
    chosen = chosen_features(storage, images.sides_px[rows])
    if chosen is None:
        key = _key(check_backbone(storage, images.sides_px).embedding_key, embeddings.shape[1])
        return LabelFeatures(embeddings[rows], LAST_LAYER, key)
    return read_features(storage, images, rows, chosen, reporter)


def read_features(
    storage: Storage,
    images: CurrentImages,
    rows: NDArray[np.int64],
    chosen: ChosenFeatures,
    reporter: ProgressReporter,
) -> LabelFeatures:
    """The chosen features of some images, each part of them with the same deviation.

    Raises:
        JobCancelled: the reporter said so.
    """
    vectors = embed(
        [images.content_hashes[row] for row in rows],
        storage.blobs.read,
        chosen.backbone,
        EmbeddingStore(storage.database, storage.settings.backbone_cache),
        max_pixels=storage.settings.max_image_pixels,
        threads=usable_cores(),
        reporter=reporter,
        columns=chosen.columns,
    )
    if chosen.columns > chosen.backbone.dimension:
        even_parts(vectors, chosen.backbone.parts(chosen.columns))
    return LabelFeatures(vectors, chosen.layers, chosen.key)


def chosen_features(storage: Storage, sides_px: NDArray[np.int64]) -> ChosenFeatures | None:
    """What a probe has chosen: the champion, or the last one where that is no probe.

    A network that was trained whole has learned the labels of its training images by heart, and
    says of no wrong one that it is; what it was trained from is a better judge.

    Args:
        storage: has the versions.
        sides_px: width and height of the images that are judged, int64 [N, 2].

    Returns:
        None where no probe is there, or its numbers are those of another release.
    """
    probe = _probe(storage)
    if probe is None or not len(sides_px):
        return None
    backbone, columns = _backbone(storage, probe, sides_px), probe.parameters.get("columns")
    if backbone is None or not isinstance(columns, int):
        return None
    return ChosenFeatures(backbone, columns, str(probe.parameters.get("layers") or LAST_LAYER))


def chosen_key(storage: Storage) -> str | None:
    """The key of what a probe has chosen, by what it says of itself; None without one."""
    probe = _probe(storage)
    if probe is None:
        return None
    return _key(str(probe.parameters.get("embedding_key")), probe.parameters.get("columns"))


def _key(embedding_key: str, columns: int | None) -> str:
    return f"{embedding_key}/{columns}"


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
