"""What each kind of job is given, and what comes out of it: one model each, declared here alone.

The command line, HTTP bodies, `Workspace`, the queue and the workers all use these. Parameters
are checked when a job is submitted and again when a worker has claimed it; unknown fields
are refused. Results are read leniently: a row of another release may have more or fewer.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from tellapart.errors import InvalidJob
from tellapart.evaluation.metrics import ModelMetrics
from tellapart.images.preprocessing import ResizeMode
from tellapart.jobs.load_tests import LoadTestParams
from tellapart.jobs.payloads import DurationText, JobParams, JobResult, Text, duration_s, in_words
from tellapart.store.tables import Job

BUILT_IN_BACKBONE = "efficientnet-lite0"
# A network of one's own, as an ONNX file: `onnx:/path/network.onnx`.
ONNX_SCHEME = "onnx:"

Recipe = Literal["probe", "scratch", "finetune"]
RecipeChoice = Literal["auto", Recipe]
PromotionChoice = Literal["auto", "always", "never"]
# Where a user sends all images of an import; `auto` leaves it to the source and the shares.
SplitMode = Literal["auto", "train", "test"]
# How an import groups images that no split may part: by what their names show, not at all, or by a
# regular expression.
GROUP_BY_NAME, GROUP_BY_NOTHING = "auto", "none"
_LONGEST_PATTERN = 200
KerasFormat = Literal["keras", "h5"]
ModelFormat = Literal["onnx", "int8", KerasFormat]
ExportFormat = Literal[ModelFormat, "labels"]
MODEL_FORMATS: tuple[ModelFormat, ...] = get_args(ModelFormat)


def _group_rule(text: str) -> str:
    try:
        if not text.strip():
            raise ValueError("it is empty")  # noqa: TRY301 - told as the others are
        re.compile(text)
    except (ValueError, re.error, OverflowError, RecursionError) as error:
        raise ValueError(
            f"{text!r} is no regular expression: {error}. Write auto, none, or one such as "
            r"(patient\d+)_ whose parentheses hold what the names of a group share"
        ) from None
    return text


_GroupBy = Annotated[Text, Field(max_length=_LONGEST_PATTERN), AfterValidator(_group_rule)]


class RejectedFile(BaseModel):
    """A file that an import could not use, and why."""

    name: str
    code: str
    reason: str


class ImportResult(JobResult):
    """What an import did."""

    source: str
    added: int = Field(0, description="Pictures that are new in the data set.")
    labeled: int = Field(0, description="Unlabelled pictures of the data set that got their class.")
    duplicates: int = Field(
        0, description="Pictures that were there already, or twice in the source."
    )
    conflicts: int = Field(0, description="Pictures that are there already under another class.")
    quarantined: int = Field(0, description="Files that could not be used; their bytes are kept.")
    unlabeled: int = Field(0, description="Added pictures that came without a class.")
    skipped: dict[str, int] = Field({}, description="Files that are no pictures, by kind.")
    skipped_examples: dict[str, list[str]] = Field({}, description="Names of a few, by kind.")
    notes: list[str] = Field([], description="What is remarkable, in sentences.")
    rejected: list[RejectedFile] = Field(
        [], description="The first hundred quarantined files, and why."
    )
    groups: int = Field(0, description="Groups of pictures that are kept together in a split.")
    classes: dict[str, int] = Field({}, description="Added pictures of each class.")
    issues: dict[str, int] = Field({}, description="Open issues of the whole data set, by kind.")
    dataset_version: int | None = None


class ImportOptions(BaseModel):
    """What can be chosen for an import."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    split: SplitMode = Field("auto", description="Put all pictures into this split.")
    unlabeled: bool = Field(False, description="Take the pictures without their classes.")
    group_by: _GroupBy = Field(
        GROUP_BY_NAME,
        description="Which pictures go to one split together: `auto`, those whose names show it "
        "(`track12_frame03`); `none`; or a regular expression, those in whose path it finds the "
        "same (in its first parentheses, if it has any).",
    )


class ImportParams(ImportOptions, JobParams[ImportResult]):
    """An import.

    `source` is what `open_source` understands; `name` is what to call it, where it has another
    name for people. An upload is removed when it is in (`delete_source`).
    """

    kind = "import"
    result = ImportResult

    source: str
    name: str | None = None
    author: str = ""
    delete_source: bool = False


class CheckResult(JobResult):
    """What a check of the whole data set found: open issues, by kind."""

    dataset_version: int
    issues: dict[str, int]
    moved: int = Field(
        0,
        description="Pictures that were moved to the split of their near-duplicates, or of their "
        "group, since nothing was trained before.",
    )
    labels: str | None = Field(
        None, description="How far wrong labels could be told; null where none can be judged."
    )


class CheckParams(JobParams[CheckResult]):
    """A check of the whole data set, or of its labels alone."""

    kind = "check"
    result = CheckResult

    labels_only: bool = Field(
        False,
        description="Judge the labels of checked pictures anew, if a training has found features "
        "that tell the classes apart better; leave all else as the last check has found it.",
    )


class PseudoLabelResult(BaseModel):
    """Pseudo-labels of one training: how many were used and left, by class, and left by why.

    `dataset_version` has them; null when there is none. `kept` is false once they were taken back.
    """

    model_config = ConfigDict(protected_namespaces=())

    model_version: int = Field(description="The version that said them.")
    weight: float = Field(description="How much one counts beside a label of a person.")
    used: dict[str, int]
    left: dict[str, int]
    reasons: dict[str, int]
    dataset_version: int | None
    kept: bool = True


