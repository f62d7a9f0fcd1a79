"""How images come in: read, checked, stored, and given a class and a split.

Images are inspected by processes on all cores (a few images: by threads), read and stored by
threads, and written down in batches, each of which survives `kill -9`;
an import that is run again reads what it has already, and does not decode it again. The data set
changes once, at the end, in one transaction: a killed import leaves it as it was. Of each image,
only what its source says of it is held in memory until then.
"""

from array import array
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import chain

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tellapart.dataset.class_names import natural_key, twin_names
from tellapart.dataset.issues import (
    FoundIssue,
    refresh_counts,
    refresh_leaks,
    separate_classes,
    write_issues,
)
from tellapart.dataset.placement import choose_splits
from tellapart.dataset.statistics import ImageState
from tellapart.dataset.versions import class_ids, current_states, latest_version, write_version
from tellapart.intake.grouping import (
    ImportGroups,
    describe_groups,
    describe_untested,
    find_groups,
    write_groups,
)
from tellapart.intake.image_check import (
    Checked,
    CheckedImage,
    RefusedImage,
    check_images,
)
from tellapart.intake.inspectors import inspectors
from tellapart.intake.parallel import ProgressReport, batches, in_parallel
from tellapart.intake.quarantine import release
from tellapart.intake.rejections import quarantine, quarantine_refused
from tellapart.intake.sources import Source, SourceItem
from tellapart.jobs.contracts import GROUP_BY_NAME, ImportResult, RejectedFile, SplitMode
from tellapart.quality.image_issues import (
    find_near_duplicates,
    write_image_issues,
    write_near_duplicates,
)
from tellapart.runtime.cpu_budget import usable_cores
from tellapart.store.locks import hold
from tellapart.store.storage import Storage
from tellapart.store.tables import SPLITS, Image, Split

# Files that a thread takes at once, unless they are large.
_CHUNK_FILES = 32
_CHUNK_BYTES = 16 * 1024**2
# Chunks that are written down together.
_CHUNKS_PER_BATCH = 8
# For fewer, it is not worth while to start processes.
_MANY_FILES = 300
_MOST_PROCESSES = 8
# Quarantined files that the result names.
_LISTED_REJECTIONS = 100


def ingest(
    storage: Storage,
    source: Source,
    *,
    split_mode: SplitMode = "auto",
    group_by: str = GROUP_BY_NAME,
    on_progress: ProgressReport,
    name: str | None = None,
    author: str = "",
) -> ImportResult:
    """Import all images of a source as one new dataset version.

    Bad files are quarantined with the reason. `on_progress(done, total)` is called now and then,
    and may raise to stop the import. `name` is what to call the source, if not by its own name.

    Returns:
        The counts; `dataset_version` is the current version, a new one if anything was added.
    """
    storage.blobs.sweep()
    result = ImportResult(source=name or source.name)
    placements = _Placements()
    with storage.blobs.staging(), closing(_checked(storage, source)) as checked:
        told = _counted(checked, source.total, on_progress)
        for batch in batches(told, _CHUNKS_PER_BATCH):
            images = list(chain.from_iterable(batch))
            _persist(storage, images, placements, result)
    for file in quarantine_refused(storage, source.refused):
        _reject(result, file)
    on_progress(source.total, source.total)  # the last moment to stop
    groups = _join_dataset(storage, placements, split_mode, group_by, result, author)
    result.skipped = dict(source.skipped)
    result.skipped_examples = dict(source.skipped_examples)
    result.notes = [*source.notes, *_notes(placements, split_mode, result)]
    with storage.database.reading() as session:
        result.notes += _twins(session, placements)
        result.notes += describe_groups(session, groups, group_by)
        if groups.imported and split_mode == "auto":
            result.notes += describe_untested(session, placements.labels)
    return result


def _notes(placements: "_Placements", split_mode: SplitMode, result: ImportResult) -> Iterator[str]:
    """What people should know of images without a class, and of those that were there."""
    if result.unlabeled and placements.labels:
        example = (
            ", such as " + placements.unlabeled_example if placements.unlabeled_example else ""
        )
        yield (
            f"{result.unlabeled:,} pictures came in without a class{example}: no folder or label "
            "file says which. Label them on the page (Data, pictures without a class)."
        )
    if split_mode != "auto" and result.duplicates:
        yield (
            f"{result.duplicates:,} pictures were there already and stay in the split that they "
            "are in. The page moves pictures (Data, choose them, Move to)."
        )


