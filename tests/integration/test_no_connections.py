"""Pictures stay at home: import, training and serving open no connection to anywhere else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.images.builders import make_image_folder

# Loaded by every Python process of the test before anything else, our children too.
GUARD = """
import os, sys
from ipaddress import ip_address

def guard(event, args):
    if event == "socket.getaddrinfo":
        host = args[0]
    elif event in ("socket.connect", "socket.sendto") and isinstance(args[1], tuple):
        host = args[1][0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    try:
        if host in (None, "", "localhost") or ip_address(host).is_loopback:
            return
    except ValueError:
        pass
    with open(os.environ["TELLAPART_TEST_ASKED"], "a") as file:
        file.write(f"{event} {host}\\n")
    raise OSError(101, "Network is unreachable")

sys.addaudithook(guard)
"""
WORK = """
import sys
from fastapi.testclient import TestClient
from tellapart.api.app import create_app
from tellapart.settings import Settings
from tellapart.workspace import Workspace

folder, images = sys.argv[1:]
with Workspace(folder) as workspace:
    workspace.import_images(images)
    workspace.train(recipe="probe")
    assert workspace.champion() == 1
with TestClient(create_app(Settings(workspace=folder))) as client:
    with open(images + "/cats/0000.jpg", "rb") as file:
        answer = client.post("/api/predict", files={"file": file})
    assert answer.status_code == 200, answer.text
"""


def run(code: str, environment: dict[str, str], *arguments: object) -> None:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=120)


@pytest.fixture
def guarded(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "guard").mkdir()
    (tmp_path / "guard" / "sitecustomize.py").write_text(GUARD)
    return {
        **os.environ,
        "PYTHONPATH": str(tmp_path / "guard"),
        "TELLAPART_TEST_ASKED": str(tmp_path / "asked"),
    }


def test_nothing_is_asked_elsewhere(tmp_path: Path, guarded: dict[str, str]) -> None:
    images = make_image_folder(tmp_path / "images", {"cats": 12, "dogs": 12})
    run(WORK, guarded, tmp_path / "workspace", images)
    assert not (tmp_path / "asked").exists(), (tmp_path / "asked").read_text()


def test_the_guard_sees_what_would_be_asked(tmp_path: Path, guarded: dict[str, str]) -> None:
    code = """
import socket
for host in ("192.0.2.1", "tellapart.invalid"):
    try:
        socket.create_connection((host, 80), timeout=1)
    except OSError:
        pass
"""
    run(code, guarded)
    asked = (tmp_path / "asked").read_text()
    assert "192.0.2.1" in asked
    assert "tellapart.invalid" in asked
