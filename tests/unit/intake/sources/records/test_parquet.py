import json
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tellapart.errors import MissingDependency, NoClassesFound, SourceError, UnsafeArchive
from tellapart.intake.sources import SourceItem, open_source
from tellapart.intake.sources.records import parquet
from tellapart.intake.sources.records.parquet import ParquetSource
from tellapart.settings import Settings
from tests.support.images.builders import jpeg_bytes

SETTINGS = Settings()
IMAGES = [jpeg_bytes(seed=seed) for seed in range(4)]
CLASS_LABEL = {"label": {"_type": "ClassLabel", "names": ["cats", "dogs"]}}


def structs(*contents: bytes | None, path: str | None = "a.jpg") -> list[dict[str, Any] | None]:
    return [{"bytes": content, "path": path} for content in contents]


def write(
    path: Path, columns: dict[str, Any], features: dict[str, Any] | None = None, rows: int = 100
) -> Path:
    table = pa.table(columns)
    if features is not None:
        info = json.dumps({"info": {"features": features}})
        table = table.replace_schema_metadata({"huggingface": info})
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, row_group_size=rows)
    return path


def items(path: Path) -> list[SourceItem]:
    with open_source(path, SETTINGS) as source:
        return list(source.items())


def test_images_with_the_names_of_their_classes(tmp_path: Path) -> None:
    columns = {"image": structs(*IMAGES), "label": [0, 1, -1, None]}
    features = {"image": {"_type": "Image"}, **CLASS_LABEL}
    path = write(tmp_path / "train-00000-of-00001-ab.parquet", columns, features, rows=2)
    with open_source(path, SETTINGS) as source:
        found = list(source.items())
        assert source.total == 4
        assert source.name == path.name
    assert [item.read() for item in found] == IMAGES
    assert [(item.label, item.split) for item in found] == [
        ("cats", "train"),
        ("dogs", "train"),
        (None, "train"),
        (None, "train"),
    ]
    assert found[1].name == "train-00000-of-00001-ab/000001-a.jpg"
    assert found[1].size_bytes == len(IMAGES[1])


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["cats", "dogs"], ["cats", "dogs"]),
        ([3, 12], ["3", "12"]),
        ([True, False], ["True", "False"]),
        (pa.array(["cats", "dogs"]).dictionary_encode(), ["cats", "dogs"]),
        (pa.array(["cats", None], pa.large_string()), ["cats", None]),
    ],
)
def test_labels_of_other_types(tmp_path: Path, labels: Any, expected: list[str | None]) -> None:
    columns = {"img": IMAGES[:2], "category": labels}
    assert [item.label for item in items(write(tmp_path / "a.parquet", columns))] == expected


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("data/test-00000-of-00001.parquet", "test"),
        ("data/validation.parquet", "validation"),
        ("default/test/0000.parquet", "test"),
        ("data/0000.parquet", None),
    ],
)
def test_splits(tmp_path: Path, name: str, split: str | None) -> None:
    path = write(tmp_path / "a.parquet", {"image": IMAGES[:1], "label": ["cats"]})
    named = path.rename(tmp_path / name.rpartition("/")[2])
    with ParquetSource("x", {name: named}, SETTINGS, unlabeled=False) as source:
        assert [item.split for item in source.items()] == [split]


def test_which_column_is_which(tmp_path: Path) -> None:
    columns = {
        "id": [7, 8],
        "mask": structs(b"mask", b"mask"),
        "photo": structs(*IMAGES[:2]),
        "caption": ["a cat", "a dog"],
        "kind": [1, 0],
    }
    features = {
        "photo": {"_type": "Image"},
        "kind": {"_type": "ClassLabel", "names": ["cats", "dogs"]},
    }
    found = items(write(tmp_path / "a.parquet", columns, features))
    assert [(item.label, item.read()) for item in found] == [
        ("dogs", IMAGES[0]),
        ("cats", IMAGES[1]),
    ]


def test_rows_that_cannot_be_used(tmp_path: Path) -> None:
    contents = [*structs(IMAGES[0], None, b"", IMAGES[1], IMAGES[2], IMAGES[3]), None]
    columns = {"image": contents, "label": [0, 0, 0, 2, 1, -7, 0]}
    with open_source(write(tmp_path / "a.parquet", columns, CLASS_LABEL, 2), SETTINGS) as source:
        assert [item.label for item in source.items()] == ["cats", "dogs"]
        assert [(file.name, file.code) for file in source.refused] == [
            ("a/000001-a.jpg", "invalid_image"),
            ("a/000002-a.jpg", "invalid_image"),
            ("a/000003-a.jpg", "invalid_class_name"),
            ("a/000005-a.jpg", "invalid_class_name"),
            ("a/000006", "invalid_image"),
        ]
        assert "has no picture in its row" in source.refused[0].reason
        assert "Class number 2 has no name" in source.refused[2].reason
        assert source.refused[0].read is None
        assert source.refused[2].read is not None
        assert source.refused[2].read() == IMAGES[1]


