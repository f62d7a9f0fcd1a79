"""What a load test is given, and what comes out of it."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from tellapart.jobs.payloads import JobParams, JobResult, seconds_in_words
from tellapart.runtime.machine import Machine

Scenario = Literal["classic", "predict", "all"]
_SHORTEST_S, _LONGEST_S = 1, 3600


def _length(value: object) -> object:
    if isinstance(value, str):
        found_s = seconds_in_words(value)
        return _bounded(-1 if found_s is None else found_s, value)
    return value


def _bounded(length_s: float, came: str | None = None) -> float:
    if not _SHORTEST_S <= length_s <= _LONGEST_S:
        raise ValueError(
            "A load test lasts from 1 second to 1 hour. Write it like 60, 60s, 5m or 1h; it is "
            f"{length_s if came is None else came[:40]!r}"
        )
    return length_s


# A number of seconds, or words.
_LoadTestSeconds = Annotated[
    float,
    AfterValidator(_bounded),
    BeforeValidator(_length, json_schema_input_type=float | str),
    Field(json_schema_extra={"minimum": _SHORTEST_S, "maximum": _LONGEST_S}),
]


class LoadTestOptions(BaseModel):
    """Who asks for what, and for how long."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    scenario: Scenario = Field(
        "classic",
        description="classic: two predictions to one look at the insights, by the root paths, "
        "with 1 to 3 s between; predict: predictions without a pause; all: what a page asks for.",
    )
    users: int = Field(20, ge=1, le=1000, description="How many ask at the same time.")
    spawn_rate: float = Field(5, gt=0, le=1000, description="How many of them come in a second.")
    duration_s: _LoadTestSeconds = Field(
        60, description="How long it lasts, in seconds or in words, such as `5m`; at most an hour."
    )


class EndpointLoad(BaseModel):
    """How one kind of request was answered; latencies are in ms."""

    method: str
    name: str
    requests: int
    failures: int
    requests_per_second: float
    mean_ms: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float


class LoadError(BaseModel):
    """A kind of failure, and how often it came."""

    method: str
    name: str
    error: str
    count: int


class LoadPoint(BaseModel):
    """One moment of a load test; latencies are those of the seconds before it, in ms."""

    at_s: float = Field(description="Seconds since it began.")
    users: int
    requests_per_second: float
    failures_per_second: float
    p50_ms: float | None
    p95_ms: float | None


class LoadTestResult(JobResult):
    """What a load test measured."""

    url: str
    total: EndpointLoad
    endpoints: list[EndpointLoad]
    errors: list[LoadError]
    points: list[LoadPoint] = Field(description="At most 300, evenly over the whole time.")
    machine: Machine
    tellapart_version: str
    model_version: int | None = Field(description="The champion when it began.")
    report_hash: str = Field(description="Locust's report, as a blob.")


class LoadTestParams(LoadTestOptions, JobParams[LoadTestResult]):
    """A load test of the server at `url`, which is on this machine unless `any_host` is set."""

    kind = "loadtest"
    result = LoadTestResult

    url: str = Field(max_length=300)
    any_host: bool = False
