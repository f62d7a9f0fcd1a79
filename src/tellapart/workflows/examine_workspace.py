"""Look whether a workspace is whole: its database, its files, its champion, its disk, its jobs."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tellapart.errors import TellapartError
from tellapart.jobs.queue import JobQueue
from tellapart.registry.versions import CHAMPION, ModelRegistry
from tellapart.settings import Settings
from tellapart.store.database import SCHEMA_REVISION
from tellapart.store.integrity import damage_of, stored_names
from tellapart.store.storage import Storage, has_workspace, open_storage

# A training on photos, its files included, has needed less than this.
_LEAST_FREE_BYTES = 2 * 1024**3
_NAMED = 3

State = Literal["ok", "warning", "fault"]


@dataclass(frozen=True)
class Finding:
    """What one check found, and what to do where that is needed."""

    check: Literal["database", "champion", "files", "disk", "jobs"]
    state: State
    detail: str


@dataclass(frozen=True)
class Examination:
    """All checks; `healthy` when none found a fault."""

    healthy: bool
    findings: list[Finding]


def examine_workspace(settings: Settings) -> Examination:
    """Examine the workspace of these settings; makes none, and changes nothing in one.

    Only an older schema is brought up to date, as by every command.
    """
    findings = list(_examine(settings))
    return Examination(all(each.state != "fault" for each in findings), findings)


def _examine(settings: Settings) -> Iterator[Finding]:
    folder = settings.workspace
    if not has_workspace(settings):
        detail = f"There is no workspace in {folder}. Choose one with --workspace."
        yield Finding("database", "fault", detail)
        return
    try:
        storage = open_storage(settings)
    except TellapartError as error:
        yield Finding("database", "fault", str(error))
        return
    try:
        yield _database(storage)
        yield _champion(storage)
        yield _files(storage)
        yield _disk(settings)
        yield _jobs(storage)
    finally:
        storage.close()


def _database(storage: Storage) -> Finding:
    with storage.database.reading() as session:
        damage = damage_of(session)
    if damage is not None:
        detail = f"The database is damaged ({damage}). Restore tellapart.db from a backup."
        return Finding("database", "fault", detail)
    return Finding("database", "ok", f"It opens; its schema is {SCHEMA_REVISION}.")


def _champion(storage: Storage) -> Finding:
    registry = ModelRegistry(storage.database)
    version = registry.alias(CHAMPION)
    if version is None:
        detail = "No model is in service yet: import pictures, then `tellapart train`."
        return Finding("champion", "warning", detail)
    try:
        data = storage.blobs.read_checked(registry.get(version).served.content_hash)
    except TellapartError as error:
        return Finding("champion", "fault", f"Version {version} cannot serve. {error}")
    return Finding("champion", "ok", f"Version {version}: {len(data):,} bytes, as stored.")


def _files(storage: Storage) -> Finding:
    with storage.database.reading() as session:
        names = stored_names(session)
    missing = sorted(name for name in names if not storage.blobs.exists(name))
    if missing:
        shown = ", ".join(f"{name[:12]}…" for name in missing[:_NAMED])
        detail = (
            f"{len(missing):,} of {len(names):,} stored files are missing ({shown}). Restore the "
            "folder blobs from a backup; pictures can also be imported again."
        )
        return Finding("files", "fault", detail)
    return Finding("files", "ok", f"All {len(names):,} stored files are there.")


def _disk(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.workspace).free
    space = f"{free / 1024**3:,.1f} GB are free on the disk of {settings.workspace.absolute()}."
    if free < _LEAST_FREE_BYTES:
        detail = f"{space} A training may need more: free some space."
        return Finding("disk", "warning", detail)
    return Finding("disk", "ok", space)


def _jobs(storage: Storage) -> Finding:
    lost = JobQueue(storage.database, storage.settings).lost_ids()
    if lost:
        shown = ", ".join(lost[:_NAMED])
        detail = (
            f"{len(lost):,} jobs have lost their worker ({shown}). `tellapart serve` or "
            "`tellapart worker` goes on with them; `tellapart jobs cancel` ends one."
        )
        return Finding("jobs", "warning", detail)
    return Finding("jobs", "ok", "None has lost its worker.")
