"""Make a file of a model version that was not made when it was trained, and prove it."""

from tellapart.dataset.versions import labeled_images
from tellapart.jobs.contracts import ExportParams, ExportResult
from tellapart.jobs.worker import JobReporter
from tellapart.package.keras_files import check_keras_parity, probe_to_keras
from tellapart.registry.versions import ModelRegistry
from tellapart.store.storage import Storage
from tellapart.store.temporary_files import temporary_folder

_PARITY_IMAGES = 16


def export_model(storage: Storage, params: ExportParams, reporter: JobReporter) -> ExportResult:
    """Make the `keras` or `h5` file of a version from its ONNX package.

    Raises:
        ModelNotFound: no model has this number.
        MissingDependency: Keras is not installed.
        ParityError: the file answers differently from the ONNX package; it is not kept.
    """
    version, name = params.version, params.format
    registry = ModelRegistry(storage.database)
    onnx = storage.blobs.read_checked(registry.get(version).artifact("onnx").content_hash)
    reporter.stage("Building the Keras model", None)
    with temporary_folder() as folder:
        path = folder / f"model.{name}"
        probe_to_keras(onnx, path, name)
        reporter.check_cancelled()
        reporter.stage("Comparing it with the ONNX model", None)
        check_keras_parity(path, onnx, _images(storage, registry, version))
        data = path.read_bytes()
    registry.add_artifact(version, name, storage.blobs.put(data), len(data))
    return ExportResult(version=version, format=name, size_bytes=len(data))


def _images(storage: Storage, registry: ModelRegistry, version: int) -> list[bytes]:
    dataset_version = registry.get(version).row.dataset_version
    with storage.database.reading() as session:
        images = labeled_images(session, dataset_version)
    test = [image.content_hash for image in images if image.split == "test"]
    return [storage.blobs.read(name) for name in test[:_PARITY_IMAGES]]
