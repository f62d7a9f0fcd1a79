"""Long work, as the page sees it."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, RootModel

from tellapart.errors import InvalidJob
from tellapart.jobs.contracts import (
    CONTRACTS,
    CheckParams,
    CheckResult,
    ExportParams,
    ExportResult,
    ImportOptions,
    ImportParams,
    ImportResult,
    LearningCurveParams,
    LearningCurveResult,
    ProposalParams,
    ProposalResult,
    TrainingResult,
    TrainOptions,
    TrainParams,
    params_of,
    result_of,
)
from tellapart.jobs.load_tests import LoadTestParams, LoadTestResult
from tellapart.store import tables
from tellapart.store.pages import Page
from tellapart.store.tables import JobStatus


class JobFailure(BaseModel):
    """Why a job failed."""

    code: str
    detail: str


class JobState(BaseModel):
    """How a piece of long work stands."""

    id: str
    status: JobStatus
    stage: str | None = Field(description="What is being done now, in words.")
    progress: float | None = Field(ge=0, le=1, description="Share done; null while unknown.")
    error: JobFailure | None
    cancel_requested: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class ShownImport(ImportOptions):
    """The options of an import, without where its files are."""

    name: str | None
    author: str


class ImportJob(JobState):
    """An import."""

    kind: Literal["import"]
    params: ShownImport | None
    result: ImportResult | None


class CheckJob(JobState):
    """A check of the whole data set."""

    kind: Literal["check"]
    params: CheckParams | None
    result: CheckResult | None


class ShownTraining(TrainOptions):
    """The options of a training, and the upload that is imported first."""

    upload: ShownImport | None


class TrainJob(JobState):
    """A training."""

    kind: Literal["train"]
    params: ShownTraining | None
    result: TrainingResult | None


class ExportJob(JobState):
    """A model file that is made."""

    kind: Literal["export"]
    params: ExportParams | None
    result: ExportResult | None


class LearningCurveJob(JobState):
    """A learning curve that is computed."""

    kind: Literal["learning_curve"]
    params: LearningCurveParams | None
    result: LearningCurveResult | None


class ProposalJob(JobState):
    """The champion is asked about images without a class."""

    kind: Literal["propose_labels"]
    params: ProposalParams | None
    result: ProposalResult | None


class LoadTestJob(JobState):
    """A load test."""

    kind: Literal["loadtest"]
    params: LoadTestParams | None
    result: LoadTestResult | None


class Job(
    RootModel[
        Annotated[
            ImportJob
            | CheckJob
            | TrainJob
            | ExportJob
            | LearningCurveJob
            | ProposalJob
            | LoadTestJob,
            Field(discriminator="kind"),
        ]
    ]
):
    """A piece of long work.

    `result` is what came out, once it succeeded; `params` and `result` are null where they are of
    another release and cannot be read.
    """

    @classmethod
    def of(cls, row: tables.Job) -> "Job":
        """A job from its row.

        Raises:
            InvalidJob: this release knows no such kind.
        """
        failure = None
        if row.error_code is not None:
            failure = JobFailure(code=row.error_code, detail=row.error_detail or "")
        columns = {name: getattr(row, name) for name in JobState.model_fields if name != "error"}
        result = result_of(row)
        return cls.model_validate(
            {
                **columns,
                "kind": row.kind,
                "params": _shown_params(row),
                "result": None if result is None else result.model_dump(),
                "error": failure,
            }
        )


class JobPage(BaseModel):
    """Jobs, newest first."""

    items: list[Job]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[tables.Job]) -> "JobPage":
        """Jobs from their rows."""
        return cls(items=[Job.of(row) for row in page.items], next_cursor=page.next_cursor)


class JobEvent(BaseModel):
    """A line of a job's log; `data` has the figures of a training epoch, when it is one."""

    id: int
    type: Literal["log", "metric"]
    message: str
    data: dict[str, float] | None
    created_at: datetime


def _shown_params(row: tables.Job) -> BaseModel | None:
    try:
        params = params_of(row)
    except InvalidJob:
        if row.kind not in CONTRACTS:
            raise
        return None
    if isinstance(params, ImportParams):
        return _shown_import(params)
    if isinstance(params, TrainParams):
        upload = None if params.upload is None else _shown_import(params.upload)
        return ShownTraining(**params.model_dump(exclude={"upload"}), upload=upload)
    return params


def _shown_import(params: ImportParams) -> ShownImport:
    return ShownImport.model_validate(params.model_dump(include=set(ShownImport.model_fields)))
