import pytest

from tellapart.errors import ForeignTarget, InvalidRequest, TargetUnreachable
from tellapart.loadtest.targets import check_alive, check_target
from tests.support.servers.server import free_port


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000",
        "http://localhost:1/",
        "https://[::1]:9/under",
        "http://127.255.0.9",
        "http://LOCALHOST",
    ],
)
def test_this_machine(url: str) -> None:
    assert check_target(url) == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org",
        "http://10.0.0.1:8000",
        "http://0.0.0.0:8000",
        "http://127.0.0.1.example.org",
        "http://localhost.example.org",
        "http://[::ffff:8.8.8.8]/",
    ],
)
def test_other_machines(url: str) -> None:
    with pytest.raises(ForeignTarget, match="--any-host"):
        check_target(url)
    assert check_target(url, any_host=True) == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "", "nonsense", "127.0.0.1:8000", "ftp://127.0.0.1", "file:///etc/passwd", "http://",
        "http://127.0.0.1:99999", "http://127.0.0.1:x", "http://[::1", "http://127.0.0.1?x=1",
        "http://example.org@127.0.0.1:1",
    ],
)  # fmt: skip
def test_no_addresses(url: str) -> None:
    with pytest.raises(InvalidRequest, match=r"http://127\.0\.0\.1:8000"):
        check_target(url)


def test_nobody_answers() -> None:
    with pytest.raises(TargetUnreachable, match="refused"):
        check_alive(f"http://127.0.0.1:{free_port()}")
