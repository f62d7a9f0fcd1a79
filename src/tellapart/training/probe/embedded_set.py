"""A training set through a frozen backbone: its images as numbers, kept by content hash."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tellapart.dataset.training_set import TrainingSet
from tellapart.features.backbones.catalogue import Backbone
from tellapart.features.embeddings import EmbeddingStore, embed
from tellapart.images.preprocessing import ResizeMode
from tellapart.jobs.progress import ProgressReporter
from tellapart.runtime.cpu_budget import usable_cores
from tellapart.store.tables import SPLITS, Split
from tellapart.training.options import TrainingContext
from tellapart.training.probe.affordable import affordable


@dataclass(frozen=True)
class EmbeddedSet:
    """Images, and what turns them into numbers."""

    training_set: TrainingSet
    backbone: Backbone
    context: TrainingContext
    reporter: ProgressReporter

    def embed(self, names: Sequence[str], columns: int) -> NDArray[np.float32]:
        """The first columns of what the backbone gives of images: float32 [N, columns]."""
        if not names:
            return np.empty((0, columns), np.float32)
        return embed(
            names,
            self.training_set.read,
            self.backbone,
            self._store,
            max_pixels=self.context.max_pixels,
            threads=usable_cores(),
            reporter=self.reporter,
            columns=columns,
        )

    def features(
        self, columns: int, splits: Sequence[Split] = SPLITS
    ) -> dict[Split, NDArray[np.float32]]:
        """Those of all images of the splits."""
        parts = [self.training_set.splits[split] for split in splits]
        names = [name for part in parts for name in part.content_hashes]
        matrix = self.embed(names, columns)
        borders = np.cumsum([len(part) for part in parts])[:-1]
        return dict(zip(splits, np.split(matrix, borders), strict=True))

    def kept(self) -> set[str]:
        """The images that have an embedding."""
        parts = self.training_set.splits.values()
        return self._store.kept(
            [name for part in parts for name in part.content_hashes], self.backbone
        )

    def resized(self, mode: ResizeMode) -> "EmbeddedSet":
        """The same images, prepared in another way."""
        spec = replace(self.backbone.spec, resize_mode=mode)
        return replace(self, backbone=replace(self.backbone, spec=spec))

    def within(self, budget_s: float) -> "EmbeddedSet":
        """The same with as many training images as there is time to embed."""
        fitting = affordable(
            self.training_set,
            self.kept(),
            lambda names: self.embed(names, self.backbone.dimension),
            budget_s,
        )
        images, given = len(fitting.splits["train"]), len(self.training_set.splits["train"])
        if images < given:
            self.reporter.log(
                f"There is time to embed {images:,} of {given:,} training pictures: the probe "
                "learns from those."
            )
        return replace(self, training_set=fitting)

    @property
    def _store(self) -> EmbeddingStore:
        return EmbeddingStore(self.context.database, self.context.cache_dir)


class LazyFeatures(dict[Split, NDArray[np.float32]]):
    """The features of each split, computed when they are first asked for."""

    def __init__(self, data: EmbeddedSet, columns: int) -> None:
        super().__init__()
        self._data, self._columns = data, columns

    def __missing__(self, split: Split) -> NDArray[np.float32]:
        self.update(self._data.features(self._columns, (split,)))
        return self[split]
