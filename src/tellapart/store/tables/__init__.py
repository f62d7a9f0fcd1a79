"""The tables, by the room that writes them. A row is written only after the blobs that it names.

Images and their place in the data set are apart: an `Image` is what the bytes are, a
`DatasetEntry` is what somebody says of them, from one dataset version until another. A version
is therefore as cheap as its change, and never altered.
"""

from tellapart.store.tables.access import SCOPES, AccessKey, Scope
from tellapart.store.tables.columns import Table, UtcDateTime, now
from tellapart.store.tables.dataset import (
    SPLITS,
    DatasetEntry,
    DatasetVersion,
    Embedding,
    Image,
    ImageClass,
    LabelOrigin,
    Split,
)
from tellapart.store.tables.intake import QuarantinedFile, UploadBatch
from tellapart.store.tables.jobs import Job, JobEvent, JobKind, JobStatus
from tellapart.store.tables.labeling import (
    DataAdvice,
    LabelProposal,
    ReviewBatch,
    ReviewLease,
    ReviewPlace,
    ReviewReason,
    ReviewSkip,
)
from tellapart.store.tables.monitoring import LoggedPrediction, PredictionFeedback, PredictionRollup
from tellapart.store.tables.quality import (
    ISSUE_KINDS,
    ImageCheck,
    ImageIssue,
    IssueKind,
    QualitySummary,
)
from tellapart.store.tables.registry import ModelAlias, ModelArtifact, ModelVersion, Promotion
