from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from tellapart.dataset.statistics import DatasetStatistics, ImageFacts, ImageState
from tellapart.dataset.versions import (
    current_states,
    current_version,
    entry_states,
    labeled_images,
    latest_version,
    valid_in,
    write_version,
)
from tellapart.errors import DatasetError, NotFound
from tellapart.store.storage import Storage
from tellapart.store.tables import DatasetVersion, Image
from tests.support.entries import add_image, state, write

pytestmark = pytest.mark.both_databases


def test_there_is_no_version_at_first(storage: Storage) -> None:
    with storage.database.reading() as session:
        assert latest_version(session) is None
        with pytest.raises(DatasetError, match="tellapart import FOLDER"):
            current_version(session)


def test_nothing_different_makes_no_version(storage: Storage) -> None:
    with storage.database.writing() as session:
        assert write_version(session, {}, author="", reason="test") is None
        write(session, {1: state()})
        image_id = add_image(session, 1)
        assert write_version(session, {image_id: state()}, author="", reason="test") is None
        absent = add_image(session, 2)
        assert write_version(session, {absent: None}, author="", reason="test") is None
        assert current_version(session).id == 1


def test_each_change_is_a_version(storage: Storage) -> None:
    with storage.database.writing() as session:
        first = write(session, {1: state(), 2: state("dogs", "test")})
        second = write(session, {3: state("owls", "validation"), 1: None})
        third = write(session, {2: state("dogs", "train"), 3: state("cats", "validation")})
        assert (first.id, second.id, third.id) == (1, 2, 3)
        assert {image.label for image in labeled_images(session, 1)} == {"cats", "dogs"}
        assert {image.label for image in labeled_images(session, 2)} == {"dogs", "owls"}
        assert first.summary["changes"] == {"added": 2}
        assert second.summary["changes"] == {"added": 1, "removed": 1}
        assert third.summary["changes"] == {"moved": 1, "relabelled": 1}
        assert (first.author, first.reason) == ("ann", "test")


def test_an_excluded_image_is_kept_and_used_for_nothing(storage: Storage) -> None:
    with storage.database.writing() as session:
        write(session, {1: state(), 2: state()})
        alone = write(session, {1: None})
        write(session, {1: state(excluded=True)})
        current = current_version(session)
        assert [image.label for image in labeled_images(session, current.id)] == ["cats"]
        assert current_states(session, [add_image(session, 1)]) == {
            add_image(session, 1): state(excluded=True)
        }
        assert current.summary["excluded"] == 1
        assert current.content_id == alone.content_id, "what is excluded is not contained"
        assert current.summary["samples"] == {"cats": [add_image(session, 2)]}


def test_a_version_that_does_not_exist(storage: Storage) -> None:
    with storage.database.reading() as session:
        for version in (7, 0, -1, 2**63):
            with pytest.raises(NotFound, match=f"version {version}"):
                labeled_images(session, version)


def test_the_order_is_stable_and_unlabelled_images_are_left_out(storage: Storage) -> None:
    with storage.database.writing() as session:
        write(session, {**{seed: state() for seed in range(10)}, 99: state(None, None)})
        found = [image.content_hash for image in labeled_images(session, 1)]
        assert len(found) == 10
        assert found == sorted(found)
        assert labeled_images(session, 1)[0].height_px == 20


def test_the_content_id_does_not_depend_on_the_way(storage: Storage) -> None:
    states = {seed: state("cats" if seed % 2 else "dogs") for seed in range(6)}
    with storage.database.writing() as session:
        whole = write(session, states).content_id
        session.rollback()
    with storage.database.writing() as session:
        write(session, {seed: states[seed] for seed in (4, 5)} | {9: state("owls")})
        write(session, {seed: states[seed] for seed in (3, 2, 1, 0)} | {4: state("owls")})
        assert write(session, {9: None, 4: states[4]}).content_id == whole
    assert len(whole) == 64


def test_the_content_id_tells_contents_apart(storage: Storage) -> None:
    contents = [state(), state("cats", "test"), state("dogs"), state(None, None)]
    found = set()
    for content in contents:
        with storage.database.writing() as session:
            found.add(write(session, {1: content}).content_id)
            session.rollback()
    assert len(found) == len(contents)


def test_a_version_is_not_altered_by_the_next(storage: Storage) -> None:
    with storage.database.writing() as session:
        first = write(session, {1: state()})
        before = (first.content_id, first.reason, dict(first.summary), first.created_at)
    with storage.database.writing() as session:
        write(session, {2: state("dogs"), 1: None})
    with storage.database.reading() as session:
        again = session.get_one(DatasetVersion, 1)
        assert (again.content_id, again.reason, again.summary, again.created_at) == before


@pytest.mark.both_databases(False)
def test_more_images_than_one_statement_takes(storage: Storage) -> None:
    with storage.database.writing() as session:
        same = {
            "thumbnail_hash": "", "original_name": "", "format": "PNG", "width_px": 1,
            "height_px": 1, "exif_orientation": 1, "size_bytes": 1,
        }  # fmt: skip
        rows = [{"content_hash": f"{n:064x}", **same} for n in range(6_000)]
        session.execute(insert(Image), rows)
        ids = list(session.scalars(select(Image.id)))
        write_version(session, dict.fromkeys(ids, state()), author="", reason="test")
        assert len(labeled_images(session, 1)) == 6_000
        excluded = replace(state(), excluded=True)
        write_version(session, dict.fromkeys(ids, excluded), author="", reason="test")
        assert current_version(session).summary["excluded"] == 6_000


_states = st.one_of(
    st.none(),
    st.builds(
        ImageState,
        st.sampled_from(["cats", "dogs"]),
        st.sampled_from(["train", "validation", "test"]),
        st.sampled_from(["given", "human"]),
        st.booleans(),
    ),
    st.builds(ImageState, st.none(), st.none(), st.just("given")),
)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.dictionaries(st.integers(0, 5), _states, min_size=1), min_size=1, max_size=5))
def test_a_tally_that_was_counted_on_is_what_counting_anew_gives(
    storage: Storage, changes: list[dict[int, ImageState | None]]
) -> None:
    with storage.database.writing() as session:
        for change in changes:
            by_id = {add_image(session, seed): wanted for seed, wanted in change.items()}
            write_version(session, by_id, author="", reason="test")
        version = latest_version(session)
        if version is not None:
            anew = DatasetStatistics()
            for image_id, current in entry_states(session, valid_in(version.id)).items():
                image = session.get_one(Image, image_id)
                facts = ImageFacts(
                    image.content_hash, image.format, image.width_px, image.height_px,
                    image.size_bytes, image.brightness,
                )  # fmt: skip
                anew.add(facts, current)
            kept = {name: version.summary[name] for name in anew.to_json()}
            assert kept == anew.to_json()
        session.rollback()


def test_the_summary_of_an_older_release_is_counted_anew(storage: Storage) -> None:
    with storage.database.writing() as session:
        first = write(session, {1: state(), 2: state("dogs", "test")})
        splits, samples = first.summary["class_splits"], first.summary["samples"]
        first.summary = {"class_splits": splits, "samples": samples, "formats": {"JPEG": 2}}
    with storage.database.writing() as session:
        second = write(session, {3: state()})
        assert second.summary["widths"] == {"10": 3}
        assert second.summary["class_splits"]["cats"]["train"] == 2
