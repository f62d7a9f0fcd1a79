"""Every error that Tellapart raises on purpose.

TellapartError
├── InvalidImage            the bytes are not an image that we accept
│   ├── NotAnImage
│   ├── TruncatedImage
│   └── ImageTooLarge
├── SourceError             a data set cannot be read as one
│   ├── SourceNotFound
│   ├── UnsafeArchive
│   ├── NoClassesFound
│   └── DownloadFailed
├── DatasetError            the data set cannot be used for this
│   ├── NotEnoughData
│   ├── InvalidClassName
│   └── ConflictingLabels
├── TrainingError           a recipe cannot run, or its result cannot be trusted
│   ├── TimeBudgetTooShort
│   ├── MissingDependency
│   ├── BackboneUnavailable
│   └── ParityError
├── ModelError              a model version cannot be used
│   ├── ModelNotFound
│   ├── NoChampion
│   ├── ModelUnreadable
│   ├── NoHeatMap
│   ├── NotComparable
│   └── PromotionRefused
├── JobError                a job cannot be run, found or changed
│   ├── JobNotFound
│   ├── JobNotResumable
│   ├── AlreadyRunning
│   ├── InvalidJob
│   └── JobCancelled
├── LoadTestError           a load test cannot be run
│   ├── ForeignTarget
│   ├── TargetUnreachable
│   └── LoadTestFailed
├── StoreError              the workspace cannot be read or written
│   ├── BlobNotFound
│   ├── BlobDamaged
│   ├── StorageFull
│   ├── DatabaseUnavailable
│   ├── BackupUnusable
│   └── WorkspaceUnusable
├── AccessError             a request is not let in
│   ├── KeyRefused
│   ├── ScopeTooSmall
│   ├── HostRefused
│   └── OriginRefused
├── NotFound                an image, version or other named thing does not exist
├── InvalidRequest          an option or a value is not one that we accept
│   └── WrongFileCount      fewer or more files than this route takes
├── PayloadTooLarge         more bytes or files than a limit allows
├── RequestTimeout          the rest of a request did not come
├── UnsupportedMediaType    a body of a type that we do not read
└── Overloaded              too much work is waiting; try again

A message says what came, what was expected and what to do. `code` is for programs and never
changes; `status` is the HTTP status that the API answers with.
"""

from typing import ClassVar


