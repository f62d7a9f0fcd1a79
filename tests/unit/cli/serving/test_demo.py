"""Data sets by name: `import cifar10`, `demo --dataset cifar10`."""

from pathlib import Path

import pytest

from tellapart.cli.serving.demo import DatasetChoice, _source
from tests.support.command_lines import Run
from tests.support.images.published_files import make_cifar, make_idx


@pytest.mark.parametrize(
    ("dataset", "archive", "source"),
    [
        ("digits", None, "builtin:digits"),
        ("digits", Path("a.zip"), "a.zip"),
        ("cifar10", None, "cifar10"),
        ("fashion-mnist", Path("folder"), "fashion-mnist:folder"),
    ],
)
def test_what_the_demo_imports(dataset: str, archive: Path | None, source: str) -> None:
    assert _source(DatasetChoice(dataset), archive) == source


def test_original_files(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_cifar(tmp_path / "c.tar.gz")
    make_idx(tmp_path / "idx")
    monkeypatch.chdir(tmp_path)
    found = run("import", "cifar10:c.tar.gz", "fashion-mnist:idx", "--json").json
    assert [outcome["added"] for outcome in found] == [30, 30]
    assert found[0]["classes"]["airplane"] == 3
    assert "T-shirt/top" in found[1]["classes"]


def test_no_connection(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.snapshot_download", refuse)
    found = run("import", "cifar10")
    assert (found.code, found.out) == (1, "")
    error = found.err.splitlines()[-1]
    assert error.startswith("Error: hf:uoft-cs/cifar10 could not be downloaded: no route")
    assert "--dataset cifar10 --from PATH" in error


def refuse(*_: object, **__: object) -> None:
    raise OSError("no route")
