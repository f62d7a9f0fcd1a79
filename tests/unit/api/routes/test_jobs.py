import json
import threading
import time

import pytest
from fastapi.testclient import TestClient

from tellapart.api.services import Services
from tellapart.jobs.contracts import ImportParams, TrainParams
from tellapart.store.tables import Job
from tests.support.jobs import AN_IMPORT, trained
from tests.support.problems import assert_problem


def claimed(services: Services) -> Job:
    job = services.jobs.claim("one")
    assert job is not None
    return job


def events(text: str) -> list[tuple[str, dict[str, object]]]:
    """The events of a stream: name and data."""
    found = []
    for block in text.split("\n\n"):
        fields = dict(
            line.split(": ", 1) for line in block.splitlines() if not line.startswith(":")
        )
        if fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def test_jobs_newest_first(client: TestClient, services: Services) -> None:
    ids = [services.jobs.submit(ImportParams(source=str(n))).id for n in range(3)]
    first = client.get("/api/jobs?limit=2").json()
    assert [job["id"] for job in first["items"]] == [ids[2], ids[1]]
    second = client.get(f"/api/jobs?limit=2&cursor={first['next_cursor']}").json()
    assert [job["id"] for job in second["items"]] == [ids[0]]


def test_jobs_of_one_kind(client: TestClient, services: Services) -> None:
    training = services.jobs.submit(TrainParams()).id
    services.jobs.submit(AN_IMPORT)
    found = client.get("/api/jobs?kind=train").json()["items"]
    assert [job["id"] for job in found] == [training]
    assert_problem(client.get("/api/jobs?kind=party"), 422, "invalid_request", "query")


@pytest.mark.parametrize("job_id", ["nonsense", "0", "%00", "x" * 1000, "%F0%9F%90%88", "..%2F"])
def test_jobs_that_do_not_exist(client: TestClient, job_id: str) -> None:
    for found in (client.get(f"/api/jobs/{job_id}"), client.delete(f"/api/jobs/{job_id}")):
        assert found.status_code == 404
        assert found.headers["content-type"] == "application/problem+json"
    assert_problem(client.get("/api/jobs/nonsense/events"), 404, "job_not_found")


def test_resume(client: TestClient, services: Services) -> None:
    job = services.jobs.submit(TrainParams())
    assert_problem(client.post(f"/api/jobs/{job.id}/resume"), 409, "job_not_resumable")
    client.delete(f"/api/jobs/{job.id}")
    found = client.post(f"/api/jobs/{job.id}/resume")
    assert found.status_code == 202
    assert (found.json()["id"], found.json()["status"]) == (job.id, "queued")
    assert_problem(client.post("/api/jobs/nonsense/resume"), 404, "job_not_found")


def test_cancel(client: TestClient, services: Services) -> None:
    waiting = services.jobs.submit(AN_IMPORT)
    found = client.delete(f"/api/jobs/{waiting.id}")
    assert (found.status_code, found.json()["status"]) == (202, "cancelled")
    again = client.delete(f"/api/jobs/{waiting.id}")
    assert (again.status_code, again.json()["status"]) == (202, "cancelled")

    running = services.jobs.submit(AN_IMPORT)
    services.jobs.claim("one")
    found = client.delete(f"/api/jobs/{running.id}")
    assert (found.json()["status"], found.json()["cancel_requested"]) == ("running", True)


def test_a_failed_job_says_why(client: TestClient, services: Services) -> None:
    services.jobs.submit(AN_IMPORT)
    job = claimed(services)
    services.jobs.fail(job, "no_classes", "There are no classes.")
    found = client.get(f"/api/jobs/{job.id}").json()
    assert found["status"] == "failed"
    assert found["error"] == {"code": "no_classes", "detail": "There are no classes."}
    assert found["finished_at"].endswith("Z")


def test_the_events_of_a_job_that_runs(client: TestClient, services: Services) -> None:
    services.jobs.submit(TrainParams())
    job = claimed(services)

    def work() -> None:
        services.jobs.report(job, "Training", 0.5)
        services.jobs.log(job, "epoch 1", {"loss": 0.5})
        time.sleep(0.8)
        services.jobs.log(job, "line\nwith a break")
        services.jobs.succeed(job, trained())

    worker = threading.Thread(target=work)
    worker.start()
    response = client.get(f"/api/jobs/{job.id}/events")
    worker.join()
    assert response.headers["content-type"].startswith("text/event-stream")
    found = events(response.text)
    assert found[-1] == ("end", {})
    lines = [data for name, data in found if name == "log"]
    assert [line["message"] for line in lines] == ["epoch 1", "line\nwith a break", "Succeeded"]
    assert lines[0]["data"] == {"loss": 0.5}
    states = [data for name, data in found if name == "job"]
    assert states[-1]["status"] == "succeeded"
    assert states[-1]["result"] == trained().model_dump()


def test_events_go_on_where_the_client_lost_them(client: TestClient, services: Services) -> None:
    services.jobs.submit(TrainParams())
    job = claimed(services)
    for n in range(3):
        services.jobs.log(job, f"line {n}")
    services.jobs.succeed(job, trained())
    second = services.jobs.events(job.id)[1].id
    headers = {"last-event-id": str(second)}
    found = events(client.get(f"/api/jobs/{job.id}/events", headers=headers).text)
    assert [data["message"] for name, data in found if name == "log"] == ["line 2", "Succeeded"]


@pytest.mark.parametrize("last", ["-1", str(2**63), str(10**40)])
def test_a_last_event_that_cannot_be(client: TestClient, services: Services, last: str) -> None:
    job = services.jobs.submit(TrainParams())
    services.jobs.cancel(job.id)
    found = client.get(f"/api/jobs/{job.id}/events", headers={"last-event-id": last})
    assert_problem(found, 422, "invalid_request", "last-event-id")


def test_jobs_of_another_release_break_no_list(client: TestClient, services: Services) -> None:
    with services.storage.database.writing() as session:
        session.add(Job(id="newer", kind="fly", params={}))
        old = {"recipe": "auto", "time_budget_s": 60}
        session.add(Job(id="older", kind="train", params=old, result={"version": 1}))
    (found,) = client.get("/api/jobs").json()["items"]
    assert (found["id"], found["params"], found["result"]) == ("older", None, None)
    assert client.get("/api/workspace").json()["active_job"]["id"] == "older"
    assert_problem(client.get("/api/jobs/newer"), 409, "invalid_job", "'fly'", "Update Tellapart")
