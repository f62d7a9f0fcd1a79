"""Put a server under load, and keep what was measured."""

from tellapart.jobs.load_tests import (
    LoadPoint,
    LoadTestParams,
    LoadTestResult,
)
from tellapart.jobs.progress import ProgressReporter
from tellapart.jobs.queue import JobQueue
from tellapart.loadtest.runner import require_locust, run_locust
from tellapart.loadtest.targets import check_alive, check_target
from tellapart.registry.versions import CHAMPION, ModelRegistry
from tellapart.runtime.machine import this_machine
from tellapart.store.storage import Storage
from tellapart.store.tables import Job
from tellapart.version import VERSION


def submit_load_test(
    jobs: JobQueue,
    params: LoadTestParams,
    *,
    known_alive: bool = False,
    run_elsewhere: bool = False,
) -> Job:
    """Queue a load test, once it is clear that it can be run; one runs at a time.

    Args:
        jobs: the queue.
        params: what to run, and of which server.
        known_alive: the server is known to answer.
        run_elsewhere: a worker of another machine does it, and says itself what it lacks.

    Raises:
        InvalidRequest, ForeignTarget, TargetUnreachable: the server cannot be asked.
        MissingDependency: Locust is not installed.
        AlreadyRunning: another load test runs or waits.
    """
    if not run_elsewhere:
        require_locust()
    url = check_target(params.url, any_host=params.any_host)
    if not known_alive:
        check_alive(url)
    return jobs.submit(params.model_copy(update={"url": url}), alone=True)


def run_load_test(
    storage: Storage, params: LoadTestParams, reporter: ProgressReporter
) -> LoadTestResult:
    """Run a load test to its end; Locust's report is kept as a blob.

    Raises:
        InvalidRequest, ForeignTarget, TargetUnreachable: the server cannot be asked.
        MissingDependency: Locust is not installed.
        LoadTestFailed: it did not run to its end.
        JobCancelled: it was cancelled.
    """
    url = check_target(params.url, any_host=params.any_host)
    options = params.model_copy(update={"url": url})
    check_alive(options.url)
    champion = ModelRegistry(storage.database).alias(CHAMPION)
    shown: LoadPoint | None = None

    def follow(point: LoadPoint) -> None:
        nonlocal shown
        reporter.check_cancelled()
        if point == shown:
            return
        shown = point
        reporter.stage(f"{point.users} users", min(1.0, point.at_s / options.duration_s))
        figures = point.model_dump(exclude_none=True)
        reporter.log(f"{point.requests_per_second:g} requests a second", **figures)

    reporter.stage("Starting", 0.0)
    key = storage.settings.loadtest_key or storage.settings.admin_key
    found = run_locust(options, follow, key=key)
    return LoadTestResult(
        url=options.url,
        total=found.total,
        endpoints=found.endpoints,
        errors=found.errors,
        points=found.points,
        machine=this_machine(),
        tellapart_version=VERSION,
        model_version=champion,
        report_hash=storage.blobs.put(found.report),
    )
