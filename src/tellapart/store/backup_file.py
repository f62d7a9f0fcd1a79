"""A backup as a file: a ZIP of a database (SQLite), the blobs that it names, and a few files.

- `backup.json`: what is in it
- `tellapart.db`: all rows
- `blobs/HASH`: stored as they are, by the BLAKE3 hash of their bytes
- `uploads/`, `backbones/`: files that jobs wait for, and networks of the operator
"""

import os
import re
import secrets
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath

from pydantic import BaseModel, ConfigDict, ValidationError

from tellapart.errors import BackupUnusable, InvalidRequest, StorageFull
from tellapart.store.blobs import content_hash
from tellapart.store.outages import storage_full

FORMAT = 1
_MANIFEST, _DATABASE, _BLOBS = "backup.json", "tellapart.db", "blobs"
FOLDERS = ("uploads", "backbones")
_NAME = re.compile(rf"{_BLOBS}/([0-9a-f]{{64}})")
_READ_BYTES = 1024 * 1024


class Manifest(BaseModel):
    """What a backup holds; `files` are the stored images, models and reports."""

    model_config = ConfigDict(extra="ignore")

    format: int
    tellapart_version: str
    schema_revision: str
    created_at: datetime
    images: int
    model_versions: int
    files: int


class BackupWriter:
    """A backup that is being written."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def add_blob(self, name: str, data: bytes) -> None:
        """Add a blob by its name."""
        self._archive.writestr(f"{_BLOBS}/{name}", data)

    def add_file(self, folder: str, file: Path) -> None:
        """Add a file of one of `FOLDERS`; nothing happens when it has just gone."""
        try:
            self._archive.write(file, f"{folder}/{file.name}")
        except FileNotFoundError:
            return

    def finish(self, database: Path, manifest: Manifest) -> None:
        """Add the database, and what is in all of it."""
        self._archive.write(database, _DATABASE, zipfile.ZIP_DEFLATED, 1)
        self._archive.writestr(_MANIFEST, manifest.model_dump_json(indent=2))


class BackupReader:
    """A backup whose manifest has been read."""

    def __init__(self, archive: zipfile.ZipFile, file: Path, manifest: Manifest) -> None:
        self.manifest = manifest
        self._archive = archive
        self._file = file

    def database(self, folder: Path) -> Path:
        """Its database, as a file in `folder`."""
        return self._extract(_DATABASE, folder / _DATABASE)

    def blobs(self) -> Iterator[bytes]:
        """The bytes of all blobs.

        Raises:
            BackupUnusable: the bytes are not those that were stored.
        """
        for info in self._archive.infolist():
            found = _NAME.fullmatch(info.filename)
            if found is None:
                continue
            if info.compress_type != zipfile.ZIP_STORED:  # it could become any size in memory
                raise _damaged(self._file, f"{info.filename} is compressed")
            data = self._archive.read(info)
            if content_hash(data) != found[1]:
                raise _damaged(self._file, f"{info.filename} is not what was stored")
            yield data

    def extract_files(self, workspace: Path) -> None:
        """Put the files of `FOLDERS` into the workspace."""
        for name in self._archive.namelist():
            path = PurePosixPath(name)
            if len(path.parts) == 2 and path.parts[0] in FOLDERS and path.name != "..":
                self._extract(name, workspace / path.parts[0] / path.name)

    def _extract(self, name: str, target: Path) -> Path:
        target.parent.mkdir(parents=True, exist_ok=True)
        info = self._archive.getinfo(name)
        if info.file_size > shutil.disk_usage(target.parent).free:
            raise StorageFull(
                f"{name} of the backup needs {info.file_size / 1024**2:,.0f} MB, more than is free "
                f"on the disk of {target.parent}. Free some space, then do it again."
            )
        with self._archive.open(info) as source, target.open("wb") as file:
            shutil.copyfileobj(source, file, _READ_BYTES)
        return target


@contextmanager
def new_backup(file: Path) -> Iterator[BackupWriter]:
    """Write a backup aside; it gets its name, and is readable by its owner alone, when whole.

    Raises:
        InvalidRequest: there is such a file already, or its folder cannot be written to.
        StorageFull: no space is left; no part of it is kept.
    """
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}.part")
    if file.exists():
        raise InvalidRequest(f"{file} is there already. Choose another name, or remove it first.")
    try:
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    except OSError as error:
        raise InvalidRequest(
            f"{file} cannot be written: {error.strerror or error}. Choose a file in a folder that "
            "is there and that you can write to."
        ) from error
    try:
        with os.fdopen(descriptor, "w+b") as opened:
            with zipfile.ZipFile(opened, "w", zipfile.ZIP_STORED) as archive:
                yield BackupWriter(archive)
            opened.flush()
            os.fsync(opened.fileno())
        os.link(draft, file)  # unlike a rename it takes no other file's place
    except FileExistsError:
        raise InvalidRequest(f"{file} has just been made by somebody else.") from None
    except OSError as error:
        full = storage_full(error, file.absolute().parent)
        if full is None:
            raise
        raise full from error
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def opened_backup(file: Path) -> Iterator[BackupReader]:
    """Open a backup.

    Raises:
        BackupUnusable: it is not there, is no backup, is damaged, or of a newer release; also
            raised within the block, by what turns out to be damaged.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            yield BackupReader(archive, file, _manifest(archive, file))
    except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
        raise _damaged(file, str(error)) from error
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        if error.filename != str(file):
            raise
        raise BackupUnusable(
            f"{file} cannot be read: {error.strerror}. Name a file that `tellapart backup` wrote."
        ) from error


def _manifest(archive: zipfile.ZipFile, file: Path) -> Manifest:
    try:
        manifest = Manifest.model_validate_json(archive.read(_MANIFEST))
        archive.getinfo(_DATABASE)
    except (KeyError, ValidationError) as error:
        raise BackupUnusable(
            f"{file} is a ZIP, but no backup. Name a file that `tellapart backup` wrote; to bring "
            "in a ZIP of pictures, use `tellapart import`."
        ) from error
    if manifest.format > FORMAT:
        raise BackupUnusable(
            f"{file} was written by Tellapart {manifest.tellapart_version}, which is newer than "
            "this one. Update Tellapart, then restore it."
        )
    return manifest


def _damaged(file: Path, what: str) -> BackupUnusable:
    return BackupUnusable(
        f"{file} cannot be restored: {what}. It is damaged, or was not written by `tellapart "
        "backup`. Use another backup."
    )
