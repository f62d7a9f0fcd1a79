from collections.abc import Callable, Iterator
from functools import partial

import pytest
from fastapi.testclient import TestClient

from tellapart.api.app import create_app
from tellapart.api.services import Services
from tellapart.jobs.worker import run_job
from tellapart.settings import Settings
from tellapart.store.tables import Job
from tellapart.workflows.run_workflow import run_workflow
from tests.support.models.packages import register_colour_model


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """No worker process is started: a test runs the jobs itself, by `work`."""
    small = {"job_poll_s": 3600.0, "max_image_bytes": 200_000, "max_upload_bytes": 400_000}
    return settings.model_copy(update={**small, "max_loose_images": 20})


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    """A running server without a model."""
    with TestClient(create_app(settings), raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def services(client: TestClient) -> Services:
    """What the server works with."""
    found: Services = client.app.state.services  # type: ignore[attr-defined]
    return found


@pytest.fixture
def champion(services: Services) -> int:
    """A model that names colours, in service."""
    version = register_colour_model(services.storage)
    services.registry.promote(version, "test")
    services.champion.refresh()
    return version


@pytest.fixture
def work(services: Services) -> Callable[[], Job]:
    """Runs the job that waits longest to its end, and returns it."""

    def run() -> Job:
        job = services.jobs.claim("test")
        assert job is not None
        run_job(services.jobs, job, partial(run_workflow, services.storage), lease_s=60)
        return services.jobs.get(job.id)

    return run
