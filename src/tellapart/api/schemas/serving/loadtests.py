"""Load tests, as the page sees them."""

from datetime import datetime

from pydantic import BaseModel, Field

from tellapart.api.schemas.jobs import JobFailure
from tellapart.jobs.load_tests import LoadTestOptions, LoadTestParams, LoadTestResult, Scenario
from tellapart.store import tables
from tellapart.store.tables import JobStatus


class LoadTestRequest(LoadTestOptions):
    """What to run; every field has a good default."""

    url: str | None = Field(
        None, max_length=300, description="A server on this machine; by default this one."
    )


class LoadTest(BaseModel):
    """A load test: its options, how far it is, and what it measured.

    Its id is that of a job: `/api/jobs/{id}/events` tells each second how it goes, as metrics with
    the fields of a point, and `DELETE /api/jobs/{id}` stops it.
    """

    id: str
    status: JobStatus
    stage: str | None
    progress: float | None
    scenario: Scenario
    users: int
    spawn_rate: float
    duration_s: float
    url: str
    result: LoadTestResult | None
    report: str | None = Field(description="Address of Locust's own report, an HTML page.")
    error: JobFailure | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @classmethod
    def of(cls, row: tables.Job) -> "LoadTest":
        """A load test from the row of its job."""
        failure = None
        if row.error_code is not None:
            failure = JobFailure(code=row.error_code, detail=row.error_detail or "")
        options = LoadTestParams.model_validate(row.params).model_dump(exclude={"any_host"})
        result = None if row.result is None else LoadTestResult.model_validate(row.result)
        return cls(
            **options,
            id=row.id,
            status=row.status,
            stage=row.stage,
            progress=row.progress,
            result=result,
            report=None if result is None else f"/api/loadtests/{row.id}/report",
            error=failure,
            created_at=row.created_at,
            started_at=row.started_at,
            finished_at=row.finished_at,
        )


class LoadTestPage(BaseModel):
    """Load tests, newest first."""

    items: list[LoadTest]
    next_cursor: str | None
