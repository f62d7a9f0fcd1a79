"""Where images come from."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Protocol

from tellapart.errors import SourceNotFound
from tellapart.intake.sources.builtin import open_builtin
from tellapart.intake.sources.hubs.huggingface import open_huggingface
from tellapart.intake.sources.hubs.kaggle import open_kaggle
from tellapart.intake.sources.hubs.published import DATASETS, open_published
from tellapart.intake.sources.items import DownloadReport, RefusedFile, Source, SourceItem
from tellapart.intake.sources.local import open_path
from tellapart.intake.sources.specs import KNOWN, is_remote, split_spec
from tellapart.settings import Settings

__all__ = ["RefusedFile", "Source", "SourceItem", "is_remote", "open_source"]


class _Opener(Protocol):
    """Opens what follows the colon of a spec."""

    def __call__(
        self, name: str, settings: Settings, *, unlabeled: bool, on_download: DownloadReport
    ) -> Source: ...


_SCHEMES: Mapping[str, _Opener] = {
    "builtin": open_builtin,
    "kaggle": open_kaggle,
    "hf": open_huggingface,
    **{name: partial(open_published, dataset) for name, dataset in DATASETS.items()},
}


def open_source(
    spec: str | Path,
    settings: Settings,
    *,
    unlabeled: bool = False,
    on_download: DownloadReport = lambda _done_bytes, _total_bytes: None,
) -> Source:
    """Open what a user names as a data set.

    Args:
        spec: the name of a data set, such as `builtin:digits`, `cifar10`, `kaggle:owner/name` or
            `hf:owner/name`; `cifar10:PATH` for files of it that are there already; or a path. A
            path that is called like a data set is written `./cifar10`.
        settings: the limits.
        unlabeled: take images without regard to what is said of them.
        on_download: called often with the bytes that are there and, if known, all there will be;
            it may raise to cancel.

    Raises:
        SourceNotFound: there is no such thing.
        UnsafeArchive: the file is no ZIP, or one that could do harm.
        NoClassesFound: there are images, and none has a class; not if `unlabeled`.
        DownloadFailed: it could not be fetched.
        StorageFull: there is no room for it.
        SourceError: it cannot be read, or has no images.
        MissingDependency: it comes with a package that is not installed.
    """
    scheme, rest = split_spec(str(spec))
    opener = _SCHEMES.get(scheme)
    if opener is not None:
        return opener(rest, settings, unlabeled=unlabeled, on_download=on_download)
    if not str(spec):
        raise SourceNotFound(f"There is no data set ''. Give {KNOWN}.")
    return open_path(Path(spec), settings, unlabeled=unlabeled)
