import pytest
from fastapi.testclient import TestClient

from tellapart.api.services import Services
from tests.support.images.builders import jpeg_bytes
from tests.support.models.packages import colour_image, register_colour_model
from tests.support.problems import assert_problem

RED, BLUE = colour_image("red"), colour_image("blue")
PNG = {"content-type": "image/png"}


def test_a_form(client: TestClient, champion: int) -> None:
    found = client.post("/api/predict", files={"file": ("red.png", RED)})
    assert found.status_code == 200
    body = found.json()
    assert body["model_version"] == champion
    assert body["label"] == "red"
    assert body["predictions"][0] == {"label": "red", "score": body["confidence"]}
    assert body["abstained"] is False
    assert len(body["prediction_id"]) == 32
    assert set(body["timing_ms"]) == {"decode", "queue", "inference", "total"}


@pytest.mark.parametrize(
    "kind", ["image/png", "image/*", "IMAGE/PNG; x=y", "application/octet-stream"]
)
def test_a_raw_body(client: TestClient, champion: int, kind: str) -> None:
    found = client.post("/api/predict", content=BLUE, headers={"content-type": kind})
    assert found.json()["label"] == "blue"


def test_how_many_classes(client: TestClient, champion: int) -> None:
    found = client.post("/api/predict?top=2", content=RED, headers=PNG)
    assert len(found.json()["predictions"]) == 2


@pytest.mark.parametrize("top", ["0", "-1", "1001", "abc", "1.5", "", "9" * 5000])
def test_a_wrong_number_of_classes(client: TestClient, champion: int, top: str) -> None:
    found = client.post(f"/api/predict?top={top}", content=RED, headers=PNG)
    assert_problem(found, 422, "invalid_request", "'top'")


def test_an_unsure_answer(client: TestClient, champion: int) -> None:
    body = client.post("/api/predict", content=colour_image("grey"), headers=PNG).json()
    assert body["abstained"] is True
    assert body["confidence"] < 0.5


def test_why_it_abstains(client: TestClient, services: Services, champion: int) -> None:
    body = client.post("/api/predict", content=colour_image("grey"), headers=PNG).json()
    assert (body["abstained_because"], body["distance_score"]) == ("low_confidence", None)
    services.registry.promote(register_colour_model(services.storage, strange_from=0.3), "test")
    services.champion.refresh()
    strange, known = (
        client.post("/api/predict?explain=true", content=colour_image(colour), headers=PNG).json()
        for colour in ("grey", "red")
    )
    assert (strange["abstained"], strange["abstained_because"]) == (True, "unlike_training_data")
    assert strange["distance_score"] < 0.5
    assert (known["abstained_because"], known["distance_score"]) == (None, 1.0)
    assert known["explanation"]["label"] == "red"
    assert known["explanation"]["heat_map"].startswith("data:image/png;base64,iVBORw0KGgo")
    batch = client.post("/api/predict/batch", files={"files": ("a.png", colour_image("grey"))})
    assert batch.json()["items"][0]["prediction"]["abstained_because"] == "unlike_training_data"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_an_image"),
        (b"text", "not_an_image"),
        (jpeg_bytes(200, 200)[:-3000], "truncated_image"),
    ],
)
def test_bad_images(client: TestClient, champion: int, data: bytes, code: str) -> None:
    raw = client.post("/api/predict", content=data, headers={"content-type": "image/jpeg"})
    assert_problem(raw, 422, code)
    form = client.post("/api/predict", files={"file": ("cat.jpg", data, "image/jpeg")})
    assert_problem(form, 422, code)


def test_no_model(client: TestClient) -> None:
    found = client.post("/api/predict", content=RED, headers=PNG)
    assert_problem(found, 503, "no_champion", "No model")
    assert int(found.headers["retry-after"]) >= 1
    found = client.post("/api/predict/batch", files=[("files", ("a.png", RED))])
    assert_problem(found, 503, "no_champion")


def test_overload(client: TestClient, services: Services, champion: int) -> None:
    services.engine._max_waiting = 0
    found = client.post("/api/predict", content=RED, headers=PNG)
    assert_problem(found, 503, "overloaded", "Try again")
    assert found.headers["retry-after"] == "1"


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "video/mp4", "", "nonsense"])
def test_other_types(client: TestClient, champion: int, kind: str) -> None:
    found = client.post("/api/predict", content=RED, headers={"content-type": kind})
    assert_problem(found, 415, "unsupported_media_type", "file")


