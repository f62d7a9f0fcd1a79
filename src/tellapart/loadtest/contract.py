"""What a load test is given, and what comes out of it."""

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tellapart.errors import InvalidRequest

_UNITS_S = {"": 1, "s": 1, "m": 60, "h": 3600}
Scenario = Literal["classic", "predict", "all"]


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
    duration_s: float = Field(60, ge=1, le=3600, description="How long it lasts, in seconds.")


class LoadTestParams(LoadTestOptions):
    """A load test of the server at `url`, which is on this machine unless `any_host` is set."""

    url: str = Field(max_length=300)
    any_host: bool = False


def checked_load_test(
    *,
    url: str,
    scenario: Scenario,
    users: int,
    spawn_rate: float,
    duration: str,
    any_host: bool = False,
) -> LoadTestParams:
    """The parameters of a load test of a duration in words (`90s`, `10m`, `1h`).

    Raises:
        InvalidRequest: one of them is not possible.
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", duration.strip(), re.ASCII)
    if found is None:
        raise InvalidRequest(f"{duration[:40]!r} is no duration. Write it like 30s, 5m or 1h.")
    try:
        return LoadTestParams(
            url=url, scenario=scenario, users=users, spawn_rate=spawn_rate,
            duration_s=float(found[1]) * _UNITS_S[found[2]], any_host=any_host,
        )  # fmt: skip
    except ValidationError as error:
        faults = [f"{fault['loc'][0]}: {fault['msg']}" for fault in error.errors()]
        raise InvalidRequest(f"{'; '.join(faults)}.") from None


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


class LoadTestMachine(BaseModel):
    """Where the load came from, which is where the server runs, unless it is a foreign one."""

    cpu: str
    cores: int
    memory_gb: float | None
    python: str


class LoadTestResult(BaseModel):
    """What a load test measured."""

    url: str
    total: EndpointLoad
    endpoints: list[EndpointLoad]
    errors: list[LoadError]
    points: list[LoadPoint] = Field(description="At most 300, evenly over the whole time.")
    machine: LoadTestMachine
    tellapart_version: str
    model_version: int | None = Field(description="The champion when it began.")
    report_hash: str = Field(description="Locust's report, as a blob.")
