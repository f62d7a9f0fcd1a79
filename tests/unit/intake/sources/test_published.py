from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tellapart.errors import DownloadFailed
from tellapart.intake.sources import open_source
from tellapart.intake.sources.download import DownloadReport
from tellapart.intake.sources.items import Source
from tellapart.intake.sources.published import DATASETS, PublishedDataset, open_published
from tellapart.settings import Settings
from tests.support.builders import class_files, make_image_folder, make_image_zip, make_zip
from tests.support.published_files import FileServer, make_cifar, make_idx, serve_files


@pytest.fixture
def server() -> Iterator[FileServer]:
    with serve_files() as running:
        yield running


def open_(
    dataset: PublishedDataset,
    cache: Path,
    path: str = "",
    on_download: DownloadReport = lambda _done, _total: None,
) -> Source:
    settings = Settings(cache_dir=cache, download_attempts=1, download_timeout_s=5)
    return open_published(dataset, path, settings, unlabeled=False, on_download=on_download)


def test_the_table() -> None:
    for name, dataset in DATASETS.items():
        assert dataset.name == name
        for file in dataset.files:
            assert file.url.startswith("https://")
            assert len(bytes.fromhex(file.sha256)) == 32
            assert file.size_bytes > 0


def test_cifar10(server: FileServer, tmp_path: Path) -> None:
    server.files["cifar.tar.gz"] = make_cifar(tmp_path / "a").read_bytes()
    dataset = replace(DATASETS["cifar10"], files=(server.remote("cifar.tar.gz"),))
    for _ in range(2):
        with open_(dataset, tmp_path / "cache") as source:
            assert Counter(item.split for item in source.items()) == {"train": 20, "test": 10}
    assert len(server.asked) == 1
    assert (tmp_path / "cache" / "downloads" / "cifar10" / "cifar.tar.gz").is_file()


def test_fashion_mnist(server: FileServer, tmp_path: Path) -> None:
    files = {path.name: path.read_bytes() for path in make_idx(tmp_path / "a").iterdir()}
    server.files |= files
    dataset = replace(DATASETS["fashion-mnist"], files=tuple(map(server.remote, sorted(files))))
    reports: list[tuple[int, int | None]] = []
    with open_(dataset, tmp_path / "b", on_download=lambda *told: reports.append(told)) as source:
        assert "Ankle boot" in {item.label for item in source.items()}
    total = sum(map(len, files.values()))
    assert {told for _, told in reports} == {total}
    assert [done for done, _ in reports] == sorted(done for done, _ in reports)
    assert reports[-1] == (total, total)


def test_cats_vs_dogs(server: FileServer, tmp_path: Path) -> None:
    files = class_files({"PetImages/Cat": 2, "PetImages/Dog": 2})
    files |= {"readme[1].txt": b"x", "MSR-LA - 3467.docx": b"x", "PetImages/Cat/Thumbs.db": b"x"}
    server.files["pets.zip"] = make_zip(tmp_path / "a.zip", files).read_bytes()
    dataset = replace(DATASETS["cats-vs-dogs"], files=(server.remote("pets.zip"),))
    with open_(dataset, tmp_path / "cache") as source:
        assert [item.label for item in source.items()] == ["Cat", "Cat", "Dog", "Dog"]


def test_what_to_do_without_a_connection(server: FileServer, tmp_path: Path) -> None:
    missing = server.remote("gone.tar.gz", b"what was there")
    one = replace(DATASETS["cifar10"], files=(missing,))
    with pytest.raises(DownloadFailed) as caught:
        open_(one, tmp_path)
    assert str(caught.value) == (
        f"{missing.url} could not be downloaded: the server answers 404 Not Found. Without a "
        "connection, download it on another machine, and import cifar10:PATH (or: tellapart demo "
        "--dataset cifar10 --from PATH)."
    )
    two = replace(DATASETS["fashion-mnist"], files=(missing, missing))
    with pytest.raises(DownloadFailed, match="download all its files into one folder"):
        open_(two, tmp_path)


def test_a_download_can_be_cancelled(server: FileServer, tmp_path: Path) -> None:
    server.files["cifar.tar.gz"] = make_cifar(tmp_path / "a").read_bytes()
    dataset = replace(DATASETS["cifar10"], files=(server.remote("cifar.tar.gz"),))

    def cancel(done_bytes: int, total_bytes: int | None) -> None:
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        open_(dataset, tmp_path / "cache", on_download=cancel)
    assert server.asked == []


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


def test_names_lead_to_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")  # where nobody listens
    settings = Settings(cache_dir=tmp_path, download_attempts=1)
    for name, dataset in DATASETS.items():
        for spec in (name, f"builtin:{name}"):
            with pytest.raises(DownloadFailed) as caught:
                open_source(spec, settings)
            assert str(caught.value).startswith(dataset.files[0].url)
