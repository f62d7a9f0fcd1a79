"""Read the labelled images of the current dataset version, ready for a recipe."""

import numpy as np

from tellapart.dataset.class_names import natural_key
from tellapart.dataset.training_set import Examples, TrainingSet
from tellapart.dataset.versions import current_version, labeled_images
from tellapart.images.preprocessing import resize_mode_for
from tellapart.store.storage import Storage
from tellapart.store.tables import SPLITS, Split


def load_training_set(storage: Storage) -> tuple[int, TrainingSet]:
    """The number of the current dataset version, and its images.

    Raises:
        DatasetError: nothing has been imported.
    """
    with storage.database.reading() as session:
        version = current_version(session).id
        images = labeled_images(session, version)
    class_names = tuple(sorted({image.label for image in images}, key=natural_key))
    numbers = {name: number for number, name in enumerate(class_names)}
    columns: dict[Split, tuple[list[str], list[int]]] = {split: ([], []) for split in SPLITS}
    for image in images:
        hashes, classes = columns[image.split]
        hashes.append(image.content_hash)
        classes.append(numbers[image.label])
    splits = {
        split: Examples(tuple(hashes), np.array(classes, dtype=np.int64))
        for split, (hashes, classes) in columns.items()
    }
    sides_px = np.array([(image.width_px, image.height_px) for image in images]).reshape(-1, 2)
    return version, TrainingSet(
        class_names,
        splits,
        storage.blobs.read,
        median_side_px=int(np.median(sides_px.max(axis=1))) if images else 0,
        resize_mode=resize_mode_for(sides_px),
    )
