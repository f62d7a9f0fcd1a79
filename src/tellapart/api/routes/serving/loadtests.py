"""Load tests of this server, or of another one on this machine."""

from typing import Annotated

from fastapi import APIRouter, Body, Query, Request, Response

from tellapart.api.problems.responses import PROBLEMS
from tellapart.api.schemas.serving.loadtests import LoadTest, LoadTestPage, LoadTestRequest
from tellapart.api.services import Services, ServicesDep
from tellapart.api.uploads.bodies import SmallBodyRoute
from tellapart.errors import InvalidRequest, NotFound
from tellapart.jobs.load_tests import LoadTestParams, LoadTestResult
from tellapart.store.tables import Job, JobKind
from tellapart.workflows.serving.run_load_test import submit_load_test

router = APIRouter(prefix="/api/loadtests", tags=["load tests"], route_class=SmallBodyRoute)

_KIND: JobKind = "loadtest"
# The report is a page with scripts of its own: it may run them, and do nothing else here.
_REPORT_HEADERS = {
    "Content-Security-Policy": "sandbox allow-scripts allow-downloads; default-src 'unsafe-inline' "
    "data: blob:; base-uri 'none'; form-action 'none'",
    "Cache-Control": "private, max-age=31536000, immutable",
}
# A page in a sandbox has no storage, and Locust's does not start without one.
_NO_STORAGE = b"""<head><script>Object.defineProperty(window, "localStorage", {
  value: {getItem: () => null, setItem() {}, removeItem() {}}})</script>"""


@router.post("", status_code=202, responses=PROBLEMS[409, 413, 422, 501])
def start_load_test(
    request: Request,
    services: ServicesDep,
    body: Annotated[LoadTestRequest, Body(default_factory=LoadTestRequest)],
) -> LoadTest:
    """Start a load test of this server, or of another one on this machine; one runs at a time."""
    settings = services.storage.settings
    known = settings.loadtest_url
    own = known is not None and body.url in (None, known)
    url = body.url or known or _own_address(request)
    params = LoadTestParams(**body.model_dump(exclude={"url"}), url=url, any_host=own)
    job = submit_load_test(
        services.jobs,
        params,
        # This server answers: it does so now.
        known_alive=own or body.url is None,
        run_elsewhere=not settings.local_workers,
    )
    return LoadTest.of(job)


@router.get("", responses=PROBLEMS[422])
def list_load_tests(
    services: ServicesDep,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
    cursor: str | None = None,
) -> LoadTestPage:
    """Load tests, newest first."""
    page = services.jobs.page(kind=_KIND, limit=limit, cursor=cursor)
    return LoadTestPage(
        items=[LoadTest.of(job) for job in page.items], next_cursor=page.next_cursor
    )


@router.get("/{load_test_id}", responses=PROBLEMS[404, 422])
def get_load_test(load_test_id: str, services: ServicesDep) -> LoadTest:
    """One load test."""
    return LoadTest.of(_existing(services, load_test_id))


@router.get(
    "/{load_test_id}/report",
    response_class=Response,
    responses={200: {"content": {"text/html": {}}}, **PROBLEMS[404, 422]},
)
def get_load_test_report(load_test_id: str, services: ServicesDep) -> Response:
    """Locust's own report, an HTML page of one file."""
    job = _existing(services, load_test_id)
    if job.result is None:
        raise NotFound(
            f"Load test {job.id} is {job.status}; it has a report once it has succeeded. Wait for "
            "its end, or start another."
        )
    report = services.storage.blobs.read(LoadTestResult.model_validate(job.result).report_hash)
    report = report.replace(b"<head>", _NO_STORAGE, 1)
    name = {"Content-Disposition": f'inline; filename="load-test-{job.id}.html"'}
    headers = {**_REPORT_HEADERS, **name}
    return Response(report, media_type="text/html; charset=utf-8", headers=headers)


def _existing(services: Services, load_test_id: str) -> Job:
    job = services.jobs.get(load_test_id)
    if job.kind != _KIND:
        raise NotFound(f"Job {job.id} is no load test. GET /api/loadtests lists those there are.")
    return job


def _own_address(request: Request) -> str:
    server = request.scope.get("server")
    if not server or server[1] is None:
        raise InvalidRequest("This server does not know its own port; name its address as `url`.")
    return f"http://127.0.0.1:{server[1]}"
