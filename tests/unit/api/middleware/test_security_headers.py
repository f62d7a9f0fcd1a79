import hashlib
import re
from base64 import b64encode
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tellapart.api import page
from tellapart.api.middleware.security_headers import SecurityHeaders, page_policy

SCRIPT = "self.x = '<b>é</b>';\nrun()"


def sha256(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_policy_names_the_scripts_inside_by_their_hash() -> None:
    html = f'<script src="/a.js"></script><script id="x">{SCRIPT}</script><script>2</script>'
    scripts = re.findall(r"script-src ([^;]*);", page_policy(html))[0].split(" ")
    assert scripts[0] == "'self'"
    assert set(scripts[1:]) == {sha256(SCRIPT), sha256("2")}
    assert "unsafe-eval" not in page_policy(html)


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    (tmp_path / "index.html").write_text(f"<script>{SCRIPT}</script>")
    (tmp_path / "train").mkdir()
    (tmp_path / "train" / "index.html").write_text("<script>train()</script>")
    (tmp_path / "404.html").write_text("<script>missing()</script>")
    (tmp_path / "a.js").write_text("1")
    monkeypatch.setattr(page, "FOLDER", tmp_path)
    app = FastAPI()
    page.install(app)
    app.add_middleware(SecurityHeaders)
    return TestClient(app)


@pytest.mark.parametrize(
    ("path", "script"), [("/", SCRIPT), ("/train/", "train()"), ("/nothing", "missing()")]
)
def test_each_page_has_its_own_policy(built: TestClient, path: str, script: str) -> None:
    found = built.get(path)
    policy = found.headers["content-security-policy"]
    assert policy.count("'sha256-") == 1
    assert sha256(script) in policy
    for name in ("x-content-type-options", "referrer-policy", "x-frame-options"):
        assert found.headers[name]


def test_a_page_that_has_not_changed_keeps_its_policy(built: TestClient) -> None:
    first = built.get("/")
    again = built.get("/", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.headers["content-security-policy"] == first.headers["content-security-policy"]


def test_answers_of_the_api_are_no_pages(client: TestClient) -> None:
    for path in ("/api/workspace", "/api/nonsense", "/livez"):
        found = client.get(path)
        assert found.headers["content-security-policy"].startswith("default-src 'none'")
        assert found.headers["x-content-type-options"] == "nosniff"
