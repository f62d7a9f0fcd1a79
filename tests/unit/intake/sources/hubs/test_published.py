from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tellapart.errors import DownloadFailed
from tellapart.intake.sources import open_source
from tellapart.intake.sources.hubs.published import DATASETS
from tellapart.intake.sources.specs import PUBLISHED, is_hub_name
from tellapart.settings import Settings
from tests.support.images.builders import class_files, make_image_folder, make_image_zip
from tests.support.images.published_files import make_cifar, make_idx


def test_the_table() -> None:
    assert tuple(DATASETS) == PUBLISHED
    assert all(is_hub_name(dataset.hub_name) for dataset in DATASETS.values())


@pytest.mark.parametrize("name", sorted(DATASETS))
def test_a_name_leads_to_the_hub(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    folder = tmp_path / "snapshots" / "commit"
    for path, data in class_files({"Cat": 2, "Dog": 2}).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    asked: list[str] = []

    def download(hub_name: str, **_: Any) -> str:
        asked.append(hub_name)
        return str(folder)

    monkeypatch.setattr("huggingface_hub.snapshot_download", download)
    for spec in (name, f"builtin:{name}"):
        with open_source(spec, Settings()) as source:
            assert Counter(item.label for item in source.items()) == {"Cat": 2, "Dog": 2}
    assert asked == [DATASETS[name].hub_name] * 2


def test_what_to_do_without_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("no route")

    monkeypatch.setattr("huggingface_hub.snapshot_download", fail)
    with pytest.raises(DownloadFailed, match="tellapart demo --dataset cifar10 --from PATH"):
        open_source("cifar10", Settings())


@pytest.mark.parametrize("name", sorted(DATASETS))
def test_what_is_there_already_may_have_any_form(tmp_path: Path, name: str) -> None:
    counts = {"cats": 2, "dogs": 2}
    for path in (
        make_image_folder(tmp_path / "folder", counts),
        make_image_zip(tmp_path / "a.zip", counts),
    ):
        with open_source(f"{name}:{path}", Settings()) as source:
            assert Counter(item.label for item in source.items()) == counts
    with open_source(f"{name}:{make_cifar(tmp_path / 'c.tgz')}", Settings()) as source:
        assert source.total == 30
    with open_source(f"{name}:{make_idx(tmp_path / 'idx')}", Settings()) as source:
        assert source.total == 30
