"""Each refusal says what came, where, and what to send instead."""

import pytest
from fastapi.testclient import TestClient

from tests.support.problems import assert_problem

JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", ("JSON object",)),
        ("null", ("empty, or null",)),
        ('{"recipe": 7}', ("'recipe'",)),
        ("[]", ("no JSON object", "Content-Type: application/json")),
        ("5", ("no JSON object",)),
        ("{", ("is no JSON",)),
        ("cats", ("is no JSON", "JSON object such as")),
        ('{"epochs": 0}', ("'epochs'", "should be greater than or equal to 1", "it is 0")),
        ('{"epochs": "many"}', ("'epochs'", "should be a whole number; it is 'many'")),
        ('{"recipe": "magic"}', ("'recipe'", "'probe'")),
        ('{"time_budget": "soon"}', ("'time_budget'", "90s, 10m or 1h")),
        ('{"promotee": "never"}', ("'promotee'", "not one that is read here")),
    ],
)
def test_bodies(client: TestClient, body: str, words: tuple[str, ...]) -> None:
    found = client.post("/api/retrain", content=body, headers=JSON)
    if not body:
        assert found.status_code == 202
        return
    detail = assert_problem(found, 422, "invalid_request", *words)["detail"]
    for bad in ("Input ", "String should match", "body.", ": Invalid JSON", "valid dictionary"):
        assert bad not in detail


def test_no_body_may_have_fields_that_are_not_read(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    schemas = document["components"]["schemas"]
    bodies = {
        f"{method} {path}": operation["requestBody"]["content"]["application/json"]["schema"]
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if "application/json" in operation.get("requestBody", {}).get("content", ())
    }
    assert len(bodies) > 10
    for route, body in bodies.items():
        for one in body.get("anyOf", [body]):
            schema = schemas[one["$ref"].rpartition("/")[2]] if "$ref" in one else one
            assert schema.get("additionalProperties") is False or schema == {"type": "null"}, route


def test_a_source_that_is_no_json(client: TestClient) -> None:
    found = client.post("/api/imports", content="cats", headers=JSON)
    assert_problem(found, 422, "invalid_request", "The body is no JSON: expected value")


def test_a_body_that_is_not_announced(client: TestClient) -> None:
    found = client.patch("/api/images", content="{}", headers={"content-type": "text/plain"})
    assert_problem(found, 422, "invalid_request", "not announced", "Content-Type: application/json")


@pytest.mark.parametrize(
    "body", [b"\xff\xfe{", b'{"recipe": "\xff"}', b"[" * 60_000], ids=["utf-16", "latin", "deep"]
)
def test_bodies_that_cannot_even_be_parsed(client: TestClient, body: bytes) -> None:
    found = client.post("/api/retrain", content=body, headers=JSON)
    assert found.status_code in (400, 422)
    assert "The body is no JSON" in found.json()["detail"]
    assert "UTF-8" in found.json()["detail"]


def test_parameters(client: TestClient) -> None:
    found = client.get("/api/jobs?limit=9999")
    assert_problem(found, 422, "invalid_request", "The parameter 'limit' of the query should be")
    found = client.get("/api/models/x")
    words = "The part 'version' of the address should be a whole number; it is 'x'."
    assert_problem(found, 422, "invalid_request", words)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/api/jobs?status=failed", "'status' of the query is not one that is read here"),
        ("/api/models?limit=1&version=2", "'version' of the query is not one"),
        ("/api/monitoring/timeseries?step=1", "'step' of the query is not one"),
        ("/api/predictions?nonsense=1", "'nonsense' of the query is not one"),
        ("/api/jobs?limit=1&limit=2", "'limit' of the query came 2 times. Send it once."),
    ],
)
def test_parameters_that_would_be_ignored(client: TestClient, address: str, words: str) -> None:
    assert_problem(client.get(address), 422, "invalid_request", words)


def test_parameters_that_are_read(client: TestClient) -> None:
    for address in (
        "/api/jobs?limit=1&kind=train",
        "/api/predictions?limit=1",
        "/api/images?limit=1",
    ):
        assert client.get(address).status_code == 200
    assert client.get("/health?nonsense=1").status_code != 422, "earlier clients are let be"


def test_more_images_than_one(client: TestClient) -> None:
    files = [("file", ("a.png", b"x")), ("file", ("b.png", b"x"))]
    found = client.post("/api/predict", files=files)
    assert_problem(found, 413, "payload_too_large", "takes one", "/api/predict/batch")
    many = [("files", (f"{n}.png", b"x")) for n in range(65)]
    found = client.post("/api/predict/batch", files=many)
    assert_problem(found, 413, "payload_too_large", "More than 64 pictures", "in parts")


def test_a_file_that_came_as_text(client: TestClient) -> None:
    found = client.post("/api/predict", files={"file": (None, "cat.jpg")})
    assert_problem(found, 422, "invalid_request", "came as text", "file=@")


@pytest.mark.parametrize("path", ["/api/predict", "/api/predict/batch", "/api/imports"])
@pytest.mark.parametrize("body", [b"\x1f\x8b\x08", b"--b\r\nno header\r\n\r\n", b"", b"--b"])
def test_forms_that_are_none(client: TestClient, path: str, body: bytes) -> None:
    headers = {"content-type": "multipart/form-data; boundary=b"}
    found = client.post(path, content=body, headers=headers)
    detail = assert_problem(found, 422, "invalid_request")["detail"]
    assert "boundary character" not in detail
    assert "-F" in detail or "Send it again" in detail
