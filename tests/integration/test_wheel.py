"""The wheel alone, in an empty environment: no Node, no make, no checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import httpx2
import pytest

from tests.support.images.builders import make_image_folder, png_bytes
from tests.support.servers.server import free_port, wait_until

ROOT = Path(__file__).parents[2]
UV = str(Path(sys.executable).with_name("uv"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, with the page that was built into it."""
    folder = tmp_path_factory.mktemp("dist")
    build = [UV, "build", "--quiet", "--wheel", "--no-build-isolation", "--python", sys.executable]
    subprocess.run([*build, "--out-dir", str(folder), str(ROOT)], check=True)
    return next(folder.glob("*.whl"))


@pytest.fixture
def command(wheel: Path, tmp_path: Path) -> Path:
    """`tellapart` of an environment with nothing but the wheel and what training needs."""
    environment = tmp_path / "environment"
    subprocess.run(
        [UV, "venv", "--quiet", "--python", sys.executable, str(environment)], check=True
    )
    python = environment / "bin/python"
    locked = ROOT / "requirements.lock"
    install = [
        UV,
        "pip",
        "install",
        "--quiet",
        "--python",
        str(python),
        "--constraint",
        str(locked),
    ]
    subprocess.run([*install, f"{wheel}[train]"], check=True)
    return environment / "bin/tellapart"


def test_it_carries_the_page_and_nothing_of_the_checkout(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "tellapart/api/static/index.html" in names
    assert "tellapart/py.typed" in names
    assert not [name for name in names if not name.startswith(("tellapart/", "tellapart-"))]


@pytest.mark.slow("It installs into an empty environment, and runs a whole demo there.")
def test_demo_serves_a_trained_model_and_its_page(command: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    environment = {
        "HOME": str(home),
        "PATH": os.defpath,
        "TELLAPART_CHECK_AFTER_IMPORT": "false",
        "TELLAPART_TRY_INT8": "false",
    }
    # The digits are there; fewer images than these 1,797 show the rest.
    packages = next(command.parent.parent.glob("lib/python*/site-packages"))
    assert (packages / "sklearn/datasets/data/digits.csv.gz").exists()
    port = free_port()
    few = ["--from", str(make_image_folder(tmp_path / "few")), "--port", str(port)]
    process = subprocess.Popen(
        [command, "--workspace", tmp_path / "workspace", "demo", *few], env=environment
    )
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:

        def is_ready() -> bool:
            assert process.poll() is None, "the demo ended"
            try:
                return client.get("/readyz").status_code == 200
            except httpx2.TransportError:
                return False

        try:
            wait_until(is_ready, "the demo is ready", timeout_s=240)
            assert "/_next/static/" in client.get("/").text
            headers = {"Content-Type": "image/png"}
            found = client.post("/api/predict", content=png_bytes(), headers=headers).json()
            assert found["label"] in {"cats", "dogs"}
        finally:
            process.terminate()
            process.wait(20)