NothingCause = Literal[
    "missing_libraries", "untrainable_backbone", "no_validation", "nothing_to_win",
    "too_little_time", "nothing_gained", "failed",
]  # fmt: skip


class BroughtNothing(BaseModel):
    """A recipe that was left out, or tried and came to nothing."""

    recipe: Recipe
    cause: NothingCause
    reason: str = Field(description="A sentence for people.")


class TrainingResult(JobResult):
    """What a training did; `metrics` are those of the test split.

    `imported` is what came of the upload that was imported first, if there was one.
    """

    model_version: int = Field(description="The proposed one of `versions`.")
    promoted: bool
    reason: str
    metrics: ModelMetrics
    versions: list[int] = Field(description="All that were registered.")
    compared: list[str] = Field(
        default_factory=list, description="What was compared and what was chosen, in words."
    )
    brought_nothing: BroughtNothing | None = Field(
        None, description="A recipe without which it ended; null where each gave a version."
    )
    leaks: int | None = Field(
        None, description="Test pictures with a near-duplicate in train or validation."
    )
    imported: ImportResult | None = None
    pseudo_labels: PseudoLabelResult | None = Field(None, description="Null when not asked for.")


class TrainOptions(BaseModel):
    """How to train; every field has a good default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    recipe: RecipeChoice = "auto"
    backbone: Text | None = Field(
        None,
        max_length=400,
        description="Network of `probe` and `finetune`: `efficientnet-lite0`, the built-in one; "
        "the name of one of `keras.applications`; or NAME for `backbones/NAME.onnx` in the "
        "workspace. By default that of the version in service, or the built-in one.",
    )
    epochs: int | None = Field(None, ge=1, le=1000)
    time_budget: DurationText | None = Field(None, description="Such as `90s`, `10m`, `1h`.")
    seed: int = Field(0, ge=0, lt=2**32)
    resize_mode: ResizeMode | None = None
    promote: PromotionChoice = "auto"
    pseudo_labels: bool = Field(
        False,
        description="Train also on what the champion is sure of, of the pictures without a class.",
    )
    batch_id: int | None = Field(
        None, description="Pseudo-labels only for the pictures of this upload."
    )

    @property
    def time_budget_s(self) -> float | None:
        """The time budget in seconds."""
        return None if self.time_budget is None else duration_s(self.time_budget)


class TrainParams(TrainOptions, JobParams[TrainingResult]):
    """A training, and the upload that is imported first, if one came along."""

    kind = "train"
    result = TrainingResult

    upload: ImportParams | None = None


class ExportResult(JobResult):
    """A file of a version that was made."""

    version: int
    format: KerasFormat
    size_bytes: int


class ExportParams(JobParams[ExportResult]):
    """Which file of which version to make."""

    kind = "export"
    result = ExportResult

    version: int = Field(ge=1)
    format: KerasFormat


class CurvePoint(BaseModel):
    """Accuracy, 0 to 1, of a head that learned from a share of the training images."""

    share: float
    images: int = Field(description="Training images with a label; pseudo-labels do not count.")
    accuracy: float
    low: float = Field(description="Lower end of the 95% interval.")
    high: float


class LearningCurve(JobResult):
    """How the accuracy grows with the training images, and whether more would help."""

    points: list[CurvePoint]
    expected_gain: float = Field(
        description="What twice as many pictures would add to the accuracy, 0 to 1."
    )
    worth_more: bool
    verdict: str


class LearningCurveResult(LearningCurve):
    """The learning curve of a version of the data set."""

    dataset_version: int


class LearningCurveParams(JobParams[LearningCurveResult]):
    """A learning curve, which has no options."""

    kind = "learning_curve"
    result = LearningCurveResult


class ProposalResult(JobResult):
    """Which version was asked about images without a class, and how many were new to it."""

    model_version: int
    proposed: int


class ProposalParams(JobParams[ProposalResult]):
    """Asking the champion about images without a class, which has no options."""

    kind = "propose_labels"
    result = ProposalResult


AnyJobParams = (
    ImportParams
    | CheckParams
    | TrainParams
    | ExportParams
    | LearningCurveParams
    | ProposalParams
    | LoadTestParams
)
CONTRACTS: Mapping[str, type[AnyJobParams]] = {
    contract.kind: contract for contract in get_args(AnyJobParams)
}


def params_of(job: Job) -> AnyJobParams:
    """The parameters of a job from its row.

    Raises:
        InvalidJob: this release knows no such job.
    """
    contract = CONTRACTS.get(job.kind)
    if contract is None:
        raise InvalidJob(
            f"This release of Tellapart knows no job of the kind {job.kind!r}. Update Tellapart "
            "on this machine, or start the work anew."
        )
    try:
        return contract.model_validate(job.params)
    except ValidationError as error:
        raise InvalidJob(
            f"The options of this job cannot be used: {in_words(error.errors())}. It comes from "
            "another release of Tellapart; start the work anew."
        ) from None


def result_of(job: Job) -> JobResult | None:
    """The result of a job from its row; None when there is none that this release can read."""
    contract = CONTRACTS.get(job.kind)
    if contract is None or job.result is None:
        return None
    try:
        return contract.result.model_validate(job.result)
    except ValidationError:
        return None
