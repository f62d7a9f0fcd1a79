"""What users send by mistake, or not by mistake. The server answers in words and goes on."""

import random
import socket
import struct
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.images.builders import jpeg_bytes, png_bytes
from tests.support.problems import assert_problem
from tests.support.servers.server import Server, wait_until

JPEG = {"content-type": "image/jpeg"}

# One server for all of them.


def png_of(width: int, height: int) -> bytes:
    """A PNG whose header promises this size, with one row of pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * (width * 3 + 1))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


@pytest.fixture(autouse=True)
def _goes_on(server: Server, cat: bytes) -> Iterator[None]:
    """Whatever a test sends: afterwards the server answers a good image, in the same process."""
    pid = server.pid
    yield
    found = server.client.post("/api/predict", files={"file": ("cat.jpg", cat)})
    assert found.status_code == 200
    assert found.json()["label"] == "cats"
    assert server.pid == pid


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", "not_an_image", "empty"),
        (b"Dear Sir or Madam", "not_an_image", "JPEG"),
        (jpeg_bytes(400, 300)[:-5000], "truncated_image", ""),
        (png_bytes()[:-100], "truncated_image", ""),
        (png_of(30_000, 30_000), "image_too_large", "30,000"),
        (b"PK\x03\x04" + bytes(100), "not_an_image", "ZIP"),
    ],
    ids=["empty", "text", "truncated JPEG", "truncated PNG", "900 megapixels", "ZIP"],
)
def test_bad_images(server: Server, data: bytes, code: str, words: str) -> None:
    form = server.client.post("/api/predict", files={"file": ("cat.jpg", data, "image/jpeg")})
    assert_problem(form, 422, code, words)
    raw = server.client.post("/api/predict", content=data, headers=JPEG)
    assert_problem(raw, 422, code, words)
    files = [("files", ("cat.jpg", data)), ("files", ("good.jpg", jpeg_bytes(look="dogs")))]
    batch = server.client.post("/api/predict/batch", files=files).json()["items"]
    assert batch[0]["code"] == code
    assert batch[1]["prediction"]["label"] == "dogs"


def test_forms_without_the_image(server: Server, cat: bytes) -> None:
    wrong = server.client.post("/api/predict", files={"image": ("cat.jpg", cat)})
    assert_problem(wrong, 422, "invalid_request", "'file'", "'image'", "-F file=@")
    none = server.client.post("/api/predict", data={"top": "5"}, files={"x": (None, "y")})
    assert_problem(none, 422, "invalid_request", "'file'")
    nothing = server.client.post("/api/predict")
    assert_problem(nothing, 415, "unsupported_media_type", "image/jpeg")
    json = server.client.post("/api/predict", json={"file": "cat.jpg"})
    assert_problem(json, 415, "unsupported_media_type", "application/json")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b"--x\r\n",
        b"--x\r\nnonsense without a colon\r\n\r\nabc\r\n--x--\r\n",
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n\xff\xd8',
    ],
)
def test_malformed_forms(server: Server, body: bytes) -> None:
    for boundary in ("; boundary=x", "; boundary=", ""):
        headers = {"content-type": f"multipart/form-data{boundary}"}
        found = server.client.post("/api/predict", content=body, headers=headers)
        assert_problem(found, 422, "invalid_request")


def test_bodies_over_the_limit(server: Server) -> None:
    large = bytes(2_100_000)
    announced = server.client.post("/api/predict", content=large, headers=JPEG)
    assert_problem(announced, 413, "payload_too_large", "MB")
    chunked = server.client.post("/api/predict", content=iter([large]), headers=JPEG)
    assert_problem(chunked, 413, "payload_too_large")
    form = server.client.post("/api/predict", files={"file": ("cat.jpg", large)})
    assert_problem(form, 413, "payload_too_large")


def test_an_upload_over_the_limit_leaves_nothing(server: Server) -> None:
    jobs = server.client.get("/api/jobs").json()
    found = server.client.post("/api/imports", files={"file": ("a.zip", bytes(21_000_000))})
    assert_problem(found, 413, "payload_too_large")
    assert server.client.get("/api/jobs").json() == jobs
    assert list((server.folder / "uploads").iterdir()) == []


def test_too_many_loose_images_leave_nothing(server: Server) -> None:
    before = server.client.get("/api/data-insights").json()
    data = jpeg_bytes(16, 16)
    files = [("files", (f"{n}.jpg", data)) for n in range(1_001)]
    found = server.client.post("/api/imports", files=files)
    assert_problem(found, 413, "payload_too_large", "1,00", "nothing was kept")
    assert list((server.folder / "uploads").iterdir()) == []
    assert server.client.get("/api/data-insights").json() == before


@pytest.mark.parametrize(
    ("version", "status", "code"),
    [
        ("999", 404, "model_not_found"),
        (str(10**30), 404, "model_not_found"),
        ("0", 422, "invalid_request"),
        ("abc", 422, "invalid_request"),
        ("-1", 422, "invalid_request"),
    ],
)
def test_unknown_versions(server: Server, version: str, status: int, code: str) -> None:
    for path in ("", "/report", "/download?format=onnx"):
        assert_problem(server.client.get(f"/api/models/{version}{path}"), status, code)
    assert_problem(server.client.post(f"/api/models/{version}/promote"), status, code)


def test_a_rollback_with_nothing_before(server: Server) -> None:
    found = server.client.post("/api/models/rollback")
    assert_problem(found, 409, "promotion_refused", "Promote another version")


def test_unknown_routes_and_methods(server: Server) -> None:
    for path in ("/api/nonsense", "/api/predict/nonsense/more", "/api"):
        for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS"):
            found = server.client.request(method, path)
            assert_problem(found, 404, "not_found", "/docs")
    for method in ("GET", "PUT", "OPTIONS", "DELETE"):
        found = server.client.request(method, "/api/predict")
        assert_problem(found, 405, "method_not_allowed", "POST")
    assert server.client.head("/api/nonsense").status_code == 404
    assert server.client.head("/api/predict").status_code == 405


def test_a_client_that_goes_away_in_the_middle(server: Server, cat: bytes) -> None:
    head = (
        b"POST /api/imports HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n"
        b"Content-Type: multipart/form-data; boundary=x\r\n\r\n"
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\nPK'
    )
    jobs = server.client.get("/api/jobs").json()
    for request in (head, head.replace(b"/api/imports", b"/api/predict"), head[:40]):
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(request)
    assert server.client.get("/api/jobs").json() == jobs
    uploads = server.folder / "uploads"
    wait_until(lambda: not list(uploads.iterdir()), "the space is given back")


def test_bytes_that_are_no_http(server: Server) -> None:
    for request in (b"\x16\x03\x01\x02\x00", b"GET / HTTP/9.9\r\n\r\n", b"\0" * 1000):
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.settimeout(10)
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            assert b" 500 " not in connection.recv(4096)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    data=st.one_of(
        st.binary(max_size=2000),
        st.binary(max_size=200).map(lambda tail: b"\xff\xd8\xff\xe0" + tail),
        st.binary(max_size=200).map(lambda tail: b"\x89PNG\r\n\x1a\n" + tail),
    ),
    kind=st.sampled_from(
        ["image/jpeg", "image/png", "application/octet-stream", "multipart/form-data; boundary=x"]
    ),
)
def test_random_bytes_are_never_a_fault_of_the_server(
    server: Server, data: bytes, kind: str
) -> None:
    found = server.client.post("/api/predict", content=data, headers={"content-type": kind})
    assert_problem(found, 422, found.json()["code"])


def test_damaged_images_are_never_a_fault_of_the_server(server: Server, cat: bytes) -> None:
    chance = random.Random(7)

    def send(data: bytes) -> int:
        return server.client.post("/api/predict", content=data, headers=JPEG).status_code

    damaged = []
    for _ in range(150):
        data = bytearray(chance.choice([cat, png_bytes()]))
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        damaged.append(bytes(data))
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(send, damaged)) <= {200, 422}
