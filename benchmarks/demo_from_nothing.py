"""A fresh clone, an empty HOME: `make demo` until the page answers a prediction, then once more.

python benchmarks/demo_from_nothing.py
"""

import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from measure import ROOT, answers, free_port, save
from PIL import Image
from sklearn.datasets import load_digits

LIMIT_S = 900


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "tellapart"
        home = Path(folder) / "home"
        home.mkdir()
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        first = demo(clone, home)
        second = demo(clone, home)
        workspace = clone / "workspace"
        models = subprocess.run(
            [clone / ".venv/bin/tellapart", "-w", workspace, "--json", "models", "list"],
            check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        metrics = json.loads(models.stdout)["items"][0]["metrics"]
    save(
        "demo_from_nothing",
        {
            "first_answer_s": first["answer_s"],
            "import_and_train_s": first["prepare_s"],
            "second_answer_s": second["answer_s"],
            "digits_accuracy": metrics["accuracy"],
            "digits_interval": [metrics["accuracy_low"], metrics["accuracy_high"]],
            "digits_test_pictures": metrics["total"],
        },
    )


def demo(clone: Path, home: Path) -> dict[str, Any]:
    """Seconds until the page and a prediction were answered, and those of import and training."""
    port = free_port()
    environment = os.environ | {"HOME": str(home), "PORT": str(port)}
    log = clone.parent / "demo.log"
    began = time.perf_counter()
    with log.open("w") as output:
        process = subprocess.Popen(
            ["make", "demo"], cwd=clone, env=environment, stdout=output, stderr=output,
            start_new_session=True,
        )  # fmt: skip
        try:
            while not (answers(f"http://127.0.0.1:{port}/readyz") and right_answer(port)):
                if process.poll() is not None or time.perf_counter() - began > LIMIT_S:
                    sys.exit(log.read_text())
                time.sleep(0.1)
            seconds = time.perf_counter() - began
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(20)
    prepared = next(line for line in log.read_text().splitlines() if "is in service, after" in line)
    prepare_s = float(prepared.rsplit("after ", 1)[1].removesuffix(" s."))
    return {"answer_s": round(seconds, 1), "prepare_s": prepare_s}


def right_answer(port: int) -> bool:
    """The page is there, and a digit is told right."""
    page = f"http://127.0.0.1:{port}/"
    if not answers(page):
        return False
    digits = load_digits()
    buffer = io.BytesIO()
    Image.fromarray((digits.images[0] * 255 / 16).round().astype("uint8")).save(buffer, "PNG")
    request = urllib.request.Request(  # noqa: S310 - our own server
        f"{page}api/predict", buffer.getvalue(), {"Content-Type": "image/png"}
    )
    with urllib.request.urlopen(request) as response:  # noqa: S310
        return bool(json.load(response)["label"] == str(digits.target[0]))


if __name__ == "__main__":
    main()
