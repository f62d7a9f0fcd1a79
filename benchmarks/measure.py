"""What all benchmarks share: the machine, a server under test, and where results go."""

import contextlib
import json
import os
import platform
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "results"
CACHE = Path(__file__).parent / ".cache"
RIVALS = Path(__file__).parent / "rivals"
TELLAPART = str(Path(sys.executable).parent / "tellapart")


def data_archive(name: str) -> Path:
    """An archive of real images, from the folder that TELLAPART_BENCH_DATA names."""
    folder = Path(os.environ.get("TELLAPART_BENCH_DATA", ROOT / "data"))
    archive = folder / name
    if not archive.is_file():
        sys.exit(f"{archive} is missing. Set TELLAPART_BENCH_DATA to the folder that holds it.")
    return archive


def machine() -> dict[str, Any]:
    cpu = platform.processor() or platform.machine()
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        cpu = next((line.split(":", 1)[1].strip() for line in lines if "model name" in line), cpu)
    cores = len(os.sched_getaffinity(0))
    return {"cpu": cpu, "cores": cores, "python": platform.python_version()}


def save(name: str, figures: dict[str, Any]) -> None:
    """Write the figures of a benchmark, with the machine and the date, and print them."""
    RESULTS.mkdir(exist_ok=True)
    document = {
        "benchmark": name,
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "figures": figures,
    }
    (RESULTS / f"{name}.json").write_text(json.dumps(document, indent=2) + "\n")
    for key, value in figures.items():
        print(f"{name:24}{key:48}{value}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def tellapart(workspace: Path, *arguments: str) -> dict[str, Any]:
    """Run a command with `--json`; what it printed, and its wall time as `seconds`."""
    began = time.perf_counter()
    done = subprocess.run(
        [TELLAPART, "-w", str(workspace), "--json", *arguments],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return {**result, "seconds": time.perf_counter() - began}


@contextlib.contextmanager
def running(command: list[str], ready_url: str, limit_s: float = 60) -> Iterator[tuple[int, float]]:
    """A server process: its pid, and the seconds until `ready_url` answered 200."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not answers(ready_url):
            if process.poll() is not None or time.perf_counter() - began > limit_s:
                sys.exit(f"{' '.join(command)} did not become ready")
            time.sleep(0.01)
        yield process.pid, time.perf_counter() - began
    finally:
        process.terminate()
        process.wait(10)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 - our own server
            return bool(response.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def resident_mb(pid: int) -> float:
    """Resident memory of a process, in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def quality_rival(script: str, argument: str) -> str:
    """What a rival of data checks prints last."""
    return rival("cleanvision", ["cleanvision==0.3.7", "cleanlab==2.9.0"], script, argument)


def rival(environment: str, packages: list[str], script: str, *arguments: str) -> str:
    """What a rival prints last, in an environment that is made when it is missing."""
    python = CACHE / environment / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(python.parents[1])], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *packages], check=True)
    done = subprocess.run(
        [str(python), str(RIVALS / script), *arguments],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    return done.stdout.splitlines()[-1]
