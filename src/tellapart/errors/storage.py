"""What goes wrong with the workspace."""

from tellapart.errors.root import TellapartError


class StoreError(TellapartError):
    """The workspace cannot be read or written."""

    code = "store_error"
    title = "The workspace cannot be used"


class BlobNotFound(StoreError):
    """The database names a file that is not in the blob store."""

    code = "blob_not_found"
    title = "A stored file is missing"


class BlobDamaged(StoreError):
    """The bytes of a stored file are not those that it was stored with."""

    code = "blob_damaged"
    title = "A stored file is damaged"


class StorageFull(StoreError):
    """No space is left where the workspace is."""

    code = "storage_full"
    status = 507
    title = "The disk is full"


class DatabaseUnavailable(StoreError):
    """The database does not answer, is locked for long, or cannot be read or written."""

    code = "database_unavailable"
    status = 503
    title = "The database cannot be used now"


class WorkspaceUnusable(StoreError):
    """The workspace folder cannot be made, opened or migrated."""

    code = "workspace_unusable"
    title = "The workspace cannot be opened"


class BackupUnusable(StoreError):
    """A file is no backup, is damaged, or is of a newer release."""

    code = "backup_unusable"
    status = 422
    title = "The backup cannot be used"
