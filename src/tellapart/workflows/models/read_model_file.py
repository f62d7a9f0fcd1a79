"""The bytes of a file of a model version."""

from typing import get_args

from tellapart.jobs.contracts import ExportFormat, KerasFormat
from tellapart.registry.versions import ModelRegistry
from tellapart.store.storage import Storage


def read_model_file(storage: Storage, version: int, export_format: ExportFormat) -> bytes | None:
    """A file of a version; None for one that `export_model` has to make first.

    `labels` are the class names in the order of the probabilities, one a line.

    Raises:
        ModelNotFound: no model has this number.
        NotFound: it has no int8 file: that was no faster, or less accurate.
        BlobNotFound, BlobDamaged: the file is lost or damaged.
    """
    found = ModelRegistry(storage.database).get(version)
    if export_format == "labels":
        return "".join(f"{name}\n" for name in found.row.class_names).encode()
    made = {file.format for file in found.artifacts}
    if export_format in get_args(KerasFormat) and export_format not in made:
        return None
    return storage.blobs.read_checked(found.artifact(export_format).content_hash)
