import json
from pathlib import Path

import pytest
from PIL import Image

from tellapart.dataset.insights import read_insights
from tellapart.intake.pipeline import ingest
from tellapart.intake.sources import open_source
from tellapart.store.storage import Storage
from tests.support.images.builders import encode, jpeg_bytes, make_folder, png_bytes

pytestmark = pytest.mark.both_databases


def import_folder(storage: Storage, folder: Path, *, unlabeled: bool = False) -> None:
    with open_source(folder, storage.settings, unlabeled=unlabeled) as source:
        ingest(storage, source, on_progress=lambda *_: None)


def test_the_numbers_of_a_data_set(storage: Storage, tmp_path: Path) -> None:
    webp = encode(Image.new("RGB", (30, 60)), "WEBP")
    cats = {f"cats/{n}.jpg": jpeg_bytes(100, 50, seed=n) for n in range(7)}
    dogs = {f"dogs/{n}.png": png_bytes(20, 80, seed=n, look="dogs") for n in range(2)}
    make_folder(tmp_path / "a", {**cats, **dogs, "dogs/x.webp": webp, "dogs/bad.jpg": b"text"})
    make_folder(tmp_path / "b", {"loose.jpg": jpeg_bytes(10, 10)})
    import_folder(storage, tmp_path / "a")
    import_folder(storage, tmp_path / "b", unlabeled=True)
    with storage.database.reading() as session:
        found = read_insights(session)
    assert found.dataset_version == 2
    assert found.content_id is not None
    assert found.class_splits == {
        "cats": {"train": 5, "validation": 1, "test": 1},
        "dogs": {"train": 1, "validation": 1, "test": 1},
    }
    assert found.dimensions.model_dump() == {
        "min_width": 10, "max_width": 100, "avg_width": 70.9,
        "min_height": 10, "max_height": 80, "avg_height": 52.7,
        "total_images": 11,
    }  # fmt: skip
    assert found.formats == {"JPEG": 8, "PNG": 2, "WEBP": 1}
    assert (found.unlabeled, found.issues["quarantined"]) == (1, 1)


def test_samples_are_images_of_their_class(storage: Storage, tmp_path: Path) -> None:
    files = {f"cats/{n}.jpg": jpeg_bytes(seed=n) for n in range(20)}
    files |= {f"dogs/{n}.jpg": jpeg_bytes(seed=n, look="dogs") for n in range(3)}
    import_folder(storage, make_folder(tmp_path / "a", files))
    with storage.database.reading() as session:
        samples = read_insights(session).samples
    assert {name: len(ids) for name, ids in samples.items()} == {"cats": 12, "dogs": 3}
    assert not set(samples["cats"]) & set(samples["dogs"])


def test_an_empty_data_set(storage: Storage) -> None:
    with storage.database.reading() as session:
        found = read_insights(session)
    assert (found.dataset_version, found.content_id) == (None, None)
    assert (found.class_splits, found.samples, found.formats) == ({}, {}, {})
    assert found.dimensions.total_images == 0
    assert found.dimensions.avg_width is None
    assert (found.unlabeled, found.issues) == (0, {"quarantined": 0})


def test_quarantined_files_count_while_nothing_else_is_there(
    storage: Storage, tmp_path: Path
) -> None:
    import_folder(storage, make_folder(tmp_path / "a", {"cats/a.jpg": b"text"}))
    with storage.database.reading() as session:
        assert read_insights(session).issues["quarantined"] == 1


def test_a_summary_is_json(storage: Storage, tmp_path: Path) -> None:
    import_folder(storage, make_folder(tmp_path / "a", {"cats/a.jpg": jpeg_bytes()}))
    with storage.database.reading() as session:
        found = read_insights(session)
    assert json.loads(json.dumps(found.class_splits)) == found.class_splits


def test_scarce_classes_score_low(storage: Storage, tmp_path: Path) -> None:
    with storage.database.reading() as session:
        assert read_insights(session).class_balance() == {}
    files = {f"cats/{n}.jpg": jpeg_bytes(seed=n) for n in range(9)}
    files |= {"dogs/a.jpg": jpeg_bytes(seed=1, look="dogs")}
    import_folder(storage, make_folder(tmp_path / "a", files))
    with storage.database.reading() as session:
        assert read_insights(session).class_balance() == {"cats": 1.0, "dogs": 0.2}
