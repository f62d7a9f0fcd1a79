from pathlib import Path

import numpy as np
import pytest

from tellapart.features.vector_file import VectorFile

HASHES = [f"{number * 7919 % 1000:064x}" for number in range(50)]
VECTORS = np.random.default_rng(0).normal(size=(50, 5)).astype(np.float32)


@pytest.fixture
def file(tmp_path: Path) -> VectorFile:
    """A file of 50 vectors."""
    opened = VectorFile(tmp_path / "cache", "net/1/crop", 5)
    opened.add(HASHES, VECTORS)
    return opened


def read(file: VectorFile, hashes: list[str]) -> tuple[np.ndarray, np.ndarray]:
    into = np.zeros((len(hashes), 5), np.float32)
    return file.read(hashes, into), into


def test_vectors_are_found_in_any_order(file: VectorFile) -> None:
    found, vectors = read(file, [*HASHES[::-1], "f" * 64])
    assert found.tolist() == [True] * 50 + [False]
    assert np.array_equal(vectors[:50], VECTORS[::-1])


def test_what_is_kept_stays_and_what_is_new_is_added(file: VectorFile) -> None:
    file.add([HASHES[3], "e" * 64], np.full((2, 5), 9, np.float32))
    found, vectors = read(file, [HASHES[3], "e" * 64])
    assert found.all()
    assert np.array_equal(vectors, [VECTORS[3], np.full(5, 9)])


def test_before_anything_is_kept_nothing_is_found(tmp_path: Path) -> None:
    assert not read(VectorFile(tmp_path, "net", 5), HASHES)[0].any()
    assert read(VectorFile(tmp_path, "net", 5), [])[0].shape == (0,)


def test_another_key_or_dimension_is_another_file(file: VectorFile, tmp_path: Path) -> None:
    assert not read(VectorFile(tmp_path / "cache", "net/2/crop", 5), HASHES)[0].any()


@pytest.mark.parametrize("ending", ["vectors", "names"])
@pytest.mark.parametrize("damage", ["cut", "zero", "remove", "grow"])
def test_after_damage_only_right_vectors_are_found_and_the_file_heals(
    file: VectorFile, tmp_path: Path, ending: str, damage: str
) -> None:
    path = next((tmp_path / "cache").glob(f"*.{ending}"))
    data = path.read_bytes()
    if damage == "remove":
        path.unlink()
    else:
        zeroed = data[: len(data) // 2] + bytes(len(data) - len(data) // 2)
        path.write_bytes({"cut": data[:-7], "zero": zeroed, "grow": data + b"torn"}[damage])
    found, vectors = read(file, HASHES)
    assert np.array_equal(vectors[found], VECTORS[found])
    file.add(HASHES, VECTORS)
    found, vectors = read(file, HASHES)
    assert np.array_equal(vectors[found], VECTORS[found])
    file.add(HASHES, VECTORS)
    assert read(file, HASHES)[0].all()


def test_a_folder_that_cannot_be_written_is_borne(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file is in the way")
    file = VectorFile(tmp_path / "cache", "net", 5)
    file.add(HASHES, VECTORS)
    assert not read(file, HASHES)[0].any()


def test_of_vectors_in_half_precision_the_first_numbers_can_be_read(tmp_path: Path) -> None:
    file = VectorFile(tmp_path, "net", 6, "<f2")
    vectors = np.arange(300, dtype=np.float32).reshape(50, 6)
    file.add(HASHES, vectors)
    into = np.zeros((50, 4), np.float32)
    assert file.read(HASHES, into).all()
    assert np.array_equal(into, vectors[:, :4])
