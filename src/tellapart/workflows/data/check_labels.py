"""Judge labels by a model that was fitted without them; again once training knows them better."""

import numpy as np
from numpy.typing import NDArray

from tellapart.dataset.issues import quality_summary
from tellapart.dataset.label_check import LabelCheck
from tellapart.jobs.contracts import CheckParams, CheckResult
from tellapart.jobs.progress import ProgressReporter, SubProgress
from tellapart.jobs.queue import JobQueue
from tellapart.quality.checks import (
    CurrentImages,
    Finding,
    checked_groups,
    current_images,
    write_label_check,
)
from tellapart.quality.label_issues import find_label_issues, judge_check
from tellapart.quality.out_of_fold import predict_out_of_fold
from tellapart.store.storage import Storage
from tellapart.workflows.data.label_features import (
    LabelFeatures,
    chosen_features,
    chosen_key,
    read_features,
)

_READING_SHARE = 0.5


def check_labels_later(storage: Storage) -> None:
    """Queue a check of the labels where a training knows better features than the last check.

    None is queued where one of everything waits, or none was made.
    """
    queue = JobQueue(storage.database, storage.settings)
    if not storage.settings.check_after_import or queue.waiting("check"):
        return
    key = chosen_key(storage)
    if key is None:
        return
    # One that runs may have begun before the training had its say.
    if queue.unfinished_ids("check") or _judged_by(storage) not in (None, key):
        queue.submit_once(CheckParams(labels_only=True))


def check_labels(storage: Storage, reporter: ProgressReporter) -> CheckResult:
    """Judge the labels anew by what a probe has chosen, unless the last check has done so.

    Raises:
        DatasetError: nothing has been imported.
        JobCancelled: the reporter said so.
    """
    with storage.database.reading() as session:
        images = current_images(session)
        groups = checked_groups(session, images)
        quality = quality_summary(session)
    rows = judged_rows(images)
    chosen = chosen_features(storage, images.sides_px[rows])
    if chosen is None or _judged_by(storage) in (None, chosen.key):
        reporter.log("There is nothing better to judge labels by than the last check had.")
        return CheckResult(dataset_version=images.version, issues=quality.issues if quality else {})
    part = SubProgress(reporter, 0.0, _READING_SHARE)
    features = read_features(storage, images, rows, chosen, part)
    reporter.stage("Looking for wrong labels", _READING_SHARE)
    finding, check = judge_labels(storage, images, rows, features, groups)
    reporter.check_cancelled()
    with storage.database.writing() as session:
        issues = write_label_check(session, images, finding, check)
    verdict = None if check is None else check.verdict
    reporter.log(f"Labels, judged anew: {verdict}")
    return CheckResult(dataset_version=images.version, issues=issues, labels=verdict)


def _judged_by(storage: Storage) -> str | None:
    """The key of the features of the last check; None where it has judged no labels."""
    with storage.database.reading() as session:
        quality = quality_summary(session)
    if quality is None or quality.label_check is None:
        return None
    return LabelCheck.from_json(quality.label_check).features


def judged_rows(images: CurrentImages) -> NDArray[np.int64]:
    """The images that people gave a class, int64 [M]; none where these are all of one.

    What a model has said (a pseudo-label) neither judges the labels of people nor is one of them.
    """
    rows = np.flatnonzero((images.class_ids >= 0) & ~images.guessed)
    return rows if len(np.unique(images.class_ids[rows])) > 1 else rows[:0]


def judge_labels(
    storage: Storage,
    images: CurrentImages,
    rows: NDArray[np.int64],
    features: LabelFeatures,
    groups: NDArray[np.int64],
) -> tuple[Finding, LabelCheck | None]:
    """Scores, suspects and what they are worth.

    Args:
        storage: has the settings.
        images: all images, N.
        rows: those whose labels are judged, int64 [M], see `judged_rows`.
        features: theirs.
        groups: of near-duplicates, int64 [N].
    """
    count = len(images.class_ids)
    scores, flags = np.full(count, np.nan, np.float32), np.zeros(count, np.bool_)
    suggested = np.full(count, -1, np.int64)
    if not len(rows):
        return Finding(scores, flags, suggested), None
    classes, labels = np.unique(images.class_ids[rows], return_inverse=True)
    threshold = storage.settings.label_threshold
    probabilities = predict_out_of_fold(features.vectors, labels, groups=groups[rows])
    found = find_label_issues(probabilities, labels, threshold=threshold)
    check = judge_check(
        probabilities, labels, found, features.layers, features.key, threshold=threshold
    )
    scores[rows] = found.scores
    if check is None or not check.weak:
        flags[rows], suggested[rows] = found.suspects, classes[found.suggested]
    return Finding(scores, flags, suggested), check
