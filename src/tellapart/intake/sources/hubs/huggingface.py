"""`hf:owner/name`: data sets of the Hugging Face hub, with its own cache, token and settings."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tellapart.errors import DownloadFailed, MissingDependency, SourceNotFound
from tellapart.intake.paths import IMAGE_EXTENSIONS
from tellapart.intake.sources.hubs.snapshot import open_snapshot
from tellapart.intake.sources.items import DownloadReport, Source
from tellapart.intake.sources.specs import is_hub_name
from tellapart.settings import Settings

_ENDINGS = (*IMAGE_EXTENSIONS, ".parquet", ".zip")
_WANTED = [
    *(f"*{ending}" for ending in _ENDINGS),
    *(f"*{ending.upper()}" for ending in _ENDINGS),
    *("metadata.csv", "*/metadata.csv", "metadata.jsonl", "*/metadata.jsonl", "README.md"),
]


def open_huggingface(
    name: str, settings: Settings, *, unlabeled: bool, on_download: DownloadReport
) -> Source:
    """Download a data set of images, or take it from the hub's cache, and open it.

    Raises:
        MissingDependency: huggingface-hub is not installed.
        SourceNotFound: there is no such data set, or it is not for everybody.
        DownloadFailed: the hub cannot be reached.
        SourceError: it is no data set of images.
    """
    if not is_hub_name(name):
        raise SourceNotFound(f"hf:{name[:80]} is no name of a data set: give hf:owner/name.")
    folder = _download(name, on_download)
    # The files of a snapshot are links to blobs/ beside snapshots/.
    return open_snapshot(
        f"hf:{name}",
        folder,
        settings,
        unlabeled=unlabeled,
        inside=folder.parents[1],
        class_names=_class_names(folder / "README.md"),
    )


def _download(name: str, on_download: DownloadReport) -> Path:
    try:
        import huggingface_hub
        from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError
    except ImportError as error:
        raise MissingDependency(
            "hf: needs huggingface-hub, which is not installed. Install it with "
            "pip install 'tellapart[huggingface]'."
        ) from error
    try:
        folder = huggingface_hub.snapshot_download(
            name, repo_type="dataset", allow_patterns=_WANTED, tqdm_class=_progress(on_download)
        )
    except GatedRepoError as error:
        raise SourceNotFound(
            f"hf:{name} is only for people who agreed to its terms. Agree to them on the page of "
            "the data set, and put your token into HF_TOKEN."
        ) from error
    except RepositoryNotFoundError as error:
        raise SourceNotFound(
            f"hf:{name} does not exist, or is private. Check the name; a private data set needs "
            "your token in HF_TOKEN."
        ) from error
    except (OSError, ValueError, RuntimeError) as error:
        raise DownloadFailed(
            f"hf:{name} could not be downloaded: {_first_line(error)} Without a connection, "
            "download its files on another machine, and import the folder or the files."
        ) from error
    return Path(folder)


def _progress(on_download: DownloadReport) -> Any:
    """A class of progress bars that draw nothing and report bytes."""
    from tqdm import tqdm

    class Report(tqdm):  # type: ignore[type-arg, misc, unused-ignore]
        def __init__(self, *args: Any, **options: Any) -> None:
            options.pop("name", None)
            self._done = 0
            self._is_bytes = str(options.get("desc", "")).startswith("Reconstructing")
            super().__init__(*args, **{**options, "disable": True})

        def update(self, n: float | None = 1) -> None:
            self._done += int(n or 0)
            if self._is_bytes:
                on_download(self._done, int(self.total) if self.total else None)

    return Report


def _class_names(card: Path) -> Mapping[str, Sequence[str]]:
    """The names of the classes of each column, as the card of the data set gives them."""
    from huggingface_hub import metadata_load

    try:
        infos = (metadata_load(card) or {}).get("dataset_info", [])
        infos = infos if isinstance(infos, list) else [infos]
        features = [feature for info in infos for feature in info.get("features", [])]
        return {feature["name"]: names for feature in features if (names := _names_in(feature))}
    except Exception:
        return {}  # written by hand, in any form


def _names_in(feature: Mapping[str, Any]) -> list[str]:
    kind = feature.get("dtype")
    names = kind.get("class_label", {}).get("names", []) if isinstance(kind, dict) else []
    by_number: Callable[[str], int] = int
    return (
        [names[key] for key in sorted(names, key=by_number)] if isinstance(names, dict) else names
    )


def _first_line(error: Exception) -> str:
    """What a library says, as one sentence."""
    line = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
    line = line.removeprefix("Got: ")
    return f"{(line or type(error).__name__)[:300].rstrip('.')}."
