"""Which images of an import belong together, so that no split parts them, and what to say of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tellapart.dataset.split_shares import HAS_ALL_SPLITS
from tellapart.dataset.versions import latest_version
from tellapart.errors import InvalidRequest
from tellapart.intake.name_groups import NamedImage, find_name_groups
from tellapart.intake.name_pattern import search_names
from tellapart.jobs.contracts import GROUP_BY_NAME, GROUP_BY_NOTHING
from tellapart.store.blobs import content_hash
from tellapart.store.database import chunks
from tellapart.store.tables import DatasetEntry, Image

# As many characters as the column has.
_LONGEST = 400
_NAMED = 3


@dataclass(frozen=True)
class ImportGroups:
    """Images by the name of their group; `imported` are those of this import with one."""

    names: Mapping[int, str] = field(default_factory=dict)
    imported: Mapping[int, str] = field(default_factory=dict)
    example: str = ""
    without: int = 0

    @property
    def count(self) -> int:
        """The groups of this import."""
        return len(set(self.imported.values()))


def find_groups(session: Session, labels: Mapping[int, str | None], group_by: str) -> ImportGroups:
    """The groups of the images of an import.

    Args:
        session: reads.
        labels: the class of each image of the import, by image id.
        group_by: `auto`, `none` or a regular expression, which is searched in the names of all
            images, also of those that were there.

    Raises:
        InvalidRequest: the expression finds nothing, or takes too long.
    """
    if group_by == GROUP_BY_NOTHING or not labels:
        return ImportGroups()
    rows: list[tuple[int, str, str | None]] = []
    columns = select(Image.id, Image.original_name, Image.group_name)
    for chunk in chunks(labels):
        rows += [
            (row[0], row[1], row[2]) for row in session.execute(columns.where(Image.id.in_(chunk)))
        ]
    if group_by == GROUP_BY_NAME:
        return _by_name(session, rows, labels)
    others = [(row[0], row[1], row[2]) for row in session.execute(columns) if row[0] not in labels]
    return _by_pattern(group_by, rows, others)


def _by_name(
    session: Session, rows: list[tuple[int, str, str | None]], labels: Mapping[int, str | None]
) -> ImportGroups:
    named = select(Image.group_name).where(Image.group_name.is_not(None)).distinct()
    images = (NamedImage(image_id, name, labels[image_id]) for image_id, name, _ in rows)
    found = find_name_groups(images, set(session.scalars(named)))
    before = {image_id: group for image_id, _, group in rows if group is not None}
    names = {i: _short(name) for i, name in found.names.items() if i not in before}
    return ImportGroups(names, {**names, **before}, found.example if names else "")


def _by_pattern(
    pattern: str,
    rows: list[tuple[int, str, str | None]],
    others: list[tuple[int, str, str | None]],
) -> ImportGroups:
    found = search_names(pattern, [name for _, name, _ in (*rows, *others)])
    if not any(found[: len(rows)]):
        raise InvalidRequest(
            f"The regular expression {pattern!r} finds nothing in the names of the "
            f"{len(rows):,} pictures, such as {rows[0][1]!r}; nothing was imported. Mend it, or "
            "leave it out. It is searched anywhere in the path inside the source; what its first "
            "parentheses hold, or else all that it finds, names the group."
        )
    pairs = zip((*rows, *others), found, strict=True)
    names = {row[0]: _short(group) for row, group in pairs if group is not None}
    imported = {row[0]: names[row[0]] for row in rows if row[0] in names}
    example = next(iter(imported.values()))
    return ImportGroups(names, imported, example, len(rows) - len(imported))


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else content_hash(name.encode())


def write_groups(session: Session, groups: ImportGroups) -> None:
    """Note in the rows of the images which group they are of."""
    for chunk in chunks(groups.names.items()):
        session.execute(update(Image), [{"id": i, "group_name": name} for i, name in chunk])


def describe_groups(session: Session, groups: ImportGroups, group_by: str) -> Iterator[str]:
    """What people should know of the groups of an import that is in the data set now."""
    if not groups.names:
        return
    kept = (
        f"Kept together in the split: {groups.count:,} groups of {len(groups.imported):,} pictures"
    )
    if group_by != GROUP_BY_NAME:
        loose = f"; {groups.without:,} pictures are of no group" if groups.without else ""
        yield f"{kept}, such as {groups.example!r}{loose}."
    else:
        yield (
            f"{kept} by name, like {groups.example}. If the pictures of a group are no more alike "
            "than others, import without groups: --group-by none, group_by=none over HTTP, or on "
            "the page under More choices."
        )
    torn = _torn(session, set(groups.imported.values()))
    if torn:
        yield (
            f"{len(torn):,} of the groups {'is' if len(torn) == 1 else 'are'} in several splits, "
            f"such as {torn[0]!r}: folders of the source or an earlier import say so. A test with "
            "pictures of a group that was trained on promises more than it holds."
        )


def _torn(session: Session, names: set[str]) -> list[str]:
    query = (
        select(Image.group_name)
        .join(DatasetEntry, DatasetEntry.image_id == Image.id)
        .where(
            Image.group_name.is_not(None),
            DatasetEntry.removed_in.is_(None),
            DatasetEntry.excluded.is_(False),
        )
        .group_by(Image.group_name)
        .having(func.count(DatasetEntry.split.distinct()) > 1)
        .order_by(Image.group_name)
    )
    return [name for name in session.scalars(query) if name is not None and name in names]


def describe_untested(session: Session, labels: Iterable[str]) -> Iterator[str]:
    """Those classes of which groups hold so much that nothing is left to test with."""
    version = latest_version(session)
    counts = {} if version is None else version.summary["class_splits"]
    splits = {label: counts.get(label, {}) for label in labels}
    missing = [
        label
        for label, found in splits.items()
        if sum(found.values()) >= HAS_ALL_SPLITS and not found.get("test")
    ]
    if missing:
        shown = ", ".join(map(repr, missing[:_NAMED])) + (", …" if missing[_NAMED:] else "")
        yield (
            f"Without a test picture, since their groups are too few or too large: {shown}. Add "
            "pictures of other groups, or import with --group-by none."
        )
