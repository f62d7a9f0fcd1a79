import pytest
from fastapi.testclient import TestClient

from tellapart.api.routes.serving.monitoring import _follow
from tellapart.api.services import Services
from tests.support.asynchronous import run_async
from tests.support.models.packages import colour_image
from tests.support.problems import assert_problem

RED = colour_image("red")
PNG = {"content-type": "image/png"}
pytestmark = pytest.mark.both_databases


def predict(client: TestClient) -> str:
    found = client.post("/api/predict", content=RED, headers=PNG)
    prediction_id: str = found.json()["prediction_id"]
    return prediction_id


def test_nothing_measured_yet(client: TestClient) -> None:
    found = client.get("/api/monitoring/summary").json()
    assert (found["window_s"], found["requests"], found["requests_per_second"]) == (3600, 0, 0)
    assert found["failures"] == found["class_distribution"] == {}
    assert found["latency_ms"] == {"p50": None, "p95": None, "p99": None}
    assert found["mean_confidence"] is None
    assert found["feedback"] == {
        "count": 0, "correct": 0, "accuracy": None, "low": None, "high": None
    }  # fmt: skip
    assert found["log"] == {"written": 0, "dropped": 0}
    series = client.get("/api/monitoring/timeseries").json()
    assert len(series["points"]) == 61
    assert {point["requests"] for point in series["points"]} == {0}
    assert series["points"][0]["latency_ms"]["p50"] is None
    assert client.get("/api/predictions").json() == {"items": [], "next_cursor": None}
    drift = client.get("/api/monitoring/drift").json()
    assert (drift["model_version"], drift["verdict"], drift["measures"]) == (None, "not_enough", [])
    assert drift["reason"] == "No model is in service yet."


@pytest.mark.both_databases(False)
@pytest.mark.parametrize("route", ["summary", "timeseries", "drift", "events"])
@pytest.mark.parametrize(
    "window", ["", "0h", "1", "h", "-1h", "1w", "9s", "401d", "1e3h", "9" * 99]
)
def test_wrong_windows(client: TestClient, route: str, window: str) -> None:
    found = client.get(f"/api/monitoring/{route}", params={"window": window})
    assert_problem(found, 422, "invalid_request", "15m")


def test_answers_and_failures_are_logged(
    client: TestClient, services: Services, champion: int
) -> None:
    first = predict(client)
    files = [("files", ("a.png", RED)), ("files", ("b.png", b"x"))]
    client.post("/api/predict/batch", files=files)
    client.post("/api/predict", content=b"x", headers=PNG)
    client.post("/api/predict?top=0", content=RED, headers=PNG)
    client.post("/api/predict", content=RED, headers={"content-type": "text/plain"})
    client.post("/api/predict", content=bytes(300_000), headers=PNG)
    client.post("/api/predict/batch")
    services.predictions.flush()
    items = client.get("/api/predictions").json()["items"]
    assert [(item["route"], item["status"], item["code"]) for item in items[::-1][3:]] == [
        ("/api/predict", 422, "not_an_image"),
        ("/api/predict", 422, "invalid_request"),
        ("/api/predict", 415, "unsupported_media_type"),
        ("/api/predict", 413, "payload_too_large"),
        ("/api/predict/batch", 415, "unsupported_media_type"),
    ]
    assert sorted(item["status"] for item in items[::-1][1:3]) == [200, 422]
    oldest = items[-1]
    assert (oldest["prediction_id"], oldest["outcome"]) == (first, "answered")
    assert (oldest["label"], oldest["model_version"]) == ("red", champion)
    assert oldest["timing_ms"]["total"] >= oldest["timing_ms"]["inference"]
    summary = client.get("/api/monitoring/summary").json()
    assert (summary["requests"], summary["answered"]) == (8, 2)
    assert summary["failures"] == {"413": 1, "415": 2, "422": 3}
    assert summary["failure_codes"]["not_an_image"] == 2
    assert summary["class_distribution"] == {"red": 2}
    assert summary["model_versions"] == {str(champion): 2}
    assert summary["latency_ms"]["p99"] >= summary["latency_ms"]["p50"] > 0
    series = client.get("/api/monitoring/timeseries?window=15m").json()
    assert (series["step_s"], series["classes"]) == (10, ["red"])
    assert sum(point["requests"] for point in series["points"]) == 8
    assert series["promotions"][0]["to_version"] == champion


@pytest.mark.both_databases(False)
def test_no_model_is_a_logged_failure(client: TestClient, services: Services) -> None:
    client.post("/api/predict", content=RED, headers=PNG)
    services.predictions.flush()
    (item,) = client.get("/api/predictions").json()["items"]
    assert (item["status"], item["code"], item["outcome"]) == (503, "no_champion", "failed")