def test_images_with_too_many_bytes(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", {"image": [IMAGES[0], bytes(9_999)], "label": [1, 1]})
    with open_source(path, Settings(max_image_bytes=5_000)) as source:
        assert len(list(source.items())) == 1
        assert [file.code for file in source.refused] == ["image_too_large"]


def test_hostile_names_lead_nowhere(tmp_path: Path) -> None:
    names = ["../../etc/passwd", "/etc/passwd", "..\\x.jpg", "a\x07.jpg", "x" * 5000, ".."]
    contents = [{"bytes": IMAGES[0], "path": name} for name in names]
    found = items(write(tmp_path / "a.parquet", {"image": contents, "label": ["c"] * 6}))
    assert [item.name for item in found] == [
        "a/000000-passwd",
        "a/000001-passwd",
        "a/000002-x.jpg",
        "a/000003",
        "a/000004",
        "a/000005-..",
    ]


@pytest.mark.parametrize(
    "labels", [None, [1.5, 2.5], [["cats"], ["dogs"]], [b"cats", b"dogs"], [None, None]]
)
def test_no_column_of_classes(tmp_path: Path, labels: Any) -> None:
    columns = {"image": structs(*IMAGES[:2])} | ({} if labels is None else {"label": labels})
    path = write(tmp_path / "a.parquet", columns)
    with pytest.raises(NoClassesFound, match=r"should be called label.*import them as unlabeled"):
        open_source(path, SETTINGS)
    with open_source(path, SETTINGS, unlabeled=True) as source:
        assert [item.label for item in source.items()] == [None, None]


def test_only_nulls_for_classes(tmp_path: Path) -> None:
    columns = {"image": IMAGES, "label": pa.array([None] * 4, pa.int64())}
    with pytest.raises(NoClassesFound):
        open_source(write(tmp_path / "a.parquet", columns), SETTINGS)


@pytest.mark.parametrize(
    "columns", [{"text": ["a"], "label": [1]}, {"image": ["path.jpg"], "label": [1]}, {}]
)
def test_no_column_of_images(tmp_path: Path, columns: dict[str, Any]) -> None:
    with pytest.raises(SourceError, match=r"No column of a\.parquet holds pictures"):
        open_source(write(tmp_path / "a.parquet", columns), SETTINGS)


@pytest.mark.parametrize("share", [0.05, 0.5, 0.95, 0.999])
def test_cut_off(tmp_path: Path, share: float) -> None:
    path = write(tmp_path / "a.parquet", {"image": IMAGES, "label": list("abcd")})
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(SourceError, match=r"damaged or cut off .*Download it again"):
        open_source(path, SETTINGS)


def test_damaged_inside(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", {"image": IMAGES * 50, "label": ["a"] * 200}, rows=20)
    data = bytearray(path.read_bytes())
    data[200 : len(data) // 2] = bytes(len(data) // 2 - 200)
    path.write_bytes(data)
    with (
        pytest.raises(SourceError, match="damaged or cut off"),
        open_source(path, SETTINGS) as source,
    ):
        list(source.items())


@pytest.mark.parametrize("metadata", [b"", b"{", b"[]", b'{"info": 3}', b"\xff", b"null"])
def test_notes_on_columns_that_cannot_be_read(tmp_path: Path, metadata: bytes) -> None:
    table = pa.table({"image": IMAGES, "label": [0, 1, 0, 1]})
    pq.write_table(table.replace_schema_metadata({"huggingface": metadata}), tmp_path / "a.parquet")
    assert [item.label for item in items(tmp_path / "a.parquet")] == ["0", "1", "0", "1"]


def test_only_a_few_rows_are_in_memory(tmp_path: Path) -> None:
    contents = [bytes([n % 256]) * 100_000 for n in range(200)]
    path = write(tmp_path / "a.parquet", {"image": contents, "label": ["a"] * 200}, rows=20)
    with open_source(path, SETTINGS) as source:
        list(source.items())  # what is loaded once is no matter
        before = pa.total_allocated_bytes()
        tracemalloc.start()
        most = max(pa.total_allocated_bytes() for _ in source.items()) - before
        most += tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert most < 12_000_000, "of 20 MB"


def test_too_many_rows(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", {"image": IMAGES, "label": list("abcd")})
    with pytest.raises(UnsafeArchive, match="more than 3 rows"):
        open_source(path, Settings(max_archive_entries=3))


def test_row_groups_that_would_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "a.parquet", {"image": IMAGES, "label": list("abcd")})
    monkeypatch.setattr(parquet, "_MAX_ROW_GROUP_BYTES", 1_000)
    with pytest.raises(SourceError, match="row groups of more than 1,000 bytes"):
        open_source(path, SETTINGS)


def test_without_pyarrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.parquet", {"image": IMAGES})
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingDependency, match=r"pip install 'tellapart\[huggingface\]'"):
        open_source(path, SETTINGS)
