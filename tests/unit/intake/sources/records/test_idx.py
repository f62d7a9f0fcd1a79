import gzip
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from tellapart.errors import SourceError, UnsafeArchive
from tellapart.images.decode import decode
from tellapart.intake.sources import open_source
from tellapart.settings import Settings
from tests.support.images.published_files import idx, make_idx

SETTINGS = Settings()
IMAGES = "train-images-idx3-ubyte.gz"
LABELS = "train-labels-idx1-ubyte.gz"


@pytest.mark.parametrize("packed", [True, False])
def test_images_with_their_classes_and_splits(tmp_path: Path, packed: bool) -> None:
    folder = make_idx(tmp_path / "set", packed=packed)
    with open_source(folder, SETTINGS) as source:
        items = list(source.items())
        assert source.total == len(items) == 30
    assert Counter(item.split for item in items) == {"train": 20, "test": 10}
    assert (items[13].name, items[13].label) == ("train/00013.png", "3")
    pixels, header = decode(items[13].read(), max_pixels=100)
    assert (header.format, header.width_px, header.height_px) == ("PNG", 6, 5)
    expected = np.random.default_rng(20).integers(0, 256, (20, 5, 6), np.uint8)[13]
    assert np.array_equal(pixels[:, :, 0], expected)


def test_names_that_a_data_set_gives_to_its_classes(tmp_path: Path) -> None:
    folder = make_idx(tmp_path / "set")
    with open_source(f"fashion-mnist:{folder}", SETTINGS) as source:
        labels = [item.label for item in source.items()]
    assert labels[:2] == ["T-shirt/top", "Trouser"]
    assert len(set(labels)) == 10


def test_the_train_part_alone(tmp_path: Path) -> None:
    folder = make_idx(tmp_path / "set")
    for path in folder.glob("t10k*"):
        path.unlink()
    with open_source(folder, SETTINGS) as source:
        assert source.total == 20


@pytest.mark.parametrize("name", [IMAGES, LABELS])
def test_a_half_is_missing(tmp_path: Path, name: str) -> None:
    folder = make_idx(tmp_path / "set")
    (folder / name).unlink()
    with pytest.raises(SourceError, match="its other half is missing"):
        open_source(folder, SETTINGS)


@pytest.mark.parametrize("name", [IMAGES, LABELS])
@pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.98])
def test_cut_off(tmp_path: Path, name: str, share: float) -> None:
    folder = make_idx(tmp_path / "set")
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(data[: int(len(data) * share)])
    with pytest.raises(SourceError, match=r"damaged or cut off: .*Download it again"):
        open_source(folder, SETTINGS)


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        (LABELS, idx(0x801, (7,), bytes(7)), "7 labels for 20 pictures"),
        (LABELS, idx(0x801, (20,), bytes(5)), "it ends at picture 5"),
        (LABELS, idx(0x801, (20,), bytes(25)), "it goes on after its end"),
        (IMAGES, idx(0x801, (20, 5, 6), bytes(600)), "does not begin as an IDX file"),
        (IMAGES, idx(0x803, (20, 5, 6), bytes(100)), "it ends at picture 3"),
        (IMAGES, idx(0x803, (20, 0, 9), b""), "9 x 0 px"),
        (IMAGES, idx(0x803, (20, 2**31, 2**31), bytes(9)), "2147483648 x 2147483648 px"),
    ],
)
def test_files_that_do_not_fit(tmp_path: Path, name: str, content: bytes, problem: str) -> None:
    folder = make_idx(tmp_path / "set")
    (folder / name).write_bytes(gzip.compress(content))
    with pytest.raises(SourceError, match=problem):
        open_source(folder, SETTINGS)


def test_too_many_images(tmp_path: Path) -> None:
    with pytest.raises(UnsafeArchive, match="says that it has 20 pictures; at most 19 are read"):
        open_source(make_idx(tmp_path / "set"), Settings(max_archive_entries=19))
