import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tellapart.dataset.edits import Edit, edit_images
from tellapart.dataset.issues import FoundIssue, quality_summary, refresh_leaks, write_issues
from tellapart.dataset.versions import current_states, current_version
from tellapart.errors import InvalidClassName, InvalidRequest, NotFound
from tellapart.settings import Settings
from tellapart.store.storage import Storage
from tellapart.store.tables import Image, ImageIssue
from tests.support.entries import add_image, state, write

pytestmark = pytest.mark.both_databases


def edit(session: Session, seeds: list[int], wanted: Edit, settings: Settings) -> int:
    ids = [add_image(session, seed) for seed in seeds]
    return edit_images(session, ids, wanted, settings, author="ann")[0]


def states(session: Session, *seeds: int) -> list[object]:
    ids = [add_image(session, seed) for seed in seeds]
    found = current_states(session, ids)
    return [(found[i].label, found[i].split, found[i].origin, found[i].excluded) for i in ids]


def open_issues(session: Session) -> dict[str, int]:
    found = quality_summary(session)
    assert found is not None
    return found.issues


def test_a_label_of_a_person_is_known_as_one(storage: Storage, settings: Settings) -> None:
    with storage.database.writing() as session:
        write(session, {1: state(), 2: state("dogs", "test"), 3: state()})
        assert edit(session, [1, 2], Edit(label=" dogs "), settings) == 1
        assert states(session, 1, 2, 3) == [
            ("dogs", "train", "human", False),
            ("dogs", "test", "given", False),
            ("cats", "train", "given", False),
        ]
        version = current_version(session)
        assert (version.author, version.reason) == ("ann", "1 picture labelled dogs")


def test_moving_and_excluding_keep_the_label_and_its_origin(
    storage: Storage, settings: Settings
) -> None:
    with storage.database.writing() as session:
        write(session, {1: state(), 2: state()})
        edit(session, [1, 2], Edit(split="test", excluded=True), settings)
        assert states(session, 1, 2) == [("cats", "test", "given", True)] * 2
        assert current_version(session).reason == "2 pictures moved to test and excluded"
        edit(session, [1], Edit(excluded=False), settings)
        assert states(session, 1) == [("cats", "test", "given", False)]


def test_images_move_with_their_named_groups_where_that_is_asked_for(
    storage: Storage, settings: Settings
) -> None:
    with storage.database.writing() as session:
        write(session, {n: state() for n in range(1, 6)} | {6: state(None, None)})
        named = [add_image(session, seed) for seed in (1, 2, 3, 6)]
        session.execute(update(Image).where(Image.id.in_(named)).values(group_name="ann"))
        edit(session, [3], Edit(split="test"), settings)
        assert edit(session, [1, 4], Edit("dogs", "test", whole_groups=True), settings) == 3
        assert states(session, *range(1, 7)) == [
            ("dogs", "test", "human", False),
            ("cats", "test", "given", False),
            ("cats", "test", "given", False),
            ("dogs", "test", "human", False),
            ("cats", "train", "given", False),
            (None, None, "given", False),
        ]
        assert current_version(session).reason == "3 pictures labelled dogs and moved to test"
        assert edit(session, [2], Edit("dogs", whole_groups=True), settings) == 1


def test_an_unlabelled_image_gets_a_split_with_its_class(
    storage: Storage, settings: Settings
) -> None:
    with storage.database.writing() as session:
        write(session, {1: state(None, None), 2: state()})
        with pytest.raises(InvalidRequest, match="Give it a class first"):
            edit(session, [1], Edit(split="test"), settings)
        edit(session, [1], Edit(label="owls"), settings)
        assert states(session, 1) == [("owls", "train", "human", False)]


def test_a_labelled_image_goes_where_its_near_duplicates_are(
    storage: Storage, settings: Settings
) -> None:
    with storage.database.writing() as session:
        write(session, {1: state(None, None), 2: state("cats", "validation")})
        pair = [add_image(session, 1), add_image(session, 2)]
        found = [FoundIssue(image_id, 0.01, group_id=pair[0]) for image_id in pair]
        write_issues(session, "near_duplicate", found, pair)
        edit(session, [1], Edit(label="cats"), settings)
        assert states(session, 1) == [("cats", "validation", "human", False)]


def test_nothing_is_changed_when_one_image_cannot_be(storage: Storage, settings: Settings) -> None:
    with storage.database.writing() as session:
        write(session, {1: state()})
        ids = [add_image(session, 1), 999]
        for missing in ([999], ids, [2**62]):
            with pytest.raises(NotFound, match="nothing was changed"):
                edit_images(session, missing, Edit(label="dogs"), settings, author="")
        for name in ("", "  ", "a\nb", "x" * 500):
            with pytest.raises(InvalidClassName):
                edit(session, [1], Edit(label=name), settings)
        assert current_version(session).id == 1


def test_a_changed_label_settles_its_issue(storage: Storage, settings: Settings) -> None:
    with storage.database.writing() as session:
        write(session, {1: state(), 2: state()})
        ids = [add_image(session, seed) for seed in (1, 2)]
        write_issues(session, "label", [FoundIssue(i, 0.1) for i in ids], ids)
        edit(session, [1], Edit(label="dogs"), settings)
        assert open_issues(session) == {"label": 1}
        assert edit(session, [2], Edit(keep=["label"]), settings) == 1
        assert open_issues(session) == {}
        edit(session, [2], Edit(reopen=["label"]), settings)
        assert open_issues(session) == {"label": 1}
        edit(session, [2], Edit(excluded=True), settings)
        assert open_issues(session) == {}


def test_leaks_follow_the_splits(storage: Storage, settings: Settings) -> None:
    with storage.database.writing() as session:
        write(session, {1: state(), 2: state("cats", "test"), 3: state()})
        ids = [add_image(session, seed) for seed in (1, 2, 3)]
        found = [FoundIssue(image_id, 0.02, group_id=ids[0]) for image_id in ids]
        write_issues(session, "near_duplicate", found, ids)
        refresh_leaks(session)
        edit(session, [3], Edit(keep=["dark"]), settings)
        assert open_issues(session) == {"near_duplicate": 3, "leak": 3}
        edit(session, [2], Edit(split="train"), settings)
        assert open_issues(session) == {"near_duplicate": 3}
        edit(session, [3], Edit(split="test"), settings)
        assert open_issues(session) == {"near_duplicate": 3, "leak": 3}
        edit(session, [3], Edit(excluded=True), settings)
        assert open_issues(session) == {"near_duplicate": 2}
        edit(session, [2], Edit(excluded=True), settings)
        assert open_issues(session) == {}, "one that is left is no duplicate of anything"


def test_what_was_kept_stays_kept_when_it_is_found_again(
    storage: Storage, settings: Settings
) -> None:
    with storage.database.writing() as session:
        write(session, {1: state()})
        ids = [add_image(session, 1)]
        write_issues(session, "blurry", [FoundIssue(ids[0], 0.1)], ids)
        edit(session, [1], Edit(keep=["blurry"]), settings)
        write_issues(session, "blurry", [FoundIssue(ids[0], 0.2)], ids)
        row = session.scalar(select(ImageIssue))
        assert row is not None
        assert (row.kept, row.score) == (True, 0.2)
