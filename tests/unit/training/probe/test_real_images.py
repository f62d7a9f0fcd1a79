"""What is chosen by cross-fitting, judged on held-out images of five sets of real images.

Each image is held out once, with its group: five parts take turns. What is chosen may be less
often right than the best candidate, or than a plain regression on the last layer, by half a point
of all images; or by one image, or two standard errors of the difference, where that is more. Of
nine candidates, some differ by two or three images of 200 for no reason.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from tellapart.dataset.training_set import Examples, TrainingSet
from tellapart.features.backbones.catalogue import load_backbone
from tellapart.images.preprocessing import ResizeMode
from tellapart.store.blobs import content_hash
from tellapart.store.database import Database
from tellapart.store.tables import Split
from tellapart.training.options import TrainingContext
from tellapart.training.probe.comparison import choose_preparation, compare_layers
from tellapart.training.probe.depth import best_depth
from tellapart.training.probe.embedded_set import EmbeddedSet
from tellapart.training.probe.logistic_head import fit_head
from tests.support.images.real_images import SETS
from tests.support.models.training_sets import Recorder

_PARTS = 5
_MARGIN = 0.005

Candidate = tuple[ResizeMode, int]


@dataclass(frozen=True)
class RealSet:
    """Images of one set, embedded in each way that is a candidate; arrays are by image [N]."""

    data: EmbeddedSet
    names: tuple[str, ...]
    y: NDArray[np.int64]
    groups: NDArray[np.int64]
    features: dict[ResizeMode, NDArray[np.float32]]

    def candidates(self) -> list[Candidate]:
        """The first is the plain regression: on the last layer of images prepared as usual.

        Where there are several ways, the middle depth is left out, which takes its time too.
        """
        depths = self.data.backbone.depths
        if len(self.features) > 1:
            depths = (depths[0], depths[-1])
        return list(product(self.features, depths))

    def without(self, part: int) -> EmbeddedSet:
        """The set as a training sees it, with this part held out."""
        train, validation, held = self.parts(part)
        rows: dict[Split, NDArray[np.bool_]]
        rows = {"train": train, "validation": validation, "test": held}
        splits = {
            split: Examples(tuple(np.array(self.names)[chosen]), self.y[chosen])
            for split, chosen in rows.items()
        }
        return replace(self.data, training_set=replace(self.data.training_set, splits=splits))

    def parts(self, part: int) -> tuple[NDArray[np.bool_], ...]:
        """Which images are trained on, which steer, and which are held out."""
        turn = self.groups % _PARTS
        held, validation = turn == part, turn == (part + 1) % _PARTS
        return ~held & ~validation, validation, held

    def right(self, part: int, candidate: Candidate) -> list[bool]:
        """Which held-out images a head on these features tells right."""
        mode, columns = candidate
        train, validation, held = self.parts(part)
        x = self.features[mode][:, :columns]
        head = fit_head(
            (x[train], self.y[train]),
            (x[validation], self.y[validation]),
            report=lambda _strength, _loss: None,
            parts=self.data.backbone.parts(columns),
        )
        right: list[bool] = (head.logits(x[held]).argmax(axis=1) == self.y[held]).tolist()
        return right


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, cache_dir: Path) -> Iterator[TrainingContext]:
    """One database, so that each image is embedded once."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('sets') / 'models.db'}")
    yield TrainingContext(database, cache_dir, max_pixels=10_000_000, scratch_max_px=64)
    database.close()


@pytest.fixture(scope="module", params=list(SETS))
def images(request: pytest.FixtureRequest, kept: TrainingContext) -> RealSet:
    """One of the sets."""
    # What two typefaces draw alike would be there twice.
    found = {content_hash(image.data): image for image in SETS[request.param]()}
    labels = sorted({image.label for image in found.values()})
    y = np.array([labels.index(image.label) for image in found.values()])
    training_set = TrainingSet(
        tuple(labels),
        {"train": Examples(tuple(found), y)},
        lambda name: found[name].data,
        median_side_px=48,
    )
    backbone = load_backbone("efficientnet-lite0", kept.cache_dir, 48)
    data = EmbeddedSet(training_set, backbone, kept, Recorder())
    usual = backbone.spec.resize_mode
    others = [mode for mode in get_args(ResizeMode) if mode != usual]
    modes = [usual, *others] if request.param == "words" else [usual]
    columns = backbone.depths[-1]
    features = {mode: data.resized(mode).embed(tuple(found), columns) for mode in modes}
    groups = np.array([image.group for image in found.values()])
    return RealSet(data, tuple(found), y, groups, features)


def test_what_is_chosen_is_as_good_held_out_as_the_best_candidate(images: RealSet) -> None:
    candidates = images.candidates()
    right: dict[Candidate, list[bool]] = {candidate: [] for candidate in candidates}
    chosen: list[bool] = []
    for part in range(_PARTS):
        found = {candidate: images.right(part, candidate) for candidate in candidates}
        data, _ = choose_preparation(images.without(part), None)
        choice = data.backbone.spec.resize_mode, best_depth(compare_layers(data)).columns
        chosen += found[choice] if choice in found else images.right(part, choice)
        for candidate in candidates:
            right[candidate] += found[candidate]
    for candidate, each in right.items():
        differ = sum(one != other for one, other in zip(each, chosen, strict=True))
        allowed = max(1, _MARGIN * len(images.y), 2 * math.sqrt(differ))
        assert sum(each) - sum(chosen) <= allowed, candidate
