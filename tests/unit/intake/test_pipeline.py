from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from tellapart.dataset.entries import read_thumbnail
from tellapart.dataset.insights import read_insights
from tellapart.dataset.versions import (
    current_version,
)
from tellapart.errors import JobCancelled
from tellapart.images import inspection
from tellapart.images.decode import decode, decode_image
from tellapart.intake import pipeline as intake
from tellapart.intake.pipeline import ingest
from tellapart.settings import Settings
from tellapart.store.blobs import content_hash
from tellapart.store.storage import Storage, open_storage
from tellapart.store.tables import (
    Image,
    ImageClass,
    ImageIssue,
)
from tests.support.images.arrays import ImageArrays, bring_in, current, versions
from tests.support.images.builders import class_files, encode, jpeg_bytes, photo, png_bytes

pytestmark = pytest.mark.both_databases


def test_images_come_in_with_class_and_split(storage: Storage) -> None:
    files = class_files({"cats": 10, "dogs": 10})
    result = bring_in(storage, files)
    assert result.added == 20
    assert result.classes == {"cats": 10, "dogs": 10}
    assert result.dataset_version == 1
    assert (result.duplicates, result.conflicts, result.quarantined) == (0, 0, 0)
    found = current(storage)
    assert set(found) == {content_hash(data) for data in files.values()}
    for name, data in files.items():
        assert found[content_hash(data)].label == name.partition("/")[0]
        assert storage.blobs.read(content_hash(data)) == data
    by_split = Counter((image.label, image.split) for image in found.values())
    assert by_split == {
        (label, split): count
        for label in ("cats", "dogs")
        for split, count in (("train", 8), ("validation", 1), ("test", 1))
    }


def test_what_is_known_of_a_image(storage: Storage) -> None:
    data = jpeg_bytes(300, 200)
    bring_in(storage, {"cats/a.jpg": data})
    with storage.database.reading() as session:
        image = session.scalars(select(Image)).one()
    assert (image.width_px, image.height_px, image.format) == (300, 200, "JPEG")
    assert (image.size_bytes, image.original_name) == (len(data), "cats/a.jpg")
    assert storage.blobs.exists(image.thumbnail_hash)
    assert image.thumbnail_hash != image.content_hash


def test_the_same_bytes_twice_in_a_source_are_one_image(storage: Storage) -> None:
    data = jpeg_bytes()
    result = bring_in(storage, {f"cats/{n}.jpg": data for n in range(40)})
    assert (result.added, result.duplicates) == (1, 39)
    assert len(current(storage)) == 1


def test_a_image_under_two_classes_keeps_the_first(storage: Storage) -> None:
    data = jpeg_bytes()
    result = bring_in(storage, {"cats/a.jpg": data, "dogs/a.jpg": data})
    assert (result.added, result.conflicts, result.duplicates) == (1, 1, 0)
    later = bring_in(storage, {"owls/a.jpg": data})
    assert (later.added, later.conflicts) == (0, 1)
    assert [image.label for image in current(storage).values()] == ["cats"]


def test_the_same_source_again_changes_nothing(storage: Storage) -> None:
    files = class_files({"cats": 6, "dogs": 6})
    bring_in(storage, files)
    before = current(storage)
    again = bring_in(storage, files)
    assert (again.added, again.duplicates, again.dataset_version) == (0, 12, 1)
    assert current(storage) == before
    assert len(versions(storage)) == 1


def test_splits_are_sticky(storage: Storage) -> None:
    first = class_files({"cats": 10, "dogs": 10})
    bring_in(storage, first)
    before = current(storage)
    second = {**first, **class_files({"cats": 30, "owls": 10}, first_seed=100)}
    result = bring_in(storage, second)
    assert result.added == 40
    after = current(storage)
    assert {name: after[name] for name in before} == before
    cats = Counter(image.split for image in after.values() if image.label == "cats")
    assert cats == {"train": 32, "validation": 4, "test": 4}


def test_splits_do_not_depend_on_the_order_of_files(storage: Storage, tmp_path: Path) -> None:
    files = class_files({"cats": 10, "dogs": 10})
    bring_in(storage, files)
    other = open_storage(Settings(workspace=tmp_path / "other"))
    bring_in(other, dict(reversed(files.items())))
    here, there = current(storage), current(other)
    assert {name: (one.label, one.split) for name, one in here.items()} == {
        name: (one.label, one.split) for name, one in there.items()
    }
    other.close()


