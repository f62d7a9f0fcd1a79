"""What to add next: would more images help, and which of those without a class deserve one?"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tellapart.dataset.versions import class_names
from tellapart.errors import NotEnoughData
from tellapart.evaluation.calibration import fit_temperature, softmax
from tellapart.jobs.contracts import LearningCurve, LearningCurveParams, LearningCurveResult
from tellapart.jobs.progress import ProgressReporter, SubProgress
from tellapart.jobs.worker import JobReporter
from tellapart.labeling.advice import write_advice
from tellapart.labeling.learning_curve import learning_curve
from tellapart.labeling.worth_labelling import WorthLabelling, most_worth_labelling
from tellapart.quality.checks import CurrentImages, current_images
from tellapart.runtime.logistic_regression import USUAL_STRENGTH, LogisticRegression
from tellapart.store.storage import Storage
from tellapart.workflows.data.embed_images import embed_images

_EMBEDDING_SHARE = 0.8
_WORTH_LABELLING = 200
# Of the head that doubts; see `learning_curve` for the one that is judged.
_HEAD_IMAGES = 10_000
_ROUGH = 1e-4


@dataclass(frozen=True)
class _Labelled:
    """Embeddings float32 [N, D] and classes int64 [N] to learn from and to judge by."""

    class_names: list[str]
    train: tuple[NDArray[np.float32], NDArray[np.int64]]
    judge: tuple[NDArray[np.float32], NDArray[np.int64]]


def advise_on_data(
    storage: Storage,
    params: LearningCurveParams,  # noqa: ARG001
    reporter: JobReporter,
) -> LearningCurveResult:
    """Compute both of the current version, and keep them for the page.

    Raises:
        DatasetError: nothing has been imported.
        NotEnoughData: there are no two classes to tell apart, or nothing to judge by.
        MissingDependency, BackboneUnavailable: there are no embeddings without a backbone.
    """
    with storage.database.reading() as session:
        images = current_images(session)
    embeddings = embed_images(storage, images, SubProgress(reporter, 0.0, _EMBEDDING_SHARE))
    curve = keep_advice(storage, images, embeddings, SubProgress(reporter, _EMBEDDING_SHARE, 1.0))
    reporter.log(curve.verdict)
    return LearningCurveResult(dataset_version=images.version, **dict(curve))


def keep_advice(
    storage: Storage,
    images: CurrentImages,
    embeddings: NDArray[np.float32],
    reporter: ProgressReporter,
) -> LearningCurve:
    """Compute and keep the learning curve, which is returned, and the images worth a class.

    Raises:
        NotEnoughData: there are no two classes to tell apart, or nothing to judge by.
    """
    reporter.stage("Computing the learning curve", 0.0)
    with storage.database.reading() as session:
        names = class_names(session)
    data = _labelled(images, embeddings, names)
    curve = learning_curve(data.train, data.judge, check=reporter.check_cancelled)
    reporter.stage("Looking for pictures worth a class", 0.8)
    worth = _worth_labelling(images, embeddings, data, reporter.check_cancelled)
    with storage.database.writing() as session:
        write_advice(session, images.version, curve, worth)
    return curve


def _labelled(
    images: CurrentImages, embeddings: NDArray[np.float32], names: dict[int, str]
) -> _Labelled:
    splits = np.array(images.splits, dtype=np.str_)
    # What a model has said is no label of a person: it says nothing of what labelling brings.
    labelled = (images.class_ids >= 0) & ~images.guessed
    train = np.flatnonzero(labelled & (splits == "train"))
    classes, y = np.unique(images.class_ids[train], return_inverse=True)
    if len(classes) < 2:
        raise NotEnoughData(
            f"The training pictures are of {len(classes)} classes; a learning curve needs two. "
            "Import pictures of another class."
        )
    # A class without training images cannot be predicted.
    known = np.isin(images.class_ids, classes)
    judges = [np.flatnonzero(known & (splits == split)) for split in ("validation", "test")]
    judge = next((rows for rows in judges if len(rows)), None)
    if judge is None:
        raise NotEnoughData(
            "There are no validation or test pictures to judge by. Import more pictures, or move "
            "some there."
        )
    return _Labelled(
        [names[int(number)] for number in classes],
        (embeddings[train], y.astype(np.int64)),
        (embeddings[judge], np.searchsorted(classes, images.class_ids[judge])),
    )


def _worth_labelling(
    images: CurrentImages,
    embeddings: NDArray[np.float32],
    data: _Labelled,
    check: Callable[[], None],
) -> list[WorthLabelling]:
    rows = np.flatnonzero(images.class_ids < 0)
    if not len(rows):
        return []
    x, y = data.train
    step = max(1, len(y) // _HEAD_IMAGES)
    # Every so many of the images in the order of their classes: each class has its share.
    chosen = np.argsort(y, kind="stable")[::step] if step > 1 else np.arange(len(y))
    head = LogisticRegression(x[chosen], y[chosen], len(data.class_names)).fit(
        1 / (USUAL_STRENGTH * len(chosen)), tolerance=_ROUGH
    )
    check()
    temperature = fit_temperature(head.logits(data.judge[0]), data.judge[1])
    probabilities = softmax(head.logits(embeddings[rows]), temperature).astype(np.float32)
    best, doubts = most_worth_labelling(probabilities, embeddings[rows], _WORTH_LABELLING)
    return [
        WorthLabelling(
            image_id=int(images.image_ids[rows[row]]),
            score=float(doubt),
            reason=_reason(probabilities[row], data.class_names),
        )
        for row, doubt in zip(best, doubts, strict=True)
    ]


def _reason(probabilities: NDArray[np.float32], names: list[str]) -> str:
    second, first = np.argsort(probabilities)[-2:]
    return (
        f"{names[first]} ({probabilities[first]:.0%}) or {names[second]} "
        f"({probabilities[second]:.0%})?"
    )
