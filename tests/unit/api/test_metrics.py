import re

from fastapi.testclient import TestClient

from tellapart.api.services import Services
from tests.support.models.packages import colour_image

RED = colour_image("red")
PNG = {"content-type": "image/png"}


def figures(client: TestClient) -> dict[str, float]:
    """The figures by name and labels."""
    text = client.get("/metrics").text
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}


def grown(client: TestClient, before: dict[str, float], name: str) -> float:
    return figures(client).get(name, 0) - before.get(name, 0)


def test_requests_by_route_code_and_version(client: TestClient, champion: int) -> None:
    before = figures(client)
    for _ in range(3):
        client.post("/api/predict", content=RED, headers=PNG)
    client.post("/api/predict", content=b"x", headers=PNG)
    client.get("/api/jobs/nonsense")
    client.get("/api/nonsense")
    client.request("FOO", "/api/jobs")
    expected = {
        f'method="POST",route="/api/predict",code="200",version="{champion}"': 3,
        'method="POST",route="/api/predict",code="422",version=""': 1,
        'method="GET",route="/api/jobs/{job_id}",code="404",version=""': 1,
        'method="GET",route="page",code="404",version=""': 1,
    }
    after = _requests(figures(client))
    for labels, count in expected.items():
        key = tuple(sorted(labels.split(",")))
        assert after[key] - _requests(before).get(key, 0) == count, labels
    assert any('method="other"' in name for name in figures(client))
    timed = "tellapart_http_request_duration_seconds_count"
    assert any(name.startswith(timed) and "/api/predict" in name for name in figures(client))
    assert figures(client)["tellapart_http_requests_in_progress"] == 1, "this very one"


def _requests(found: dict[str, float]) -> dict[tuple[str, ...], float]:
    """How many requests there were, by their labels in order."""
    return {
        tuple(sorted(re.findall(r'\w+="[^"]*"', name))): value
        for name, value in found.items()
        if name.startswith("tellapart_http_requests_total{")
    }


def test_stages_of_predictions(client: TestClient, champion: int) -> None:
    before = figures(client)
    client.post("/api/predict", content=RED, headers=PNG)
    for stage in ("queue", "decode", "inference"):
        name = f'tellapart_prediction_stage_seconds_count{{stage="{stage}"}}'
        assert grown(client, before, name) == 1
    assert figures(client)["tellapart_predictions_waiting"] == 0
    assert figures(client)["tellapart_champion_version"] == champion


def test_insights_that_are_answered_ahead_of_routing(client: TestClient) -> None:
    client.get("/api/data-insights")
    before = figures(client)
    client.get("/api/data-insights")
    parts = ("_total", 'method="GET"', 'route="/api/data-insights"', 'code="200"')
    name = next(name for name in before if all(part in name for part in parts))
    assert grown(client, before, name) == 1


def test_the_log(client: TestClient, services: Services, champion: int) -> None:
    before = figures(client)
    client.post("/api/predict", content=RED, headers=PNG)
    services.predictions.flush()
    assert grown(client, before, "tellapart_prediction_log_written_total") == 1
    assert "tellapart_prediction_log_dropped_total" in before
    assert figures(client)["tellapart_prediction_log_waiting"] == 0


def test_jobs(client: TestClient) -> None:
    client.post("/api/learning-curve")
    assert figures(client)['tellapart_jobs{kind="learning_curve",status="queued"}'] == 1
