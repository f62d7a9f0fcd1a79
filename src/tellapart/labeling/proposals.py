"""What the champion says of images without a class: rows, and what the data set adds to them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, or_, select
from sqlalchemy.orm import Session, aliased

from tellapart.dataset.issues import refresh_counts, refresh_leaks
from tellapart.dataset.statistics import ImageState
from tellapart.dataset.versions import entry_states, latest_version, write_version
from tellapart.labeling.pseudo_labels import Proposal, Selection, select_pseudo_labels
from tellapart.store.database import chunks
from tellapart.store.locks import hold
from tellapart.store.tables import (
    DatasetEntry,
    DatasetVersion,
    Image,
    ImageIssue,
    LabelProposal,
)


@dataclass(frozen=True)
class UnlabeledImage:
    """An image of the current version without a class."""

    image_id: int
    content_hash: str


def unlabeled_images(
    session: Session, content_hashes: Iterable[str] | None = None
) -> list[UnlabeledImage]:
    """Images without a class that are not excluded; of all, or of those with these hashes."""
    query = (
        select(Image.id, Image.content_hash)
        .join(DatasetEntry, DatasetEntry.image_id == Image.id)
        .where(
            DatasetEntry.removed_in.is_(None),
            DatasetEntry.class_id.is_(None),
            DatasetEntry.excluded.is_(False),
        )
        .order_by(Image.id)
    )
    if content_hashes is None:
        return [UnlabeledImage(*row) for row in session.execute(query)]
    return [
        UnlabeledImage(*row)
        for chunk in chunks(set(content_hashes))
        for row in session.execute(query.where(Image.content_hash.in_(chunk)))
    ]


def known_proposals(session: Session, version: int, image_ids: Iterable[int]) -> set[int]:
    """Those of the images of which this version has said something."""
    found: set[int] = set()
    for chunk in chunks(image_ids):
        query = select(LabelProposal.image_id).where(
            LabelProposal.model_version == version, LabelProposal.image_id.in_(chunk)
        )
        found.update(session.scalars(query))
    return found


def write_proposals(session: Session, version: int, proposals: Sequence[Proposal]) -> None:
    """Keep what a version says, in place of what others have said of these images."""
    hold(session, "dataset")
    ids = [each.image_id for each in proposals]
    session.execute(delete(LabelProposal).where(LabelProposal.image_id.in_(ids)))
    rows = [
        {
            "image_id": each.image_id,
            "model_version": version,
            "label": each.label,
            "confidence": each.confidence,
            "abstained_because": each.abstained_because,
        }
        for each in proposals
    ]
    if rows:
        session.execute(insert(LabelProposal), rows)


def read_selection(
    session: Session, version: int, content_hashes: Iterable[str] | None = None
) -> tuple[list[Proposal], Selection]:
    """What a version says of images that have no class still, and what of it would be used."""
    ids = [image.image_id for image in unlabeled_images(session, content_hashes)]
    rows: dict[int, LabelProposal] = {}
    for chunk in chunks(ids):
        query = select(LabelProposal).where(
            LabelProposal.model_version == version, LabelProposal.image_id.in_(chunk)
        )
        rows.update((row.image_id, row) for row in session.scalars(query))
    held_out = _like_held_out(session, rows)
    proposals = [
        Proposal(i, row.label, row.confidence, row.abstained_because, i in held_out)
        for i, row in rows.items()
    ]
    return proposals, select_pseudo_labels(proposals, training_counts(session))


def write_pseudo_labels(
    session: Session, version: int, selection: Selection, *, author: str
) -> int | None:
    """Write what is chosen of a version's proposals as a dataset version, in the train split.

    Written again by the same author, they are those of the first time, while any of them holds.

    Returns:
        The dataset version; None when nothing is chosen.
    """
    query = select(DatasetVersion.id).where(DatasetVersion.author == author)
    for before in session.scalars(query.order_by(DatasetVersion.id.desc())):
        if count_pseudo_labels(session, before):
            return before
    states = {
        image_id: ImageState(selection.labels[image_id], "train", "pseudo", model_version=version)
        for image_id, decision in selection.decisions.items()
        if decision == "used"
    }
    if not states:
        return None
    reason = f"{len(states):,} pseudo-labels by model version {version}"
    written = write_version(session, states, author=author, reason=reason)
    refresh_leaks(session, states)
    refresh_counts(session)
    return None if written is None else written.id


def count_pseudo_labels(session: Session, dataset_version: int) -> dict[str, int]:
    """The pseudo-labels that a dataset version brought and that still hold, by class."""
    now_there = (DatasetEntry.removed_in.is_(None), DatasetEntry.origin == "pseudo")
    states = entry_states(session, DatasetEntry.added_in == dataset_version, *now_there)
    labels = (state.label for state in states.values() if state.label is not None)
    return dict(sorted(Counter(labels).items()))


def training_counts(session: Session) -> Mapping[str, int]:
    """Training images with a label that no model has said, by class."""
    version = latest_version(session)
    if version is None:
        return {}
    guessed = version.summary.get("pseudo_labels", {})
    splits: dict[str, dict[str, int]] = version.summary["class_splits"]
    return {label: each["train"] - guessed.get(label, 0) for label, each in splits.items()}


def _like_held_out(session: Session, image_ids: Iterable[int]) -> set[int]:
    """Those of the images that have a near-duplicate in validation or test."""
    issue, other, entry = aliased(ImageIssue), aliased(ImageIssue), aliased(DatasetEntry)
    found: set[int] = set()
    for chunk in chunks(image_ids):
        query = (
            select(issue.image_id)
            .join(other, other.group_id == issue.group_id)
            .join(entry, entry.image_id == other.image_id)
            .where(
                issue.kind == "near_duplicate",
                other.kind == "near_duplicate",
                issue.image_id.in_(chunk),
                entry.removed_in.is_(None),
                entry.excluded.is_(False),
                or_(entry.split == "validation", entry.split == "test"),
            )
        )
        found.update(session.scalars(query))
    return found


@dataclass(frozen=True)
class PseudoLabels:
    """Pseudo-labels of the current version, and what people have said of such ever since.

    `judged` counts pseudo-labels that a person has replaced, `right` those by the same class.
    """

    counts: dict[str, int]
    model_version: int | None
    judged: int
    right: int


def read_pseudo_labels(session: Session) -> PseudoLabels:
    """The pseudo-labels that are in training."""
    version = latest_version(session)
    counts = {} if version is None else version.summary.get("pseudo_labels", {})
    now_there = (DatasetEntry.origin == "pseudo", DatasetEntry.removed_in.is_(None))
    newest = session.scalar(select(func.max(DatasetEntry.model_version)).where(*now_there))
    after = aliased(DatasetEntry)
    query = (
        select(DatasetEntry.class_id == after.class_id, func.count())
        .join(after, after.image_id == DatasetEntry.image_id)
        .where(
            DatasetEntry.origin == "pseudo",
            after.added_in == DatasetEntry.removed_in,
            after.class_id.is_not(None),
            after.origin != "pseudo",
        )
        .group_by(DatasetEntry.class_id == after.class_id)
    )
    judged = {bool(row[0]): row[1] for row in session.execute(query)}
    return PseudoLabels(
        counts=dict(sorted(counts.items())),
        model_version=newest,
        judged=sum(judged.values()),
        right=judged.get(True, 0),
    )