def test_given_splits_are_kept(storage: Storage) -> None:
    files = class_files({"cats": 4, "dogs": 4})
    bring_in(storage, files, split="test")
    assert {image.split for image in current(storage).values()} == {"test"}
    bring_in(storage, class_files({"cats": 4, "dogs": 4}, first_seed=10), split="validation")
    assert Counter(image.split for image in current(storage).values()) == {
        "test": 8,
        "validation": 8,
    }


def test_an_import_into_test_goes_there_whole(storage: Storage) -> None:
    bring_in(storage, class_files({"cats": 6, "dogs": 6}), mode="test")
    assert {image.split for image in current(storage).values()} == {"test"}


def test_unlabelled_images_have_no_class_and_no_split(storage: Storage) -> None:
    result = bring_in(storage, {"a.jpg": jpeg_bytes(seed=1), "b.jpg": jpeg_bytes(seed=2)})
    assert (result.added, result.classes) == (2, {})
    assert current(storage) == {}
    with storage.database.reading() as session:
        assert read_insights(session).unlabeled == 2


def test_a_class_that_comes_later_is_kept(storage: Storage) -> None:
    bring_in(storage, {"a.jpg": jpeg_bytes(seed=1), "b.jpg": jpeg_bytes(seed=2)})
    result = bring_in(storage, {"cats/a.jpg": jpeg_bytes(seed=1), "cats/c.jpg": jpeg_bytes(seed=3)})
    assert (result.added, result.labeled, result.conflicts) == (1, 1, 0)
    assert {image.label for image in current(storage).values()} == {"cats"}
    with storage.database.reading() as session:
        assert read_insights(session).unlabeled == 1


def test_the_content_id_forgets_what_has_ended(storage: Storage, tmp_path: Path) -> None:
    bring_in(storage, {"a.jpg": jpeg_bytes(seed=1)})
    bring_in(storage, {"cats/a.jpg": jpeg_bytes(seed=1)})
    straight = open_storage(Settings(workspace=tmp_path / "straight"))
    bring_in(straight, {"cats/a.jpg": jpeg_bytes(seed=1)})
    ids = []
    for one in (storage, straight):
        with one.database.reading() as session:
            ids.append(current_version(session).content_id)
    straight.close()
    assert ids[0] == ids[1]


def children() -> set[str]:
    """The processes that this one has started."""
    return {
        process
        for file in Path("/proc/self/task").glob("*/children")
        for process in file.read_text().split()
    }


