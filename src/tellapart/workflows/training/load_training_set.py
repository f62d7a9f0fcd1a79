"""Read the labelled images of the current dataset version, ready for a recipe."""

from collections.abc import Mapping, Sequence

import numpy as np

from tellapart.dataset.class_names import natural_key
from tellapart.dataset.training_set import Examples, TrainingSet
from tellapart.dataset.versions import LabeledImage, current_version, labeled_images
from tellapart.images.preprocessing import resize_mode_for
from tellapart.store.storage import Storage
from tellapart.store.tables import SPLITS


def load_training_set(storage: Storage) -> tuple[int, TrainingSet]:
    """The number of the current dataset version, and its images.

    Raises:
        DatasetError: nothing has been imported.
    """
    with storage.database.reading() as session:
        version = current_version(session).id
        found = labeled_images(session, version)
    images = [image for image in found if image.origin != "pseudo"]
    class_names = tuple(sorted({image.label for image in images}, key=natural_key))
    numbers = {name: number for number, name in enumerate(class_names)}
    splits = {
        split: _examples([image for image in images if image.split == split], numbers)
        for split in SPLITS
    }
    sides_px = np.array([(image.width_px, image.height_px) for image in images]).reshape(-1, 2)
    return version, TrainingSet(
        class_names,
        splits,
        storage.blobs.read,
        median_side_px=int(np.median(sides_px.max(axis=1))) if images else 0,
        resize_mode=resize_mode_for(sides_px),
        pseudo=_examples([image for image in found if image.origin == "pseudo"], numbers),
    )


def _examples(images: Sequence[LabeledImage], numbers: Mapping[str, int]) -> Examples:
    """Images of the classes that have numbers."""
    known = [image for image in images if image.label in numbers]
    y = np.array([numbers[image.label] for image in known], dtype=np.int64)
    return Examples(tuple(image.content_hash for image in known), y)
