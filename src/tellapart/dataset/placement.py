"""Which split images go to that have just got a class: the part that asks the data set."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from tellapart.dataset.split_shares import Group, NewExample
from tellapart.dataset.splits import assign_splits
from tellapart.dataset.versions import latest_version
from tellapart.settings import Settings
from tellapart.store.database import chunks
from tellapart.store.tables import SPLITS, DatasetEntry, Image, ImageClass, ImageIssue, Split


def choose_splits(
    session: Session,
    settings: Settings,
    labels: Mapping[int, str],
    *,
    given: Mapping[int, Split] | None = None,
    carve_test: bool = True,
) -> dict[int, Split]:
    """The split of each image, by image id; see `assign_splits`.

    Near-duplicates are those that the issues name already, named groups those of the images' rows.

    Args:
        session: reads the current version.
        settings: the shares of the splits.
        labels: the class of each image that has no split yet.
        given: splits that the source gave.
        carve_test: see `assign_splits`.
    """
    if not labels:
        return {}
    hashes: dict[int, str] = {}
    groups: dict[int, int] = {}
    names: dict[int, str] = {}
    for chunk in chunks(labels):
        of_these = select(Image.id, Image.content_hash).where(Image.id.in_(chunk))
        hashes.update(session.execute(of_these).all())
        named = select(Image.id, Image.group_name).where(Image.id.in_(chunk))
        names.update((row[0], row[1]) for row in session.execute(named) if row[1] is not None)
        grouped = select(ImageIssue.image_id, ImageIssue.group_id).where(
            ImageIssue.kind == "near_duplicate", ImageIssue.image_id.in_(chunk)
        )
        groups.update((row[0], row[1]) for row in session.execute(grouped) if row[1] is not None)
    version = latest_version(session)
    counts = {} if version is None else version.summary["class_splits"]
    # What a model has said is in train without a share in validation and test.
    guessed = {} if version is None else version.summary.get("pseudo_labels", {})
    examples = [
        NewExample(
            hashes[image_id],
            label,
            (given or {}).get(image_id),
            groups.get(image_id),
            names.get(image_id),
        )
        for image_id, label in labels.items()
    ]
    splits = assign_splits(
        {
            (label, split): n - (guessed.get(label, 0) if split == "train" else 0)
            for label, splits in counts.items()
            for split, n in splits.items()
        },
        examples,
        validation_share=settings.validation_share,
        test_share=settings.test_share,
        carve_test=carve_test,
        group_splits=_group_splits(session, set(groups.values())),
        named_splits=_named_splits(session, set(names.values())),
    )
    return dict(zip(labels, splits, strict=True))


def _group_splits(session: Session, groups: set[int]) -> dict[Group, Split]:
    """Where the data set has members of these groups; train where it has them in several."""
    found: dict[Group, Split] = {}
    for chunk in chunks(groups):
        query = (
            select(ImageIssue.group_id, ImageClass.name, DatasetEntry.split)
            .join(DatasetEntry, DatasetEntry.image_id == ImageIssue.image_id)
            .join(ImageClass, ImageClass.id == DatasetEntry.class_id)
            .where(
                ImageIssue.kind == "near_duplicate",
                ImageIssue.group_id.in_(chunk),
                DatasetEntry.removed_in.is_(None),
                DatasetEntry.excluded.is_(False),
                DatasetEntry.split.is_not(None),
            )
        )
        placed = set(session.execute(query).all())
        for split in reversed(SPLITS):
            found.update(((row[0], row[1]), split) for row in placed if row[2] == split and row[0])
    return found


def _named_splits(session: Session, names: set[str]) -> dict[str, Split]:
    """Where the data set has images of these named groups; train where in several splits."""
    found: dict[str, Split] = {}
    for chunk in chunks(names):
        query = (
            select(Image.group_name, DatasetEntry.split)
            .distinct()
            .join(DatasetEntry, DatasetEntry.image_id == Image.id)
            .where(
                Image.group_name.in_(chunk),
                DatasetEntry.removed_in.is_(None),
                DatasetEntry.excluded.is_(False),
                DatasetEntry.split.is_not(None),
            )
        )
        placed = session.execute(query).all()
        for split in reversed(SPLITS):
            found.update((row[0], split) for row in placed if row[1] == split and row[0])
    return found
