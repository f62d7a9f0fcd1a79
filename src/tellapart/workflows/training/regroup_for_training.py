"""Before the first training: bring what belongs together into one split."""

from typing import Literal

import numpy as np

from tellapart.dataset.issues import quality_summary, refresh_counts, refresh_leaks
from tellapart.dataset.regrouping import may_regroup, regroup_splits
from tellapart.jobs.progress import JobProgress
from tellapart.quality.checks import current_images
from tellapart.quality.duplicate_groups import find_similar
from tellapart.quality.image_issues import write_near_duplicates
from tellapart.store.storage import Storage
from tellapart.workflows.data.find_leaks import kept_embeddings

# Images were moved; nothing is to be moved; without embeddings it cannot be told.
Grouping = Literal["moved", "whole", "unknown"]


def regroup_for_training(storage: Storage, reporter: JobProgress) -> Grouping:
    """Look for near-duplicates in several splits, by embeddings if there are any, and move them.

    What a check of the current version has found is not looked for again. Nothing is done where
    people chose a split, or something was trained: see `dataset.regrouping`.
    """
    with storage.database.reading() as session:
        if not may_regroup(session, reporter.job_id):
            return "whole"
        images = current_images(session)
        quality = quality_summary(session)
    checked = quality is not None and quality.checked_version == images.version
    labeled = np.flatnonzero(images.class_ids >= 0)
    hashes = [images.content_hashes[row] for row in labeled]
    embeddings = None if checked or not hashes else kept_embeddings(storage, hashes)
    if embeddings is not None:
        reporter.stage("Looking for near-duplicates", None)
        ids = images.image_ids[labeled]
        pairs, similarities = find_similar(
            images.class_ids[labeled], images.fingerprints[labeled], embeddings, storage.settings
        )
    # Also without any: a check that is about to move images is waited for, and later ones see that
    # a training has begun.
    with storage.database.writing() as session:
        if embeddings is not None:
            write_near_duplicates(session, ids[pairs], similarities, compared=set(ids.tolist()))
            refresh_leaks(session)
        found = regroup_splits(session, storage.settings, reporter.job_id)
        refresh_counts(session)
    if found is not None:
        reporter.log(f"{found}")
    if embeddings is None and not checked:
        return "unknown"
    return "whole" if found is None else "moved"