def _twins(session: Session, placements: "_Placements") -> Iterator[str]:
    """Class names of this import that differ from others only in how they are written."""
    version = latest_version(session)
    names = [] if version is None else list(version.summary["class_splits"])
    for twins in twin_names(names):
        if not set(twins).isdisjoint(placements.labels):
            shown = ", ".join(repr(name) for name in twins)
            yield (
                f"The classes {shown} differ only in how they are written, and count as different. "
                "If they are one, relabel the pictures of all but one (Data, filter by class)."
            )


class _Placements:
    """What the source says of each image, in columns: 13 bytes an image."""

    def __init__(self) -> None:
        self.image_ids = array("q")
        self.labels: list[str] = []
        self._label_numbers: dict[str, int] = {}
        self._labels = array("i")
        self.unlabeled_example = ""
        self._splits = array("b")

    def add(self, image_id: int, item: SourceItem) -> None:
        number = -1
        if item.label is None:
            self.unlabeled_example = self.unlabeled_example or item.name
        else:
            number = self._label_numbers.setdefault(item.label, len(self.labels))
            if number == len(self.labels):
                self.labels.append(item.label)
        self.image_ids.append(image_id)
        self._labels.append(number)
        self._splits.append(SPLITS.index(item.split) if item.split else -1)

    @property
    def have_splits(self) -> bool:
        """Whether the source says the split of any."""
        return any(split >= 0 for split in self._splits)

    def first_labels(self) -> dict[int, str | None]:
        """The class of each image, by its id."""
        found: dict[int, str | None] = {}
        for image_id, label, _ in self:  # those with a class come first
            found.setdefault(image_id, label)
        return found

    def __iter__(self) -> Iterator[tuple[int, str | None, Split | None]]:
        """Image id, label and split; those with a class first, so that the class counts."""
        for labeled in (True, False):
            for image_id, label, split in zip(
                self.image_ids, self._labels, self._splits, strict=True
            ):
                if (label >= 0) == labeled:
                    given = SPLITS[split] if split >= 0 else None
                    yield image_id, self.labels[label] if labeled else None, given


def _checked(storage: Storage, source: Source) -> Generator[list[Checked], None, None]:
    """The images of a source, in its order, a few at a time."""
    cores = usable_cores()
    processes = min(cores, _MOST_PROCESSES) if cores > 1 and source.total >= _MANY_FILES else 0
    # While the processes are at work, one thread more can read and store.
    threads = processes + 1 if processes else cores
    chunks = batches(source.items(), _CHUNK_FILES, _size, _CHUNK_BYTES)
    with (
        inspectors(storage.settings, threads=threads, processes=processes) as pool,
        closing(
            in_parallel(lambda items: check_images(storage, pool, items), chunks, threads)
        ) as checked,
    ):
        yield from checked


def _counted(
    chunks: Iterable[list[Checked]], total: int, on_progress: ProgressReport
) -> Iterator[list[Checked]]:
    done = 0
    for chunk in chunks:
        done += len(chunk)
        on_progress(min(done, total), total)
        yield chunk


def _size(item: SourceItem) -> int:
    return item.size_bytes


def _persist(
    storage: Storage, images: Sequence[Checked], placements: _Placements, result: ImportResult
) -> None:
    storage.blobs.publish([blob for checked in images for blob in checked.staged])
    good = [checked for checked in images if isinstance(checked, CheckedImage)]
    with storage.database.writing() as session:
        hold(session, "intake")
        ids = _write_images(session, good)
        release(session, ids)
        for checked in images:
            if isinstance(checked, RefusedImage):
                quarantine(session, checked)
    for checked in images:
        if isinstance(checked, RefusedImage):
            _reject(result, checked.file)
        else:
            placements.add(ids[checked.content_hash], checked.item)


def _reject(result: ImportResult, file: RejectedFile) -> None:
    """Count a quarantined file, and name it while there are few."""
    result.quarantined += 1
    if len(result.rejected) < _LISTED_REJECTIONS:
        result.rejected.append(file)


