import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tellapart.errors import MissingDependency, SourceNotFound
from tellapart.intake.sources import open_source
from tellapart.settings import Settings
from tests.support.images.builders import class_files, jpeg_bytes, make_zip
from tests.support.servers.hub import Hub, serve_hub

# The hub's library reads its settings when it is imported: each test has a process of its own.
CODE = """
import json, sys
from tellapart.intake.sources import open_source
from tellapart.errors import TellapartError
from tellapart.settings import Settings

def report(done_bytes, total_bytes):
    reports.append((done_bytes, total_bytes))

def stop(done_bytes, total_bytes):
    raise KeyError("cancelled")

for spec in sys.argv[1:]:
    reports = []
    try:
        watch = stop if spec.startswith("!") else report
        with open_source(spec.lstrip("!"), Settings(), on_download=watch) as source:
            items = [[i.name, i.label, i.split, len(i.read())] for i in source.items()]
            skipped = dict(source.skipped)
        answer = {"items": items, "total": source.total, "skipped": skipped, "reports": reports}
    except (TellapartError, KeyError) as error:
        answer = {"error": type(error).__name__, "message": str(error)}
    print(json.dumps(answer))
"""

CARD = b"""---
dataset_info:
  features:
  - name: image
    dtype: image
  - name: label
    dtype:
      class_label:
        names:
          '0': cats
          '1': dogs
  splits:
  - name: train
---
# Pets
"""


def parquet(labels: list[int]) -> bytes:
    file = io.BytesIO()
    images = [{"bytes": jpeg_bytes(seed=seed), "path": None} for seed in range(len(labels))]
    pq.write_table(pa.table({"image": images, "label": labels}), file)
    return file.getvalue()


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serve_hub() as running:
        yield running


def open_all(url: str, home: Path, *specs: str, **environment: str) -> list[dict[str, Any]]:
    settings = {
        "HF_ENDPOINT": url,
        "HF_HOME": str(home),
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DOWNLOAD_TIMEOUT": "2",
        "no_proxy": "127.0.0.1",
    }
    found = subprocess.run(
        [sys.executable, "-c", CODE, *specs],
        env=os.environ | settings | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    return [json.loads(line) for line in found.stdout.splitlines()]


def test_data_sets_of_each_form(hub: Hub, tmp_path: Path) -> None:
    images = class_files({"train/cats": 2, "test/dogs": 1})
    archive = make_zip(tmp_path / "a.zip", class_files({"cats": 1, "dogs": 1})).read_bytes()
    hub.datasets = {
        "pets/folder": {**images, "README.md": b"# Pets", "script.py": b"x"},
        "pets/archives": {"data/train.zip": archive, "data/test.zip": archive},
        "pets/listed": {
            "a.jpg": jpeg_bytes(seed=1),
            "metadata.jsonl": b'{"file_name": "a.jpg", "label": "cats"}\n'
            b'{"file_name": "b.jpg", "label": "dogs"}',
        },
        "pets/parquet": {
            "README.md": CARD,
            "data/train-00000-of-00002.parquet": parquet([0, 1]),
            "data/train-00001-of-00002.parquet": parquet([1]),
            "data/test-00000-of-00001.parquet": parquet([0, -1]),
        },
        "pets/text": {"data.txt": b"no pictures", "README.md": b"---\n[x\n---\n"},
    }
    specs = ("hf:pets/folder", "hf:pets/archives", "hf:pets/listed", "hf:pets/parquet")
    folder, archives, listed, tables, text = open_all(
        hub.url, tmp_path / "hf", *specs, "hf:pets/text"
    )
    assert [item[:3] for item in folder["items"]] == [
        ["test/dogs/0000.jpg", "dogs", "test"],
        ["train/cats/0000.jpg", "cats", "train"],
        ["train/cats/0001.jpg", "cats", "train"],
    ]
    size_bytes = sum(map(len, images.values())) + len(b"# Pets")
    assert folder["reports"][-1] == [size_bytes, size_bytes]
    assert not any("script.py" in path for path in hub.asked), "what is not needed is not fetched"
    assert [item[:3] for item in archives["items"]] == [
        ["data/test/cats/0000.jpg", "cats", "test"],
        ["data/test/dogs/0000.jpg", "dogs", "test"],
        ["data/train/cats/0000.jpg", "cats", "train"],
        ["data/train/dogs/0000.jpg", "dogs", "train"],
    ]
    assert [item[:2] for item in listed["items"]] == [["a.jpg", "cats"]]
    assert listed["skipped"] == {"listed in metadata, but missing (b.jpg)": 1}
    assert [item[1:3] for item in tables["items"]] == [
        ["cats", "test"],
        [None, "test"],
        ["cats", "train"],
        ["dogs", "train"],
        ["dogs", "train"],
    ]
    assert tables["total"] == 5
    assert text["message"].startswith("There are no pictures in hf:pets/text")


def test_the_cache_serves_without_a_connection(hub: Hub, tmp_path: Path) -> None:
    hub.datasets = {"pets/folder": class_files({"cats": 2})}
    (before,) = open_all(hub.url, tmp_path, "hf:pets/folder")
    hub.asked.clear()
    (offline,) = open_all(hub.url, tmp_path, "hf:pets/folder", HF_HUB_OFFLINE="1")
    assert offline["items"] == before["items"]
    assert hub.asked == []


def test_what_cannot_be_had(hub: Hub, tmp_path: Path) -> None:
    hub.gated = {"pets/secret"}
    hub.datasets = {"pets/folder": class_files({"cats": 2})}
    specs = ("hf:pets/none", "hf:pets/secret", "!hf:pets/folder")
    missing, gated, cancelled = open_all(hub.url, tmp_path, *specs)
    assert missing["error"] == gated["error"] == "SourceNotFound"
    assert "does not exist, or is private" in missing["message"]
    assert "agreed to its terms" in gated["message"]
    assert cancelled == {"error": "KeyError", "message": "'cancelled'"}


def test_no_connection(tmp_path: Path) -> None:
    with serve_hub() as gone:
        url = gone.url
    (refused,) = open_all(url, tmp_path, "hf:pets/folder")
    assert refused["error"] == "DownloadFailed"
    assert refused["message"].startswith("hf:pets/folder could not be downloaded: ")
    assert "on another machine, and import the folder" in refused["message"]
    assert "\n" not in refused["message"]


@pytest.mark.parametrize("name", ["", "folder", "../x", "a/b/c", "a/" + "b" * 300])
def test_names_that_are_none(name: str) -> None:
    with pytest.raises(SourceNotFound, match="give hf:owner/name"):
        open_source(f"hf:{name}", Settings())


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(MissingDependency, match=r"pip install 'tellapart\[huggingface\]'"):
        open_source("hf:pets/folder", Settings())