def in_small_batches(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(intake, "_CHUNK_FILES", 2)
    patch.setattr(intake, "_CHUNKS_PER_BATCH", 2)


@pytest.mark.parametrize("many", [10, 300])
def test_a_cancelled_import_leaves_the_data_set_as_it_was(
    storage: Storage, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    running = children()
    in_small_batches(monkeypatch)
    monkeypatch.setattr(intake, "_MANY_FILES", many)
    bring_in(storage, class_files({"cats": 2}))
    before = current(storage)
    files = class_files({"cats": 10, "dogs": 10}, first_seed=50)

    def stop_in_the_middle(done: int, total: int) -> None:
        assert total == 20
        if done == 12:
            raise JobCancelled("Stop.")

    with pytest.raises(JobCancelled):
        ingest(storage, ImageArrays({**files}), on_progress=stop_in_the_middle)
    assert current(storage) == before
    assert len(versions(storage)) == 1
    assert list((storage.settings.workspace / "blobs" / "staging").iterdir()) == []
    assert children() == running
    result = bring_in(storage, files)
    assert (result.added, result.duplicates, result.dataset_version) == (20, 0, 2)


def test_an_import_that_goes_on_does_not_decode_again(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_small_batches(monkeypatch)
    files = class_files({"cats": 20})

    def killed(done: int, _total: int) -> None:
        if done == 16:
            raise JobCancelled("As if killed.")

    with pytest.raises(JobCancelled):
        ingest(storage, ImageArrays({**files}), on_progress=killed)
    decoded: list[int] = []

    def counting(data: bytes, **options: int) -> object:
        decoded.append(1)
        return decode_image(data, **options)

    monkeypatch.setattr(inspection, "decode_image", counting)
    assert bring_in(storage, files).added == 20
    assert len(decoded) == 8


def test_many_images_are_inspected_by_processes(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "_MANY_FILES", 10)
    monkeypatch.setattr(intake, "usable_cores", lambda: 2)

    def not_here(data: bytes, **_options: int) -> object:
        raise AssertionError("decoded in this process")

    monkeypatch.setattr(inspection, "decode_image", not_here)
    running = children()
    in_small_batches(monkeypatch)
    files = {**class_files({"cats": 10, "dogs": 10}), "cats/bad.jpg": b"no picture"}
    result = bring_in(storage, files)
    assert (result.added, result.quarantined) == (20, 1)
    assert result.rejected[0].code == "not_an_image"
    assert set(current(storage)) == {content_hash(files[name]) for name in list(files)[:20]}
    assert children() == running


def test_progress_is_told_for_each_batch(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    in_small_batches(monkeypatch)
    told: list[tuple[int, int]] = []
    source = ImageArrays({**class_files({"cats": 8}), "cats/bad.jpg": b"x"})
    ingest(storage, source, on_progress=lambda done, total: told.append((done, total)))
    assert told == [(2, 9), (4, 9), (6, 9), (8, 9), (9, 9), (9, 9)]


def issues(storage: Storage) -> dict[tuple[str, str], str | None]:
    """By name and kind, the class that is suggested."""
    query = (
        select(Image.original_name, ImageIssue.kind, ImageClass.name)
        .join(ImageIssue, ImageIssue.image_id == Image.id)
        .outerjoin(ImageClass, ImageClass.id == ImageIssue.class_id)
    )
    with storage.database.reading() as session:
        return {(name, kind): label for name, kind, label in session.execute(query)}


def test_of_animations_the_first_frame_counts(storage: Storage) -> None:
    frames = [photo(seed=seed) for seed in range(3)]
    moving = {"save_all": True, "append_images": frames[1:], "duration": 100}
    files = {f"cats/{kind}": encode(frames[0], kind, **moving) for kind in ("GIF", "WEBP", "PNG")}
    pages = encode(frames[0], "TIFF", save_all=True, append_images=frames[1:])
    files["cats/pages"] = pages
    others = {f"cats/{seed}.png": encode(photo(seed=seed), "PNG") for seed in range(10, 26)}
    result = bring_in(storage, files | others)
    assert (result.added, result.quarantined) == (20, 0)
    assert {name for name, kind in issues(storage) if kind == "near_duplicate"} == set(files)


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (2, 1), (4000, 1)])
def test_thin_images_are_measured_like_others(storage: Storage, size: tuple[int, int]) -> None:
    result = bring_in(storage, {"cats/thin.png": png_bytes(*size)})
    assert (result.added, result.quarantined) == (1, 0)
    with storage.database.reading() as session:
        image = session.scalars(select(Image)).one()
        assert 0 <= (image.sharpness or 0) <= 1
        assert image.fingerprint
        assert read_insights(session).dimensions.max_width == size[0]
    odd = ("cats/thin.png", "odd_aspect") in issues(storage)
    assert odd == (size not in ((1, 1), (2, 1)))


def test_a_conflict_is_an_issue_with_the_other_class(storage: Storage) -> None:
    data = jpeg_bytes()
    result = bring_in(storage, {"cats/a.jpg": data, "dogs/b.jpg": data})
    assert (result.added, result.conflicts) == (1, 1)
    assert issues(storage)["cats/a.jpg", "label_conflict"] == "dogs"
    assert result.issues == {"label_conflict": 1}
    again = bring_in(storage, {"owls/c.jpg": data})
    assert (again.added, again.conflicts) == (0, 1)
    assert issues(storage)["cats/a.jpg", "label_conflict"] == "owls"


def test_small_images_are_their_own_thumbnails(storage: Storage) -> None:
    bring_in(
        storage, {"cats/small.jpg": jpeg_bytes(40, 30), "cats/large.jpg": jpeg_bytes(400, 300)}
    )
    with storage.database.reading() as session:
        small, large = session.scalars(select(Image).order_by(Image.width_px))
    assert small.thumbnail_hash == small.content_hash
    assert large.thumbnail_hash != large.content_hash
    assert read_thumbnail(storage.blobs, small) == storage.blobs.read(small.content_hash)


def test_thumbnails_of_neighbours_share_a_file(storage: Storage) -> None:
    sizes = [(300 + 20 * number, 200) for number in range(5)]
    bring_in(storage, {f"cats/{size[0]}.jpg": jpeg_bytes(*size) for size in sizes})
    with storage.database.reading() as session:
        images = list(session.scalars(select(Image)))
    assert len({image.thumbnail_hash for image in images}) == 1
    for image in images:
        _, header = decode(read_thumbnail(storage.blobs, image), max_pixels=10**6)
        ratio = image.width_px / image.height_px
        assert header.width_px / header.height_px == pytest.approx(ratio, rel=0.02)
