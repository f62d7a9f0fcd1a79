"""Ask a version about images: what it has answered before is kept, the rest is computed."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from tellapart.errors import ModelUnreadable, NotFound, StoreError
from tellapart.package.format import DISTANCE, OUTPUT, ModelPackage, read_package
from tellapart.package.prediction import run_images
from tellapart.registry.answers import Answers, read_answers, write_answers
from tellapart.registry.versions import ModelRegistry, RegisteredModel
from tellapart.runtime.session import InferenceSession
from tellapart.store.storage import Storage


def answer_images(
    storage: Storage,
    model: RegisteredModel,
    content_hashes: Sequence[str],
    labels: Sequence[str],
    read: Callable[[str], bytes],
) -> NDArray[np.float32]:
    """What a version answers, float32 [N, K], by the file that serves; new answers are kept.

    Args:
        storage: the workspace.
        model: the version.
        content_hashes: test images [N].
        labels: their classes.
        read: gives the bytes of an image by its hash.

    Raises:
        BlobNotFound, ModelUnreadable: the model is lost or damaged. Damaged answers are made anew.
    """
    kept = _kept(storage, model)
    known = {} if kept is None else kept.rows()
    missing = [k for k, name in enumerate(content_hashes) if name not in known]
    if missing:
        session = InferenceSession(storage.blobs.read_checked(model.served.content_hash))
        package = read_package(session)
        found = run_images(
            session,
            package.spec,
            [content_hashes[k] for k in missing],
            read,
            outputs=[name for name in (OUTPUT, DISTANCE) if name in session.output_shapes],
            max_pixels=storage.settings.max_image_pixels,
        )
        more = Answers(
            tuple(content_hashes[k] for k in missing),
            tuple(labels[k] for k in missing),
            found[OUTPUT],
            distance_scores(package, found.get(DISTANCE, np.full(len(missing), np.nan))),
        )
        kept = more if kept is None else kept.concatenate(more)
        known = kept.rows()
        write_answers(ModelRegistry(storage.database), storage.blobs, model.row.version, kept)
    if kept is None:
        return np.empty((0, len(model.row.class_names)), np.float32)
    return kept.probabilities[[known[name] for name in content_hashes]]


def distance_scores(package: ModelPackage, distances: NDArray[np.floating]) -> NDArray[np.float32]:
    """How like the training data images are, float32 [N], 0 to 1; NaN where it is not known."""
    return np.array([package.distance_score(float(each)) for each in distances], np.float32)


def _kept(storage: Storage, model: RegisteredModel) -> Answers | None:
    try:
        return read_answers(storage.blobs, model)
    except (NotFound, ModelUnreadable, StoreError):
        return None