def test_a_form_without_the_file(client: TestClient, champion: int) -> None:
    wrong = client.post("/api/predict", files={"picture": ("a.png", RED)})
    assert_problem(wrong, 422, "invalid_request", "'picture'", "-F file=@")
    text = client.post("/api/predict", files={"file": (None, "text")})
    assert_problem(text, 422, "invalid_request", "-F file=@")


def test_two_files_where_one_is_read(client: TestClient, champion: int) -> None:
    files = [("file", ("a.png", RED)), ("file", ("b.png", BLUE))]
    assert_problem(client.post("/api/predict", files=files), 413, "payload_too_large")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=", b"--\r\n"),
        ("multipart/form-data; boundary=x", b""),
        ("multipart/form-data; boundary=x", b"nonsense"),
        ("multipart/form-data; boundary=x", b"--x\r\nnonsense\r\n\r\nabc\r\n--x--\r\n"),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--",
        ),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="file'),
        ("multipart/form-data; boundary=" + "x" * 500, b"--x\r\n"),
        (
            "multipart/form-data; boundary=x; charset=idna",
            b'--x\r\nContent-Disposition: form-data; name="\xff..x"\r\n\r\na\r\n--x--\r\n',
        ),
        (
            "multipart/form-data; boundary=x; charset=punycode",
            b'--x\r\nContent-Disposition: form-data; name="\xff-\xff\xfe"\r\n\r\na\r\n--x--\r\n',
        ),
        (
            "multipart/form-data; boundary=x; charset=zlib",
            b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\na\r\n--x--\r\n',
        ),
    ],
)
def test_a_malformed_form(client: TestClient, champion: int, kind: str, body: bytes) -> None:
    for path in ("/api/predict", "/api/predict/batch", "/api/imports"):
        found = client.post(path, content=body, headers={"content-type": kind})
        assert_problem(found, 422, "invalid_request")


def test_a_body_over_the_limit(client: TestClient, champion: int) -> None:
    large = b"x" * 200_001
    assert_problem(
        client.post("/api/predict", content=large, headers=PNG), 413, "payload_too_large", "195 kB"
    )
    form = client.post("/api/predict", files={"file": ("a.png", b"x" * 300_000)})
    assert_problem(form, 413, "payload_too_large")
    chunks = client.post("/api/predict", content=iter([b"x" * 100_000] * 3), headers=PNG)
    assert_problem(chunks, 413, "payload_too_large")


def test_a_content_length_that_lies(client: TestClient, champion: int) -> None:
    for length in ("999999999999999999999", "-5", "abc", "1e9"):
        found = client.post("/api/predict", content=RED, headers={**PNG, "content-length": length})
        assert found.status_code in (200, 413)


def test_a_batch(client: TestClient, champion: int) -> None:
    files = [
        ("files", ("a.png", RED)),
        ("files", ("bad.png", b"text")),
        ("files", ("a.png", BLUE)),
    ]
    found = client.post("/api/predict/batch?top=1", files=files)
    assert found.status_code == 200
    first, bad, last = found.json()["items"]
    assert (first["filename"], first["prediction"]["label"], first["error"]) == (
        "a.png",
        "red",
        None,
    )
    assert (bad["prediction"], bad["code"]) == (None, "not_an_image")
    assert "bad" not in bad["error"]
    assert last["prediction"]["label"] == "blue"


def test_the_size_of_a_batch(client: TestClient, champion: int) -> None:
    files = [("files", (f"{n}.png", RED)) for n in range(65)]
    found = client.post("/api/predict/batch", files=files[:64])
    assert len(found.json()["items"]) == 64
    assert_problem(client.post("/api/predict/batch", files=files), 413, "payload_too_large", "64")
    none = client.post("/api/predict/batch", files={"file": ("a.png", RED)})
    assert_problem(none, 422, "invalid_request", "-F files=@")


def test_a_batch_with_one_that_is_too_large(client: TestClient, champion: int) -> None:
    files = [("files", ("a.png", RED)), ("files", ("b.png", RED + b"\0" * 200_000))]
    found = client.post("/api/predict/batch", files=files)
    first, large = found.json()["items"]
    assert first["prediction"]["label"] == "red"
    assert large["code"] == "payload_too_large"
