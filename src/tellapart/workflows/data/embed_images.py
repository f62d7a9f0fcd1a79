"""The embeddings of the current images by the built-in backbone: what checks and advice use."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tellapart.features.backbones.catalogue import Backbone, load_backbone
from tellapart.features.embeddings import EmbeddingStore, embed
from tellapart.images.preprocessing import resize_mode_for
from tellapart.jobs.contracts import BUILT_IN_BACKBONE
from tellapart.jobs.progress import ProgressReporter
from tellapart.quality.checks import CurrentImages
from tellapart.runtime.cpu_budget import usable_cores
from tellapart.store.storage import Storage

BACKBONE = BUILT_IN_BACKBONE


def embed_images(
    storage: Storage, images: CurrentImages, reporter: ProgressReporter
) -> NDArray[np.float32]:
    """Embeddings float32 [N, D], those of a probe; only what is not kept yet is computed.

    Raises:
        MissingDependency, BackboneUnavailable: there are none without a backbone.
        JobCancelled: the reporter said so.
    """
    settings = storage.settings
    reporter.stage("Preparing the backbone", None)
    return embed(
        images.content_hashes,
        storage.blobs.read,
        check_backbone(storage, images.sides_px),
        EmbeddingStore(storage.database, settings.backbone_cache),
        max_pixels=settings.max_image_pixels,
        threads=usable_cores(),
        reporter=reporter,
    )


def check_backbone(storage: Storage, sides_px: NDArray[np.int64]) -> Backbone:
    """The built-in backbone for images of these widths and heights, int64 [N, 2].

    Raises:
        MissingDependency, BackboneUnavailable: it cannot be made ready.
    """
    longer = sides_px.max(axis=1)
    median_side_px = int(np.median(longer)) if len(longer) else None
    backbone = load_backbone(BACKBONE, storage.settings.backbone_cache, median_side_px)
    mode = resize_mode_for(sides_px) or backbone.spec.resize_mode
    return replace(backbone, spec=replace(backbone.spec, resize_mode=mode))
