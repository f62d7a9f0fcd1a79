"""Ask the champion about images without a class, once each: what it says are proposals."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tellapart.dataset.versions import current_version
from tellapart.features.embeddings import EmbeddingStore
from tellapart.jobs.contracts import ProposalParams, ProposalResult
from tellapart.jobs.progress import ProgressReporter
from tellapart.labeling.proposals import (
    UnlabeledImage,
    known_proposals,
    unlabeled_images,
    write_proposals,
)
from tellapart.labeling.pseudo_labels import Proposal, threshold_to_learn_from
from tellapart.package.format import DISTANCE, FEATURES, OUTPUT, ModelPackage, read_package
from tellapart.package.prediction import run_images
from tellapart.registry.versions import ModelRegistry, RegisteredModel
from tellapart.runtime.session import InferenceSession
from tellapart.store.database import chunks
from tellapart.store.storage import Storage
from tellapart.workflows.data.order_review import order_review

_IMAGES_AT_ONCE = 128


def propose_labels(
    storage: Storage,
    params: ProposalParams,  # noqa: ARG001
    reporter: ProgressReporter,
) -> ProposalResult:
    """Propose a class for each image without one.

    Raises:
        DatasetError: nothing has been imported.
        NoChampion: no model is in service.
    """
    with storage.database.reading() as session:
        current_version(session)
    version, proposed = ask_champion(storage, None, reporter)
    reporter.stage("Ordering the review queue", None)
    order_review(storage)
    reporter.log(f"Version {version} was asked about {proposed:,} pictures.")
    return ProposalResult(model_version=version, proposed=proposed)


def ask_champion(
    storage: Storage, content_hashes: Iterable[str] | None, reporter: ProgressReporter
) -> tuple[int, int]:
    """Keep what the champion says of images without a class; all, or those with these hashes.

    What it has said before is kept. Work that was stopped goes on where it was.

    Returns:
        The version that is champion, and how many images it was asked about.

    Raises:
        NoChampion: no model is in service.
        BlobNotFound, ModelUnreadable: the model is lost or damaged.
    """
    registry = ModelRegistry(storage.database)
    model = registry.get(registry.champion())
    version = model.row.version
    with storage.database.reading() as session:
        images = unlabeled_images(session, content_hashes)
        known = known_proposals(session, version, [image.image_id for image in images])
    missing = [image for image in images if image.image_id not in known]
    if missing:
        _ask(storage, model, missing, reporter)
    return version, len(missing)


def _ask(
    storage: Storage,
    model: RegisteredModel,
    images: Sequence[UnlabeledImage],
    reporter: ProgressReporter,
) -> None:
    embedding_key = model.row.parameters.get("embedding_key")
    # The features of a probe in float32 are embeddings, which the next training needs.
    file = model.served if embedding_key is None else model.artifact("onnx")
    session = InferenceSession(storage.blobs.read(file.content_hash))
    package = read_package(session)
    if known := model.row.report.get("threshold"):
        targets = {cost["target_precision"]: cost["threshold"] for cost in known.get("costs", ())}
        threshold = threshold_to_learn_from(known["target_precision"], known["value"], targets)
        package = replace(package, confidence_threshold=threshold)
    wanted = (OUTPUT, DISTANCE) if embedding_key is None else (OUTPUT, DISTANCE, FEATURES)
    outputs = [name for name in wanted if name in session.output_shapes]
    done = 0
    for chunk in chunks(images, _IMAGES_AT_ONCE):
        reporter.check_cancelled()
        reporter.stage("Asking the champion about pictures without a class", done / len(images))
        hashes = [image.content_hash for image in chunk]
        found = run_images(
            session, package.spec, hashes, storage.blobs.read, outputs=outputs,
            max_pixels=storage.settings.max_image_pixels,
        )  # fmt: skip
        if embedding_key is not None and FEATURES in found:
            vectors = dict(zip(hashes, found[FEATURES], strict=True))
            EmbeddingStore(storage.database).save(vectors, embedding_key)
        proposals = [
            _proposal(package, image, found[OUTPUT][row], _distance(found, row))
            for row, image in enumerate(chunk)
        ]
        with storage.database.writing() as rows:
            write_proposals(rows, model.row.version, proposals)
        done += len(chunk)


def _distance(found: Mapping[str, NDArray[np.float32]], row: int) -> float | None:
    return float(found[DISTANCE][row]) if DISTANCE in found else None


def _proposal(
    package: ModelPackage,
    image: UnlabeledImage,
    probabilities: NDArray[np.float32],
    distance: float | None,
) -> Proposal:
    best = int(probabilities.argmax())
    confidence = float(probabilities[best])
    reason = package.reason_to_abstain(confidence, distance)
    return Proposal(image.image_id, package.class_names[best], confidence, reason)
