"""A thousand photos without a class, sent as the earlier clients do, until a version is judged.

A champion of cats and dogs is trained on some labelled photos; 1,000 others are sent to
`/upload/data`, and `/retrain?batch_id=N` gives them pseudo-labels and trains.

    TELLAPART_BENCH_DATA=… python benchmarks/pseudo_label_batch.py
"""

import json
import os
import tempfile
import time
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

from measure import TELLAPART, data_archive, free_port, running, save, tellapart

IMAGES = 1_000
BOUNDARY = "tellapart-benchmark"
LIMIT_S = 240


def main() -> None:
    archive = data_archive("cats-vs-dogs.zip")
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(archive) as source:
        names = sorted(name for name in source.namelist() if name.endswith(".jpg"))
        # Every so many, so that both classes are in both parts.
        rest = len(names) - IMAGES
        labeled = names[:: len(names) // rest][:rest]
        others = sorted(set(names) - set(labeled))
        source.extractall(Path(folder) / "labeled", labeled)
        workspace = Path(folder) / "workspace"
        os.environ["TELLAPART_CHECK_AFTER_IMPORT"] = "false"
        tellapart(workspace, "import", str(Path(folder) / "labeled"))
        before = tellapart(workspace, "train", "--recipe", "probe")
        body = form([source.read(name) for name in others])
        figures = measure(workspace, body)
    truth = {"images": len(others), "labeled": len(labeled)}
    save(
        "pseudo_label_batch",
        {**truth, "champion_accuracy": before["metrics"]["accuracy"], **figures},
    )


def measure(workspace: Path, body: bytes) -> dict[str, Any]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [TELLAPART, "-w", str(workspace), "serve", "--port", str(port)]
    with running(command, f"{url}/readyz"):
        began = time.perf_counter()
        batch = post(f"{url}/upload/data", body)["batch_id"]
        uploaded = time.perf_counter()
        job = post(f"{url}/retrain?batch_id={batch}", b"")["job_id"]
        while (status := get(f"{url}/retrain/status"))["status"] == "running":
            if time.perf_counter() - began > LIMIT_S:
                break
            time.sleep(0.2)
        judged = time.perf_counter()
        result = get(f"{url}/api/jobs/{job}")["result"]
    if status["status"] != "completed":
        raise SystemExit(f"The retraining ended as {status}")
    pseudo = result["pseudo_labels"]
    return {
        "upload_s": round(uploaded - began, 1),
        "until_judged_s": round(judged - began, 1),
        "used": sum(pseudo["used"].values()),
        "left": sum(pseudo["left"].values()),
        "promoted": result["promoted"],
        "accuracy": result["metrics"]["accuracy"],
    }


def form(images: list[bytes]) -> bytes:
    """A multipart form with all images under one file name."""
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="image.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    ).encode()
    parts = [head + image + b"\r\n" for image in images]
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def post(url: str, body: bytes) -> dict[str, Any]:
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"} if body else {}
    request = urllib.request.Request(url, body, headers, method="POST")  # noqa: S310 - our own server
    return read(request)


def get(url: str) -> dict[str, Any]:
    return read(urllib.request.Request(url))  # noqa: S310 - our own server


def read(request: urllib.request.Request) -> dict[str, Any]:
    with urllib.request.urlopen(request, timeout=LIMIT_S) as response:  # noqa: S310
        found: dict[str, Any] = json.loads(response.read())
    return found


if __name__ == "__main__":
    main()