class TellapartError(Exception):
    """Any other error; the detail says what happened and what to do."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong"


class InvalidImage(TellapartError):
    """The bytes are not an image that we accept."""

    code = "invalid_image"
    status = 422
    title = "The picture cannot be used"


class NotAnImage(InvalidImage):
    """The bytes are empty, or of no image format that we read."""

    code = "not_an_image"
    title = "Not a picture"


class TruncatedImage(InvalidImage):
    """The header is good, the pixels are cut off or damaged."""

    code = "truncated_image"
    title = "The picture is damaged"


class ImageTooLarge(InvalidImage):
    """The header announces more pixels than the limit; nothing was decoded."""

    code = "image_too_large"
    title = "The picture has too many pixels"


class SourceError(TellapartError):
    """A data set cannot be read as one."""

    code = "source_error"
    status = 422
    title = "The data set cannot be read"


class SourceNotFound(SourceError):
    """No such folder, file or built-in data set."""

    code = "source_not_found"
    title = "Data set not found"


class UnsafeArchive(SourceError):
    """The archive could harm this machine, or is not an archive."""

    code = "unsafe_archive"
    title = "The archive is refused"


class NoClassesFound(SourceError):
    """Images are there, but nothing says which class they belong to."""

    code = "no_classes"
    title = "No classes found"


class DownloadFailed(SourceError):
    """A data set could not be fetched from where it is published."""

    code = "download_failed"
    title = "The download failed"


class DatasetError(TellapartError):
    """The data set cannot be used for this."""

    code = "dataset_error"
    status = 409
    title = "The data set is not ready"


class NotEnoughData(DatasetError):
    """Too few classes or images to train and to judge a model."""

    code = "not_enough_data"
    title = "Not enough data"


class InvalidClassName(DatasetError):
    """A class name is empty, too long or has characters that cannot be shown."""

    code = "invalid_class_name"
    status = 422
    title = "The class name cannot be used"


class ConflictingLabels(DatasetError):
    """A metadata file says two things of one image."""

    code = "conflicting_labels"
    status = 422
    title = "The labels contradict each other"


class TrainingError(TellapartError):
    """A recipe cannot run, or its result cannot be trusted."""

    code = "training_failed"
    title = "Training failed"


class TimeBudgetTooShort(TrainingError):
    """Nothing could be gained in the time that is left."""

    code = "time_budget_too_short"
    title = "The time budget is too short"


class MissingDependency(TrainingError):
    """An optional package is not installed."""

    code = "missing_dependency"
    status = 501
    title = "A package is not installed"


class BackboneUnavailable(TrainingError):
    """No such backbone, or its weights cannot be read."""

    code = "backbone_unavailable"
    status = 422
    title = "The backbone cannot be used"


class ParityError(TrainingError):
    """The exported model answers differently from the trained one; it is not kept."""

    code = "parity_failed"
    title = "The export does not agree with the model"


class ModelError(TellapartError):
    """A model version cannot be used."""

    code = "model_error"
    title = "The model cannot be used"


class ModelNotFound(ModelError):
    """No model has this version number."""

    code = "model_not_found"
    status = 404
    title = "No such model"


class NoChampion(ModelError):
    """No model is in service yet."""

    code = "no_champion"
    status = 503
    title = "No model is in service"


class ModelUnreadable(ModelError):
    """The file is no model package of ours, or it is damaged."""

    code = "model_unreadable"
    title = "The model cannot be read"


class NoHeatMap(ModelError):
    """The model does not tell where it looks."""

    code = "no_heat_map"
    status = 409
    title = "No heat map"


class NotComparable(ModelError):
    """Two versions have no test images in common."""

    code = "not_comparable"
    status = 409
    title = "The versions cannot be compared"


class PromotionRefused(ModelError):
    """The version cannot become champion."""

    code = "promotion_refused"
    status = 409
    title = "Not promoted"


class JobError(TellapartError):
    """A job cannot be run, found or changed."""

    code = "job_error"
    title = "The job failed"


class JobNotFound(JobError):
    """No job has this id."""

    code = "job_not_found"
    status = 404
    title = "No such job"


class JobNotResumable(JobError):
    """The job has not ended, has succeeded, or keeps no checkpoints."""

    code = "job_not_resumable"
    status = 409
    title = "The job cannot be resumed"


class AlreadyRunning(JobError):
    """Work of this kind runs or waits already, in the job `job_id`."""

    code = "already_running"
    status = 409
    title = "Already running"

    def __init__(self, message: str, job_id: str | None = None) -> None:
        super().__init__(message)
        self.job_id = job_id


class InvalidJob(JobError):
    """The row of a job has a kind or parameters that this release cannot use."""

    code = "invalid_job"
    status = 409
    title = "The job cannot be run"


class JobCancelled(JobError):
    """Somebody asked for the job to stop."""

    code = "cancelled"
    status = 409
    title = "Cancelled"


class LoadTestError(TellapartError):
    """A load test cannot be run."""

    code = "load_test_error"
    title = "The load test cannot be run"


class ForeignTarget(LoadTestError):
    """The server is not on this machine."""

    code = "foreign_target"
    status = 422
    title = "Not a server on this machine"


class TargetUnreachable(LoadTestError):
    """No server answers at the address."""

    code = "target_unreachable"
    status = 422
    title = "No server answers"


class LoadTestFailed(LoadTestError):
    """Locust ended before its time, or measured nothing."""

    code = "load_test_failed"
    title = "The load test failed"


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


class AccessError(TellapartError):
    """A request is not let in."""

    code = "access_refused"
    status = 403
    title = "Not allowed"


class KeyRefused(AccessError):
    """A key is needed, and none came that is good."""

    code = "key_refused"
    status = 401
    title = "A key is needed"


class ScopeTooSmall(AccessError):
    """The key is good, but not for this."""

    code = "scope_too_small"
    title = "The key is not good for this"


class HostRefused(AccessError):
    """The server is asked under a name that is not one of its own."""

    code = "host_refused"
    status = 421
    title = "Not a name of this server"


class OriginRefused(AccessError):
    """A page of another origin asks for a change."""

    code = "origin_refused"
    title = "A page of another origin asks"


class NotFound(TellapartError):
    """An image, version or other named thing does not exist."""

    code = "not_found"
    status = 404
    title = "Not found"


class InvalidRequest(TellapartError):
    """An option or a value is not one that we accept."""

    code = "invalid_request"
    status = 422
    title = "The request cannot be used"


class WrongFileCount(InvalidRequest):
    """Fewer or more files than this route takes."""

    code = "wrong_file_count"
    status = 400
    title = "Not this many files"


class PayloadTooLarge(TellapartError):
    """More bytes or files than a limit allows."""

    code = "payload_too_large"
    status = 413
    title = "Too much at once"


class RequestTimeout(TellapartError):
    """The rest of a request did not come in time."""

    code = "request_timeout"
    status = 408
    title = "The request did not go on"


class UnsupportedMediaType(TellapartError):
    """A body of a type that we do not read."""

    code = "unsupported_media_type"
    status = 415
    title = "This kind of body is not read"


class Overloaded(TellapartError):
    """Too much work is waiting; try again."""

    code = "overloaded"
    status = 503
    title = "Busy"
