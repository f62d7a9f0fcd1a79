from collections.abc import Iterable, Mapping

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tellapart.dataset.edits import Edit, edit_images
from tellapart.dataset.history import revert
from tellapart.dataset.issues import FoundIssue, refresh_leaks, settle, write_issues
from tellapart.dataset.regrouping import Regrouped, regroup_splits
from tellapart.dataset.versions import current_version, entry_states
from tellapart.settings import Settings
from tellapart.store.storage import Storage
from tellapart.store.tables import DatasetEntry, Image, ImageIssue, Job, ModelVersion, Split
from tests.support.entries import add_image, state, write

pytestmark = pytest.mark.both_databases

JOB = "this-job"
# By seed: forty of each of two classes, as an import places them.
PLACES: dict[int, Split] = {
    seed: "test" if seed % 10 == 8 else "validation" if seed % 10 == 9 else "train"
    for seed in range(80)
}


def place(session: Session, groups: Iterable[Iterable[int]] = ()) -> dict[int, int]:
    """The images, with groups of near-duplicates, by seed; returns their ids."""
    write(
        session,
        {seed: state("cats" if seed < 40 else "dogs", split) for seed, split in PLACES.items()},
    )
    ids = {seed: add_image(session, seed) for seed in PLACES}
    found = [
        FoundIssue(ids[seed], 0.1, group_id=min(ids[seed] for seed in group))
        for group in groups
        for seed in group
    ]
    write_issues(session, "near_duplicate", found, [issue.image_id for issue in found])
    refresh_leaks(session)
    return ids


def splits_now(session: Session) -> dict[int, Split | None]:
    states = entry_states(session, DatasetEntry.removed_in.is_(None))
    return {image_id: found.split for image_id, found in states.items()}


def name_groups(session: Session, groups: Mapping[str, Iterable[int]]) -> None:
    for name, image_ids in groups.items():
        changed = update(Image).where(Image.id.in_(list(image_ids))).values(group_name=name)
        session.execute(changed)


def leaks(session: Session) -> int:
    return len(session.scalars(select(ImageIssue).where(ImageIssue.kind == "leak")).all())


def test_parted_groups_come_into_one_split_and_the_others_stay(
    storage: Storage, settings: Settings
) -> None:
    with storage.database.writing() as session:
        ids = place(session, [(0, 8, 18), (1, 2), (50, 59)])
        before = splits_now(session)
        assert leaks(session) == 5
        found = regroup_splits(session, settings, JOB)
        after = splits_now(session)
        assert found == Regrouped(found.images if found else 0, 2, 2)
        assert leaks(session) == 0
        counts = current_version(session).summary["class_splits"]
    for group in ((0, 8, 18), (50, 59)):
        assert len({after[ids[seed]] for seed in group}) == 1
    changed = {image_id for image_id in before if before[image_id] != after[image_id]}
    assert changed <= {ids[seed] for seed in (0, 8, 18, 50, 59)}
    assert found is not None
    assert found.images == len(changed)
    assert "2 groups of near-duplicates or of one name are in one each" in str(found)
    assert all(min(splits.values()) >= 2 for splits in counts.values())


def test_named_groups_stay_whole_and_pull_what_is_tied_to_them(
    storage: Storage, settings: Settings
) -> None:
    with storage.database.writing() as session:
        # A cat of the first patient looks like one of the second in another split.
        ids = place(session, [(0, 8)])
        first, second = (0, 1, 40, 41), (8, 48)
        name_groups(session, {"ann": [ids[n] for n in first], "bob": [ids[n] for n in second]})
        assert regroup_splits(session, settings, JOB) is not None
        after = splits_now(session)
    assert len({after[ids[seed]] for seed in (*first, *second)}) == 1


def test_a_named_group_that_an_earlier_import_parted_is_whole_again(
    storage: Storage, settings: Settings
) -> None:
    with storage.database.writing() as session:
        ids = place(session)
        name_groups(session, {"ann": [ids[7], ids[8], ids[9]]})
        found = regroup_splits(session, settings, JOB)
        after = splits_now(session)
        assert found is not None
        assert regroup_splits(session, settings, JOB) is None, "nothing is left to do"
    assert len({after[ids[seed]] for seed in (7, 8, 9)}) == 1


def refused(storage: Storage, settings: Settings) -> bool:
    with storage.database.writing() as session:
        before = splits_now(session)
        found = regroup_splits(session, settings, JOB)
        return found is None and before == splits_now(session)


def test_splits_that_somebody_chose_stay(storage: Storage, settings: Settings) -> None:
    with storage.database.writing() as session:
        ids = place(session, [(0, 8)])
        edit_images(session, [ids[30]], Edit(split="test"), settings, author="ann")
        # What comes later does not make it forgotten.
        edit_images(session, [ids[31]], Edit(label="dogs"), settings, author="ann")
    assert refused(storage, settings)


def test_a_version_of_an_older_release_does_not_say_who_chose(
    storage: Storage, settings: Settings
) -> None:
    with storage.database.writing() as session:
        place(session, [(0, 8)])
        version = current_version(session)
        summary = {k: v for k, v in version.summary.items() if k != "given_splits"}
        version.summary = summary
        session.flush()
    assert refused(storage, settings)


def test_after_a_training_nothing_moves(storage: Storage, settings: Settings) -> None:
    with storage.database.writing() as session:
        place(session, [(0, 8)])
        model = ModelVersion(
            version=1, recipe="probe", dataset_version=1, class_names=["cats", "dogs"],
            parameters={}, metrics={}, report={},
        )  # fmt: skip
        session.add(model)
    assert refused(storage, settings)


@pytest.mark.parametrize("status", ["running", "queued", "failed"])
def test_a_training_that_runs_keeps_the_splits_as_they_are(
    storage: Storage, settings: Settings, status: str
) -> None:
    with storage.database.writing() as session:
        place(session, [(0, 8)])
        session.add(Job(id="other", kind="train", params={}, status=status))
    assert refused(storage, settings) == (status == "running")


def test_a_training_may_move_images_before_it_begins(storage: Storage, settings: Settings) -> None:
    with storage.database.writing() as session:
        place(session, [(0, 8)])
        session.add(Job(id=JOB, kind="train", params={}, status="running"))
    assert not refused(storage, settings)


def test_what_people_said_may_stay_so_stays(storage: Storage, settings: Settings) -> None:
    with storage.database.writing() as session:
        ids = place(session, [(0, 8)])
        settle(session, [ids[0], ids[8]], ["leak"], kept=True)
    assert refused(storage, settings)


def test_who_undoes_it_has_chosen(storage: Storage, settings: Settings) -> None:
    with storage.database.writing() as session:
        place(session, [(0, 8)])
        found = regroup_splits(session, settings, JOB)
        assert found is not None
        revert(session, found.version, author="ann")
    assert refused(storage, settings)