def _write_images(session: Session, images: Sequence[CheckedImage]) -> dict[str, int]:
    """Rows for those that have none; the image ids of all, by content hash."""
    query = select(Image.content_hash, Image.id)
    hashes = {image.content_hash for image in images}
    of_these = query.where(Image.content_hash.in_(hashes))
    known: dict[str, int] = dict(session.execute(of_these).all())
    # Of those that are here twice, the first gives its name.
    new = {image.content_hash: image.row for image in reversed(images) if image.row}
    rows = [row for name, row in reversed(new.items()) if name not in known]
    if rows:
        added = session.execute(insert(Image).returning(Image.content_hash, Image.id), rows)
        known.update(added.all())
    return known


def _join_dataset(
    storage: Storage,
    placements: _Placements,
    split_mode: SplitMode,
    group_by: str,
    result: ImportResult,
    author: str,
) -> ImportGroups:
    with storage.database.reading() as session:
        before = current_states(session, placements.image_ids)
        labels = placements.first_labels()
        new = {image_id: label for image_id, label in labels.items() if image_id not in before}
        groups = find_groups(session, labels, group_by)
        pairs, similarities = find_near_duplicates(session, new, storage.settings)
    with storage.database.writing() as session:
        hold(session, "dataset")
        write_near_duplicates(session, pairs, similarities)
        write_image_issues(session, new, storage.settings)
        write_groups(session, groups)
        states = _new_states(session, storage, placements, split_mode, result)
        reason = f"Imported {len(states):,} from {result.source}"
        given = split_mode != "auto" or placements.have_splits
        version = write_version(session, states, author=author, reason=reason, given_splits=given)
        separate_classes(session, states)
        refresh_leaks(session, states)
        result.issues = refresh_counts(session)
        current = version or latest_version(session)
    result.dataset_version = None if current is None else current.id
    result.added = len(states) - result.labeled
    result.unlabeled = sum(state.label is None for state in states.values())
    counts = Counter(state.label for state in states.values() if state.label is not None)
    result.classes = {label: counts[label] for label in sorted(counts, key=natural_key)}
    result.groups = groups.count
    return groups


def _new_states(
    session: Session,
    storage: Storage,
    placements: _Placements,
    split_mode: SplitMode,
    result: ImportResult,
) -> dict[int, ImageState]:
    """What the data set will say of images that it lacks, or has without a class.

    An image that is there under another class keeps that class; that is an issue.
    """
    known = current_states(session, placements.image_ids)
    # A label replaces what a model has said; the image stays in train, where it was learned from.
    guessed = {i for i, state in known.items() if state.origin == "pseudo"}
    labels: dict[int, str | None] = {
        i: None if i in guessed else state.label for i, state in known.items()
    }
    excluded = {image_id for image_id, state in known.items() if state.excluded}
    new: dict[int, str | None] = {}
    given: dict[int, Split] = {}
    conflicts: dict[int, str] = {}
    for image_id, label, split in placements:
        is_first_label = label is not None and labels.get(image_id) is None
        if image_id not in labels or (is_first_label and image_id not in excluded):
            result.labeled += image_id in known
            new[image_id] = labels[image_id] = label
            chosen = split if split_mode == "auto" else split_mode
            if image_id in guessed:
                chosen = "train"
            if chosen is not None:
                given[image_id] = chosen
        elif label is None or labels[image_id] == label:
            result.duplicates += 1
        else:
            result.conflicts += 1
            conflicts[image_id] = label
    _write_conflicts(session, conflicts)
    unassigned = {image_id: label for image_id, label in new.items() if label is not None}
    splits = choose_splits(
        session, storage.settings, unassigned, given=given, carve_test=split_mode == "auto"
    )
    return {image_id: _state(label, splits.get(image_id)) for image_id, label in new.items()}


def _write_conflicts(session: Session, conflicts: dict[int, str]) -> None:
    ids = class_ids(session, set(conflicts.values()))
    found = [FoundIssue(image_id, 0.0, ids[label]) for image_id, label in conflicts.items()]
    write_issues(session, "label_conflict", found, conflicts)


def _state(label: str | None, split: Split | None) -> ImageState:
    return ImageState(label, split, "given")
