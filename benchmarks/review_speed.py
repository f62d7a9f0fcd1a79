"""The review queue with 10,000 pictures that wait, over HTTP: the goal is 20 ms for a question.

The pictures are noise of ten classes. They are imported and the champion is asked about them, as a
user's would be; then one client asks after another.

    python benchmarks/review_speed.py [--pictures 10000]
"""

import argparse
import json
import os
import statistics
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import numpy as np
from measure import TELLAPART, free_port, running, save, tellapart
from PIL import Image

CLASSES, LABELLED, QUESTIONS, DECIDED = 10, 20, 100, 20
ORDERS = {
    "teaching": "?order=teaching",
    "random": "?order=random",
    "of_a_class": "?label=class+3",
    "hundred": "?limit=100",
}


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--pictures", type=int, default=10_000)
    pictures = options.parse_args().pictures
    os.environ["TELLAPART_CHECK_AFTER_IMPORT"] = "false"  # its job would take the cores
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "workspace"
        asked_s = prepare(Path(folder), workspace, pictures)
        port = free_port()
        command = [TELLAPART, "-w", str(workspace), "serve", "--port", str(port)]
        with running(command, f"http://127.0.0.1:{port}/readyz"):
            figures = ask(f"http://127.0.0.1:{port}/api/review")
    save("review_speed", {"waiting": pictures, "champion_asked_s": asked_s, **figures})


def prepare(folder: Path, workspace: Path, pictures: int) -> float:
    """Train on a few, import the others; the seconds that it takes to ask about all."""
    chance = np.random.default_rng(0)
    for number in range(CLASSES * LABELLED + pictures):
        label = number % CLASSES
        known = number < CLASSES * LABELLED
        path = folder / (f"known/class {label}" if known else "new") / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        noise = chance.integers(0, 120, (12, 12), dtype=np.uint8)
        noise[label] += 120
        Image.fromarray(noise).save(path)
    tellapart(workspace, "import", str(folder / "known"))
    tellapart(workspace, "train", "--recipe", "probe")
    tellapart(workspace, "import", str(folder / "new"), "--unlabeled")
    asked: float = tellapart(workspace, "review", "list", "--limit", "1")["seconds"]
    return round(asked, 1)


def ask(address: str) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for name, query in ORDERS.items():
        times = [timed(address + query, client=f"{name} {n % 5}") for n in range(QUESTIONS)]
        figures[f"{name}_ms"] = round(statistics.median(times), 1)
        figures[f"{name}_p95_ms"] = round(sorted(times)[int(0.95 * len(times))], 1)
    times = []
    for number in range(QUESTIONS // 2):
        with urllib.request.urlopen(question(address, f"decides {number}")) as answer:  # noqa: S310
            items = json.loads(answer.read())["items"][:DECIDED]
        decisions = [{"image_id": item["image_id"], "action": "accept"} for item in items]
        body = json.dumps({"decisions": decisions}).encode()
        times.append(timed(address, client=f"decides {number}", body=body))
    figures[f"decide_{DECIDED}_ms"] = round(statistics.median(times), 1)
    return figures


def timed(url: str, *, client: str, body: bytes | None = None) -> float:
    began = time.perf_counter()
    with urllib.request.urlopen(question(url, client, body)) as answer:  # noqa: S310 - our server
        answer.read()
    return (time.perf_counter() - began) * 1000


def question(url: str, client: str, body: bytes | None = None) -> urllib.request.Request:
    headers = {"X-Client-Token": client, "Content-Type": "application/json"}
    return urllib.request.Request(url, body, headers)  # noqa: S310 - our own server


if __name__ == "__main__":
    main()
