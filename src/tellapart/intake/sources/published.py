"""Well-known data sets, from where their authors publish them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tellapart.errors import DownloadFailed
from tellapart.intake.sources import cifar
from tellapart.intake.sources.download import DownloadReport, RemoteFile, download
from tellapart.intake.sources.items import Source
from tellapart.intake.sources.local import open_path
from tellapart.settings import Settings


@dataclass(frozen=True, slots=True)
class PublishedDataset:
    """A data set under its short name. One file is opened itself, several are as their folder."""

    name: str
    files: tuple[RemoteFile, ...]
    class_names: Sequence[str] = ()


_FASHION = "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion"

DATASETS = {
    dataset.name: dataset
    for dataset in (
        # A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009.
        PublishedDataset(
            "cifar10",
            (
                RemoteFile(
                    "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
                    "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
                    170_052_171,
                ),
            ),
            cifar.CLASSES,
        ),
        # H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST", arXiv:1708.07747, 2017.
        PublishedDataset(
            "fashion-mnist",
            (
                RemoteFile(
                    f"{_FASHION}/train-images-idx3-ubyte.gz",
                    "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
                    26_421_880,
                ),
                RemoteFile(
                    f"{_FASHION}/train-labels-idx1-ubyte.gz",
                    "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
                    29_515,
                ),
                RemoteFile(
                    f"{_FASHION}/t10k-images-idx3-ubyte.gz",
                    "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
                    4_422_102,
                ),
                RemoteFile(
                    f"{_FASHION}/t10k-labels-idx1-ubyte.gz",
                    "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
                    5_148,
                ),
            ),
            (
                "T-shirt/top",
                "Trouser",
                "Pullover",
                "Dress",
                "Coat",
                "Sandal",
                "Shirt",
                "Sneaker",
                "Bag",
                "Ankle boot",
            ),
        ),
        # J. Elson, J. Douceur, J. Howell, J. Saul, "Asirra", ACM CCS, 2007.
        PublishedDataset(
            "cats-vs-dogs",
            (
                RemoteFile(
                    "https://download.microsoft.com/download/3/E/1/"
                    "3E1C3F21-ECDB-4869-8368-6DEBA77B919F/kagglecatsanddogs_5340.zip",
                    "b7974bd00a84a99921f36ee4403f089853777b5ae8d151c76a86e64900334af9",
                    824_887_076,
                ),
            ),
        ),
    )
}


def open_published(
    dataset: PublishedDataset,
    path: str,
    settings: Settings,
    *,
    unlabeled: bool,
    on_download: DownloadReport,
) -> Source:
    """Open a well-known data set: what is at `path`, or if that is empty, a download.

    `path` may name the original files, or any folder or ZIP of images.

    Raises:
        DownloadFailed: a file could not be fetched.
        StorageFull: the disk has no room for it.
        SourceError: what is there cannot be read; see the sources.
    """
    place = Path(path) if path else _download(dataset, settings, on_download)
    names = dataset.class_names
    return open_path(place, settings, unlabeled=unlabeled, class_names=names)


def _download(dataset: PublishedDataset, settings: Settings, on_download: DownloadReport) -> Path:
    folder = settings.backbone_cache / "downloads" / dataset.name
    total_bytes = sum(file.size_bytes for file in dataset.files)
    before_bytes = 0

    def report(done_bytes: int, _: int | None) -> None:
        on_download(before_bytes + done_bytes, total_bytes)

    for file in dataset.files:
        try:
            path = download(file, folder, settings, report)
        except DownloadFailed as error:
            what = "it" if len(dataset.files) == 1 else "all its files into one folder"
            raise DownloadFailed(
                f"{error} Without a connection, download {what} on another machine, and import "
                f"{dataset.name}:PATH (or: tellapart demo --dataset {dataset.name} --from PATH)."
            ) from error
        before_bytes += file.size_bytes
    return path if len(dataset.files) == 1 else folder
