import pytest

from tellapart.dataset.history import diff, list_versions, restore, revert
from tellapart.dataset.versions import current_states, current_version
from tellapart.errors import InvalidRequest, NotFound
from tellapart.store.storage import Storage
from tests.support.entries import add_image, state, write

pytestmark = pytest.mark.both_databases


def test_versions_are_listed_newest_first(storage: Storage) -> None:
    with storage.database.writing() as session:
        for seed in range(5):
            write(session, {seed: state()})
        page = list_versions(session, limit=2)
        assert [row.id for row in page.items] == [5, 4]
        page = list_versions(session, limit=10, cursor=page.next_cursor)
        assert ([row.id for row in page.items], page.next_cursor) == ([3, 2, 1], None)


def test_a_diff_names_each_change_once(storage: Storage) -> None:
    with storage.database.writing() as session:
        write(session, {seed: state() for seed in range(6)})
        write(
            session, {0: state("dogs"), 1: state("cats", "test"), 2: None, 3: state(excluded=True)}
        )
        write(session, {6: state("owls"), 0: state("owls"), 4: state("dogs"), 3: state()})
        write(session, {4: state()})
        found = diff(session, 1, 4)
        assert found.counts == {"relabelled": 1, "moved": 1, "removed": 1, "added": 1}
        relabelled = next(change for change in found.page.items if change.kind == "relabelled")
        assert relabelled.before == state()
        assert relabelled.after == state("owls")
        assert diff(session, 1, 2).counts["excluded"] == 1
        assert diff(session, 2, 3).counts["included"] == 1
        assert diff(session, 3, 3).counts == {}


def test_a_diff_backwards_is_the_opposite(storage: Storage) -> None:
    with storage.database.writing() as session:
        write(session, {1: state(), 2: state()})
        write(session, {1: None, 3: state(), 2: state("dogs")})
        forward, backward = diff(session, 1, 2), diff(session, 2, 1)
        assert forward.counts == backward.counts
        swapped = [(change.image_id, change.after, change.before) for change in backward.page.items]
        assert swapped == [(one.image_id, one.before, one.after) for one in forward.page.items]


def test_a_diff_pages(storage: Storage) -> None:
    with storage.database.writing() as session:
        write(session, {seed: state() for seed in range(7)})
        write(session, {seed: state("dogs") for seed in range(7)})
        seen = []
        cursor = None
        while True:
            found = diff(session, 1, 2, limit=3, cursor=cursor)
            assert found.counts == {"relabelled": 7}
            seen += [change.image_id for change in found.page.items]
            if (cursor := found.page.next_cursor) is None:
                break
        assert len(seen) == len(set(seen)) == 7


def test_a_restored_version_has_the_same_content(storage: Storage) -> None:
    with storage.database.writing() as session:
        first = write(session, {1: state(), 2: state("dogs", "test")})
        write(session, {1: state("owls"), 2: None, 3: state()})
        restored = restore(session, 1, author="ben", reason="better")
        assert restored.id == 3
        assert restored.content_id == first.content_id
        assert (restored.author, restored.reason) == ("ben", "Restored version 1: better")
        assert diff(session, 1, 3).counts == {}
        assert restore(session, 1, author="ben").id == 3, "it is the current content already"


def test_a_version_is_reverted_where_nothing_has_changed_since(storage: Storage) -> None:
    with storage.database.writing() as session:
        write(session, {1: state(), 2: state(), 3: state()})
        write(session, {1: state("dogs"), 2: state("dogs"), 4: state("dogs")})
        write(session, {2: state("owls"), 5: state()})
        ids = {seed: add_image(session, seed) for seed in (1, 2, 3, 4, 5)}
        undone, skipped = revert(session, 2, author="ann")
        assert undone is not None
        assert (undone.reason, skipped) == ("Undid version 2", [ids[2]])
        now = current_states(session, ids.values())
        assert now[ids[1]] == state()
        assert now[ids[2]] == state("owls")
        assert ids[4] not in now
        assert ids[5] in now


def test_an_undo_can_be_undone(storage: Storage) -> None:
    with storage.database.writing() as session:
        write(session, {1: state()})
        changed = write(session, {1: state("dogs")})
        undone, _ = revert(session, changed.id, author="")
        assert undone is not None
        redone, _ = revert(session, undone.id, author="")
        assert redone is not None
        assert current_version(session).content_id == changed.content_id
        again, skipped = revert(session, changed.id, author="")
        assert again is not None, "the picture is again as that version made it"
        assert not skipped


def test_what_cannot_be_done(storage: Storage) -> None:
    with storage.database.writing() as session:
        write(session, {1: state()})
        with pytest.raises(InvalidRequest, match="none before it"):
            revert(session, 1, author="")
        for version in (0, 9, -3, 2**70):
            with pytest.raises(NotFound):
                revert(session, version, author="")
            with pytest.raises(NotFound):
                restore(session, version, author="")
            with pytest.raises(NotFound):
                diff(session, 1, version)
