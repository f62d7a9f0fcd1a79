"""Look at the data set as a whole: near-duplicates, wrong labels, outliers, map, what to add."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tellapart.errors import NotEnoughData
from tellapart.intake.image_check import measure_again
from tellapart.jobs.contracts import CheckParams, CheckResult
from tellapart.jobs.progress import SubProgress
from tellapart.jobs.worker import JobReporter
from tellapart.quality.checks import CurrentImages, Finding, current_images, regroup, write_check
from tellapart.quality.duplicate_groups import find_similar
from tellapart.quality.duplicates import group
from tellapart.quality.embedding_map import embedding_map
from tellapart.quality.image_issues import write_image_issues, write_near_duplicates
from tellapart.quality.outliers import odd_size_scores, outlier_scores
from tellapart.store.storage import Storage
from tellapart.store.tables import IssueKind
from tellapart.workflows.data.advise_on_data import keep_advice
from tellapart.workflows.data.check_labels import judge_labels, judged_rows
from tellapart.workflows.data.embed_images import embed_images
from tellapart.workflows.data.label_features import label_features
from tellapart.workflows.data.order_review import order_review

_EMBEDDING_SHARE = 0.8


@dataclass(frozen=True)
class _Duplicates:
    """Pairs of image ids int64 [P, 2] with their similarities, and the group of each image."""

    pairs: NDArray[np.int64]
    similarities: NDArray[np.float32]
    scores: NDArray[np.float32]
    groups: NDArray[np.int64]


def check_dataset(
    storage: Storage,
    params: CheckParams,  # noqa: ARG001
    reporter: JobReporter,
) -> CheckResult:
    """Check all images of the current version that are not excluded.

    All of it looks at the images that were there at the start. What changes meanwhile is left to
    the next check: nothing is said of it, and what is known of it stays.

    Embeddings are kept as they come: a check that is run again computes only the missing ones.

    Raises:
        DatasetError: nothing has been imported.
        MissingDependency, BackboneUnavailable: there are no embeddings without a backbone.
    """
    measure_again(storage, reporter.check_cancelled)
    with storage.database.reading() as session:
        images = current_images(session)
    embeddings = embed_images(storage, images, SubProgress(reporter, 0.0, _EMBEDDING_SHARE))
    reporter.stage("Looking for near-duplicates", _EMBEDDING_SHARE)
    duplicates = _duplicates(storage, images, embeddings)
    reporter.check_cancelled()
    reporter.stage("Looking for wrong labels", 0.87)
    part = SubProgress(reporter, 0.87, 0.93)
    judged = judged_rows(images)
    features = label_features(storage, images, judged, embeddings, part)
    labels, label_check = judge_labels(storage, images, judged, features, duplicates.groups)
    findings = {"label": labels, **_other_findings(storage, images, embeddings)}
    reporter.check_cancelled()
    reporter.stage("Drawing the map", 0.93)
    places = embedding_map(embeddings)
    reporter.check_cancelled()
    with storage.database.writing() as session:
        ids = images.image_ids.tolist()
        write_near_duplicates(session, duplicates.pairs, duplicates.similarities, compared=set(ids))
        write_image_issues(session, ids, storage.settings)
        images, regrouped = regroup(session, storage.settings, images, reporter.job_id)
        issues = write_check(session, images, findings, duplicates.scores, places, label_check)
    if regrouped is not None:
        reporter.log(f"{regrouped}")
    try:
        part = SubProgress(reporter, 0.95, 1.0)
        reporter.log(keep_advice(storage, images, embeddings, part).verdict)
    except NotEnoughData:
        reporter.log("There are not enough labelled pictures for a learning curve.")
    order_review(storage)
    if label_check is not None:
        reporter.log(f"Labels: {label_check.verdict}")
    reporter.log(f"Checked {len(images.image_ids):,} pictures: {_in_words(issues)}.")
    return CheckResult(
        dataset_version=images.version,
        issues=issues,
        moved=0 if regrouped is None else regrouped.images,
        labels=None if label_check is None else label_check.verdict,
    )


def _duplicates(
    storage: Storage, images: CurrentImages, embeddings: NDArray[np.float32]
) -> _Duplicates:
    """Those by fingerprint and those by embedding, which also finds crops."""
    settings, ids = storage.settings, images.image_ids
    pairs, similarities = find_similar(images.class_ids, images.fingerprints, embeddings, settings)
    scores = np.ones(len(ids), np.float32)
    np.minimum.at(scores, pairs, 1 - similarities[:, None])
    return _Duplicates(ids[pairs], similarities, scores, group(len(ids), pairs))


def _other_findings(
    storage: Storage, images: CurrentImages, embeddings: NDArray[np.float32]
) -> dict[IssueKind, Finding]:
    settings = storage.settings
    outliers = outlier_scores(embeddings)
    sizes = odd_size_scores(*images.sides_px.T)
    return {
        "outlier": Finding(outliers, outliers < settings.outlier_threshold),
        "odd_size": Finding(sizes, sizes < settings.odd_size_threshold),
    }


def _in_words(issues: dict[str, int]) -> str:
    if not issues:
        return "nothing to look at"
    return ", ".join(f"{count:,} {kind.replace('_', ' ')}" for kind, count in issues.items())
