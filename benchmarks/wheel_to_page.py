"""`pip install` of the wheel into an empty environment, then `tellapart demo`: seconds to the page.

python benchmarks/wheel_to_page.py
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measure import ROOT, answers, free_port, save

LIMIT_S = 600


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        uv = str(Path(sys.executable).with_name("uv"))
        build = [uv, "build", "--quiet", "--wheel", "--no-build-isolation", "--python"]
        subprocess.run([*build, sys.executable, "--out-dir", str(folder), str(ROOT)], check=True)
        wheel = next(folder.glob("*.whl"))
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
        began = time.perf_counter()
        install = [str(folder / "venv/bin/pip"), "install", "--quiet"]
        install += ["--constraint", str(_versions(folder))]
        subprocess.run([*install, f"{wheel}[train]"], check=True)
        installed_s = time.perf_counter() - began
        page_s = installed_s + _demo(folder)
        listed = subprocess.run(
            ["du", "-sm", folder / "venv"], check=True, stdout=subprocess.PIPE, text=True
        )
        figures = {
            "wheel_mb": round(wheel.stat().st_size / 1e6, 1),
            "installed_mb": int(listed.stdout.split()[0]),
            "pip_install_s": round(installed_s, 1),
            "until_the_page_s": round(page_s, 1),
        }
    save("wheel_to_page", figures)


def _versions(folder: Path) -> Path:
    """The locked versions without their hashes, which pip wants of all packages or none."""
    locked = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pins = [line.rstrip(" \\") for line in locked if line[:1].isalnum() and "==" in line]
    file = folder / "versions.txt"
    file.write_text("\n".join(pins), encoding="utf-8")
    return file


def _demo(folder: Path) -> float:
    port = free_port()
    command = [str(folder / "venv/bin/tellapart"), "-w", str(folder / "workspace"), "demo"]
    environment = {"HOME": str(folder), "PATH": os.defpath}
    began = time.perf_counter()
    process = subprocess.Popen([*command, "--port", str(port)], env=environment)
    try:
        while not answers(f"http://127.0.0.1:{port}/readyz"):
            if process.poll() is not None or time.perf_counter() - began > LIMIT_S:
                sys.exit("The demo did not come up.")
            time.sleep(0.1)
        return time.perf_counter() - began
    finally:
        process.terminate()
        process.wait(20)


if __name__ == "__main__":
    main()
