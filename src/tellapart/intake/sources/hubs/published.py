"""Well-known data sets by a short name: from the Hugging Face hub, or from files that are there."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tellapart.errors import DownloadFailed
from tellapart.intake.sources.hubs.huggingface import open_huggingface
from tellapart.intake.sources.items import DownloadReport, Source
from tellapart.intake.sources.local import open_path
from tellapart.intake.sources.records import cifar
from tellapart.settings import Settings


@dataclass(frozen=True, slots=True)
class PublishedDataset:
    """A data set under its short name, and its name on the hub.

    `class_names` are those of its original files, which have numbers only.
    """

    name: str
    hub_name: str
    class_names: Sequence[str] = ()


DATASETS = {
    dataset.name: dataset
    for dataset in (
        # A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009.
        PublishedDataset("cifar10", "uoft-cs/cifar10", cifar.CLASSES),
        # H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST", arXiv:1708.07747, 2017.
        PublishedDataset(
            "fashion-mnist",
            "zalando-datasets/fashion_mnist",
            (
                *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
                *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
            ),
        ),
        # J. Elson, J. Douceur, J. Howell, J. Saul, "Asirra", ACM CCS, 2007.
        PublishedDataset("cats-vs-dogs", "microsoft/cats_vs_dogs"),
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
        MissingDependency: huggingface-hub is not installed.
        DownloadFailed: the hub cannot be reached.
        SourceError: what is there cannot be read; see the sources.
    """
    if path:
        names = dataset.class_names
        return open_path(Path(path), settings, unlabeled=unlabeled, class_names=names)
    try:
        return open_huggingface(
            dataset.hub_name, settings, unlabeled=unlabeled, on_download=on_download
        )
    except DownloadFailed as error:
        raise DownloadFailed(
            f"{error} Its original files do too: {dataset.name}:PATH (or: tellapart demo "
            f"--dataset {dataset.name} --from PATH)."
        ) from error
