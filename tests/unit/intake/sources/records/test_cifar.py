from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from tellapart.errors import SourceError, UnsafeArchive
from tellapart.images.decode import decode
from tellapart.intake.sources import open_source
from tellapart.settings import Settings
from tests.support.images.published_files import cifar_records, make_cifar, make_tar

SETTINGS = Settings()


def test_images_with_their_classes_and_splits(tmp_path: Path) -> None:
    path = make_cifar(tmp_path / "cifar-10-binary.tar.gz")
    with open_source(path, SETTINGS) as source:
        items = list(source.items())
        assert source.name == "cifar-10-binary.tar.gz"
        assert source.total == len(items) == 30
        assert (list(source.items())[3].read(), not source.refused) == (items[3].read(), True)
    assert items[3].name == "cifar10/train/cat/data_batch_1-00003.png"
    assert Counter(item.split for item in items) == {"train": 20, "test": 10}
    assert Counter(item.label for item in items)["airplane"] == 3
    pixels, header = decode(items[3].read(), max_pixels=1024)
    assert header.format == "PNG"
    record = np.frombuffer(cifar_records(10), np.uint8).reshape(10, 3073)[3, 1:]
    assert np.array_equal(pixels, record.reshape(3, 32, 32).transpose(1, 2, 0))


def test_unlabeled(tmp_path: Path) -> None:
    with open_source(make_cifar(tmp_path / "a"), SETTINGS, unlabeled=True) as source:
        assert {(item.label, item.split) for item in source.items()} == {(None, None)}


@pytest.mark.parametrize("share", [0.02, 0.3, 0.9, 0.9999])
def test_cut_off(tmp_path: Path, share: float) -> None:
    path = make_cifar(tmp_path / "a.tar.gz")
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(SourceError, match=r"a\.tar\.gz.*(cut off|damaged).*Download it again"):
        open_source(path, SETTINGS)


def test_one_wrong_byte(tmp_path: Path) -> None:
    path = make_cifar(tmp_path / "a.tar.gz")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(SourceError, match="damaged"):
        open_source(path, SETTINGS)


@pytest.mark.parametrize("batch", [cifar_records(3)[:-1], bytes([10]) + bytes(3072)])
def test_a_batch_that_is_none(tmp_path: Path, batch: bytes) -> None:
    path = make_tar(tmp_path / "a.tar.gz", {"x/data_batch_1.bin": batch})
    with pytest.raises(SourceError, match=r"data_batch_1\.bin' in a\.tar\.gz is damaged at pict"):
        open_source(path, SETTINGS)


def test_the_version_with_pickles_is_refused(tmp_path: Path) -> None:
    path = make_tar(tmp_path / "a.tar.gz", {"cifar-10-batches-py/data_batch_1": b"\x80\x02."})
    with pytest.raises(SourceError, match=r"could run code. Give .* cifar-10-binary\.tar\.gz"):
        open_source(path, SETTINGS)


def test_hostile_names_lead_nowhere(tmp_path: Path) -> None:
    names = ("../../data_batch_1.bin", "/etc/data_batch_2.bin", "../../evil.sh")
    (tmp_path / "set").mkdir()
    path = make_tar(tmp_path / "set" / "a", dict.fromkeys(names, cifar_records(1)))
    with open_source(path, SETTINGS) as source:
        names_shown = [item.name for item in source.items()]
    assert names_shown[0] == "cifar10/train/airplane/data_batch_1-00000.png"
    assert len(names_shown) == 2
    assert [found.name for found in tmp_path.rglob("*")] == ["set", "a"]


def test_something_else(tmp_path: Path) -> None:
    path = make_tar(tmp_path / "a.tar.gz", {"notes/1.txt": b"x"})
    with pytest.raises(SourceError, match=r"no pictures in a\.tar\.gz"):
        open_source(path, SETTINGS)


def test_a_bomb(tmp_path: Path) -> None:
    path = make_tar(tmp_path / "a.tar.gz", {"x/data_batch_1.bin": bytes(3073 * 2000)})
    with pytest.raises(UnsafeArchive, match="unpacks to more than"):
        open_source(path, SETTINGS)
