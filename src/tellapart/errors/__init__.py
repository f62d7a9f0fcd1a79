"""Every error that Tellapart raises on purpose, in one tree below `TellapartError`.

A message says what came, what was expected and what to do. `code` is for programs and never
changes; `status` is the HTTP status that the API answers with.
"""

from tellapart.errors.data import (
    ConflictingLabels,
    DatasetError,
    DownloadFailed,
    ImageTooLarge,
    InvalidClassName,
    InvalidImage,
    NoClassesFound,
    NotAnImage,
    NotEnoughData,
    NothingToUndo,
    SourceError,
    SourceNotFound,
    TruncatedImage,
    UnsafeArchive,
)
from tellapart.errors.jobs import (
    AlreadyRunning,
    ForeignTarget,
    InvalidJob,
    JobCancelled,
    JobError,
    JobNotFound,
    JobNotResumable,
    LoadTestError,
    LoadTestFailed,
    TargetUnreachable,
)
from tellapart.errors.models import (
    BackboneUnavailable,
    MissingDependency,
    ModelError,
    ModelNotFound,
    ModelUnreadable,
    NoChampion,
    NoHeatMap,
    NotComparable,
    ParityError,
    PromotionRefused,
    TimeBudgetTooShort,
    TrainingError,
)
from tellapart.errors.requests import (
    AccessError,
    HostRefused,
    InvalidRequest,
    KeyRefused,
    NotFound,
    OriginRefused,
    Overloaded,
    PayloadTooLarge,
    RequestTimeout,
    ScopeTooSmall,
    UnsupportedMediaType,
    WrongFileCount,
)
from tellapart.errors.root import TellapartError
from tellapart.errors.storage import (
    BackupUnusable,
    BlobDamaged,
    BlobNotFound,
    DatabaseUnavailable,
    StorageFull,
    StoreError,
    WorkspaceUnusable,
)