def test_pages_and_filters(client: TestClient, services: Services, champion: int) -> None:
    for colour in ("red", "blue", "red", "grey", "red"):
        client.post("/api/predict", content=colour_image(colour), headers=PNG)
    client.post("/api/predict", content=b"x", headers=PNG)
    services.predictions.flush()
    seen: list[int] = []
    cursor = None
    while True:
        query = {"limit": "1", "label": "red"} | ({"cursor": cursor} if cursor else {})
        page = client.get("/api/predictions", params=query).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == sorted(seen, reverse=True)

    def found(**query: str | int) -> int:
        return len(client.get("/api/predictions", params=query).json()["items"])

    assert found(label="blue") == 1
    assert found(outcome="failed") == found(status=422) == 1
    assert found(outcome="abstained") == 1
    assert found(model_version=champion) == 5
    assert found(model_version=champion + 1) == 0
    assert found(since="2020-01-01T00:00:00Z") == 6
    assert found(until="2020-01-01T00:00:00Z") == 0
    for wrong in ("limit=0", "outcome=x", "since=2020-01-01T00:00:00", "cursor=x", "other=1"):
        assert_problem(client.get(f"/api/predictions?{wrong}"), 422, "invalid_request")


def test_feedback(client: TestClient, champion: int) -> None:
    first, second, third = (predict(client) for _ in range(3))
    said = client.post(f"/api/predictions/{first}/feedback", json={"label": "green"}).json()
    assert (said["label"], said["correct"], said["predicted_label"]) == ("green", False, "red")
    assert said["model_version"] == champion
    said = client.post(f"/api/predictions/{second}/feedback", json={"correct": True}).json()
    assert (said["label"], said["correct"]) == ("red", True)
    said = client.post(f"/api/predictions/{third}/feedback", json={"correct": False}).json()
    assert (said["label"], said["correct"]) == (None, False)
    feedback = client.get("/api/monitoring/summary").json()["feedback"]
    assert (feedback["count"], feedback["correct"]) == (3, 1)
    assert feedback["accuracy"] == pytest.approx(1 / 3)
    assert feedback["low"] < feedback["accuracy"] < feedback["high"]
    client.post(f"/api/predictions/{first}/feedback", json={"label": "red"})
    feedback = client.get("/api/monitoring/summary").json()["feedback"]
    assert (feedback["count"], feedback["correct"]) == (3, 2), "the last word counts"
    items = client.get("/api/predictions").json()["items"]
    assert [item["feedback"]["correct"] for item in items] == [False, True, True]


@pytest.mark.both_databases(False)
@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({}, "neither"),
        ({"label": "red", "correct": True}, "both"),
        ({"label": "cow"}, "red, green, blue"),
        ({"label": ""}, "no class"),
        ({"lable": "red"}, "lable"),
        ({"correct": "perhaps"}, "correct"),
        ([], "body"),
    ],
)
def test_bad_feedback(client: TestClient, champion: int, body: object, word: str) -> None:
    found = client.post(f"/api/predictions/{predict(client)}/feedback", json=body)
    assert_problem(found, 422, "invalid_request", word)


@pytest.mark.both_databases(False)
@pytest.mark.parametrize("prediction_id", ["nonsense", "0" * 32])
def test_feedback_on_nothing(client: TestClient, prediction_id: str) -> None:
    found = client.post(f"/api/predictions/{prediction_id}/feedback", json={"correct": True})
    assert_problem(found, 404, "not_found", "prediction_id")


def test_live_events(services: Services, client: TestClient, champion: int) -> None:
    """Whoever follows hears of each prediction once, and of the summary when it changes."""

    async def follow() -> list[str]:
        stream = _follow(services.storage.database, "1m", None)
        events = [await anext(stream)]
        predict(client)
        services.predictions.flush()
        events += [await anext(stream), await anext(stream)]
        await stream.aclose()  # type: ignore[attr-defined]
        return events

    first, prediction, summary = run_async(follow())
    assert first.startswith("event: summary\n")
    assert '"requests":0' in first
    assert prediction.startswith("id: 1\nevent: prediction\n")
    assert '"label":"red"' in prediction
    assert summary.startswith("event: summary\n")
    assert '"requests":1' in summary


def test_events_go_on_where_they_were_lost(
    services: Services, client: TestClient, champion: int
) -> None:
    for _ in range(3):
        predict(client)
    services.predictions.flush()

    async def follow() -> str:
        stream = _follow(services.storage.database, "1m", 2)
        found = await anext(stream)
        await stream.aclose()  # type: ignore[attr-defined]
        return found

    assert run_async(follow()).startswith("id: 3\n")
