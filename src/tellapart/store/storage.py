"""An opened workspace folder: its settings, its database and its blobs, handed around as one."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL

from tellapart.errors import WorkspaceUnusable
from tellapart.settings import Settings
from tellapart.store.blobs import BlobStore, LocalBlobs
from tellapart.store.database import Database

_DATABASE = "tellapart.db"


@dataclass(frozen=True)
class Storage:
    """What lasts. Safe to share between threads."""

    settings: Settings
    database: Database
    blobs: BlobStore

    @property
    def uploads(self) -> Path:
        """Where files that came over HTTP wait for their import."""
        return self.settings.workspace / "uploads"

    @property
    def checkpoints(self) -> Path:
        """Where trainings keep their state, a folder for each job."""
        return self.settings.workspace / "checkpoints"

    @property
    def backbones(self) -> Path:
        """Where an operator puts networks that may be asked for by their names."""
        return self.settings.workspace / "backbones"

    @property
    def temporary(self) -> Path:
        """Where jobs keep files that are gone at their end, a folder for each job."""
        return self.settings.workspace / "temporary"

    def close(self) -> None:
        """Give back the database connections."""
        self.database.close()


def open_storage(settings: Settings) -> Storage:
    """Open the workspace folder, and make it when it is not there.

    Raises:
        WorkspaceUnusable: the folder or the database cannot be made, opened or migrated.
    """
    folder = settings.workspace
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "uploads").mkdir(exist_ok=True)
        blobs = LocalBlobs(folder / "blobs")
    except (FileExistsError, NotADirectoryError) as error:
        raise WorkspaceUnusable(
            f"The workspace {folder} is a file, or lies below one; a workspace is a folder. Choose "
            "a folder with --workspace or TELLAPART_WORKSPACE."
        ) from error
    except OSError as error:
        raise WorkspaceUnusable(
            f"The workspace {folder} cannot be used: {error.strerror or error}. "
            "Choose a folder that you can write to with --workspace or TELLAPART_WORKSPACE."
        ) from error
    return Storage(settings, Database(_database_address(settings)), blobs)


def has_workspace(settings: Settings) -> bool:
    """Whether there is something to open; nothing is made."""
    folder = settings.workspace
    return folder.is_dir() and bool(settings.database_url or (folder / _DATABASE).exists())


def _database_address(settings: Settings) -> str | URL:
    # Not as text: the name of the folder may have characters that mean something there.
    file = settings.workspace.absolute() / _DATABASE
    return settings.database_url or URL.create("sqlite", database=str(file))
